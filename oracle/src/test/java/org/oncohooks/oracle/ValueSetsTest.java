package org.oncohooks.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencds.cqf.cql.engine.exception.TerminologyProviderException;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

final class ValueSetsTest {

  private static final String ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm";
  private static final String URL = "https://example.org/ValueSet/breast-cancer";

  @TempDir private Path resources;
  private ValueSets valueSets;

  @BeforeEach
  void writes() throws IOException {
    Files.createDirectories(resources.resolve("valueset"));
    Files.createDirectories(resources.resolve("namingsystem"));
    Files.writeString(
        resources.resolve("valueset/breast-cancer.json"),
        """
        {"resourceType": "ValueSet", "url": "%s", "compose": {
          "include": [
            {"system": "http://snomed.info/sct", "concept": [{"code": "254837009"}]},
            {"system": "%s", "filter": [{"property": "concept", "op": "is-a", "value": "C50"}]}],
          "exclude": [
            {"system": "%s", "concept": [{"code": "C50.02"}]}]}}
        """
            .formatted(URL, ICD10CM, ICD10CM));
    Files.writeString(
        resources.resolve("namingsystem/icd-10-cm.json"),
        """
        {"resourceType": "NamingSystem", "uniqueId": [
          {"type": "uri", "value": "%s", "preferred": true},
          {"type": "oid", "value": "2.16.840.1.113883.6.90"}]}
        """
            .formatted(ICD10CM));
    valueSets = ValueSets.read(resources);
  }

  @Test
  void aCategoryHoldsItselfAndItsChildrenWithAndWithoutTheDot() {
    assertThat(holds(ICD10CM, "C50")).isTrue();
    assertThat(holds(ICD10CM, "C50.411")).isTrue();
    assertThat(holds(ICD10CM, "C50411")).isTrue();
    assertThat(holds(ICD10CM, "C5")).isFalse();
    assertThat(holds(ICD10CM, "C51.0")).isFalse();
  }

  @Test
  void anExcludedCodeIsNoMember() {
    assertThat(holds(ICD10CM, "C50.02")).isFalse();
    assertThat(holds(ICD10CM, "C5002")).isFalse();
  }

  @Test
  void anotherNameOfTheCodeSystemIsTheSameCodeSystem() {
    assertThat(holds("urn:oid:2.16.840.1.113883.6.90", "C50.411")).isTrue();
  }

  @Test
  void aCodeOfAnotherSystemOrOfNoneIsNoMember() {
    assertThat(holds("http://loinc.org", "254837009")).isFalse();
    assertThat(holds(null, "254837009")).isFalse();
  }

  @Test
  void anUnknownValueSetFails() {
    assertThatThrownBy(() -> valueSets.in(new Code(), new ValueSetInfo().withId("urn:unknown")))
        .isInstanceOf(TerminologyProviderException.class);
  }

  private boolean holds(String system, String code) {
    return valueSets.in(
        new Code().withSystem(system).withCode(code), new ValueSetInfo().withId(URL));
  }
}
