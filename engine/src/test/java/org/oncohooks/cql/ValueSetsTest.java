package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueSetsTest {

  private static final String ICD = "http://hl7.org/fhir/sid/icd-10-cm";
  private static final String SNOMED = "http://snomed.info/sct";
  private static final String URL = "https://example.org/ValueSet/a";

  private final ValueSets valueSets =
      ValueSets.builder()
          .systemAlias("http://hl7.org/fhir/v3/RoleCode", "http://terminology/RoleCode")
          .valueSet(URL)
          .category(URL, "C50")
          .category(URL, "C79.5")
          .excludeCategory(URL, "C50.9")
          .code(URL, ICD, "Z85.3")
          .code(URL, SNOMED, "1")
          .code(URL, SNOMED, "2")
          .excludeCode(URL, SNOMED, "2")
          .code(URL, "http://terminology/RoleCode", "MTH")
          .build();

  @ParameterizedTest
  @CsvSource({
    "C50, true",
    "C50.411, true",
    "C50411, true",
    "c50.411, true",
    "C50.911, false",
    "C5, false",
    "C51.0, false",
    "C79.51, true",
    "C7951, true",
    "C79.81, false",
    "C79, false",
    "Z85.3, true",
    "Z853, true",
    "Z85.30, false",
  })
  void matchesIcdCategoriesWithAndWithoutTheDot(String code, boolean member) {
    assertThat(valueSets.contains(URL, ICD, code)).isEqualTo(member);
  }

  @Test
  void matchesSystemAndCodeTogether() {
    assertThat(valueSets.contains(URL, SNOMED, "1")).isTrue();
    assertThat(valueSets.contains(URL, SNOMED, "2")).as("excluded").isFalse();
    assertThat(valueSets.contains(URL, "http://loinc.org", "1")).isFalse();
    assertThat(valueSets.contains(URL, "", "1")).isFalse();
    assertThat(valueSets.contains("https://example.org/other", SNOMED, "1")).isFalse();
  }

  @Test
  void readsAnAliasAsThePreferredSystem() {
    assertThat(valueSets.contains(URL, "http://hl7.org/fhir/v3/RoleCode", "MTH")).isTrue();
    assertThat(valueSets.contains(URL, "http://terminology/RoleCode", "MTH")).isTrue();
  }

  @Test
  void writesListsAsSearchTokens() {
    ValueSets listed =
        ValueSets.builder()
            .systemAlias("urn:oid:2.16.840.1.113883.6.1", "http://loinc.org")
            .valueSet(URL)
            .code(URL, "http://loinc.org", "24606-6")
            .code(URL, "http://www.ama-assn.org/go/cpt", "77067")
            .build();
    assertThat(listed.tokens(URL).orElseThrow())
        .containsExactly("24606-6", "http://www.ama-assn.org/go/cpt|77067");
    assertThat(valueSets.tokens(URL)).as("holds categories").isEmpty();
  }
}
