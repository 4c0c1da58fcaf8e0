package org.oncohooks.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PatientVariantsTest {

  private static final Path CONTENT =
      Path.of(System.getProperty("oncohooks.home"), "fhir-resources");

  @Test
  void theSameSeedGivesTheSameVariants() throws IOException {
    assertThat(variants(7)).isEqualTo(variants(7));
  }

  @Test
  void anotherSeedGivesOtherVariants() throws IOException {
    assertThat(variants(7)).isNotEqualTo(variants(8));
  }

  @Test
  void everyKindOfChangeTakesPlace() throws IOException {
    Map<String, ObjectNode> variants = variants(7);
    assertThat(Change.values())
        .allSatisfy(
            change ->
                assertThat(variants.keySet()).anyMatch(name -> name.contains(change.label())));
  }

  @Test
  void everyVariantIsValidForTheStrictFhirParser() throws IOException {
    IParser parser =
        FhirContext.forR4().newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    variants(7)
        .forEach(
            (name, bundle) ->
                assertThat(parser.parseResource(bundle.toString())).as(name).isNotNull());
  }

  private static Map<String, ObjectNode> variants(long seed) throws IOException {
    return new PatientVariants(
            Patients.read(CONTENT.resolve("patients")),
            CodePool.read(CONTENT),
            ZonedDateTime.parse("2026-06-01T12:00:00-05:00"),
            seed)
        .generate(Change.values().length);
  }
}
