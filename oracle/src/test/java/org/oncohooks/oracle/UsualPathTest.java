package org.oncohooks.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsualPathTest {

  private static final ZonedDateTime AT = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");

  @TempDir private static Path root;
  private static Content content;
  private static R4Model model;

  @BeforeAll
  static void compiles() throws IOException {
    Files.createDirectories(root.resolve("cql"));
    Files.createDirectories(root.resolve("fhir-resources"));
    Files.writeString(
        root.resolve("cql/cql-options.json"),
        "{\"options\": [], \"signatureLevel\": \"Overloads\", \"compatibilityLevel\": \"1.5\"}");
    Files.writeString(
        root.resolve("cql/Small.cql"),
        """
        library Small version '0.1.0'
        using FHIR version '4.0.1'
        include FHIRHelpers version '4.0.1'
        context Patient
        define "Now": Now()
        define "Born": FHIRHelpers.ToDate(Patient.birthDate)
        define "Onset": First([Condition] C return FHIRHelpers.ToDateTime(C.onset as FHIR.dateTime))
        define "Conditions": Count([Condition])
        define "Failing": Message(1, true, 'code', 'Error', 'why')
        define function Twice(x Integer): x * 2
        """);
    content = Content.read(root);
    model = new R4Model(content.fhir());
  }

  @Test
  void knowsTheDefinesButNotFunctionsOrThePatient() {
    assertThat(content.defines()).containsOnlyKeys("Small");
    assertThat(content.defines().get("Small"))
        .containsExactlyInAnyOrder("Now", "Born", "Onset", "Conditions", "Failing");
  }

  @Test
  void aDateWithoutOffsetHasThatOfTheEvaluation() {
    Map<String, Object> values = evaluate(path(), "a", "1970-02", "2026-03");
    assertThat(values.get("Small.Now")).hasToString("2026-06-01T12:00:00.000-05:00");
    assertThat(values.get("Small.Born")).hasToString("1970-02");
    assertThat(values.get("Small.Onset")).hasToString("2026-03");
  }

  @Test
  void oneFailureLeavesTheOtherDefinesStanding() {
    Map<String, Object> values = evaluate(path(), "a", "1970-02", "2026-03");
    assertThat(values.get("Small.Failing")).isInstanceOf(RuntimeException.class);
    assertThat(values.get("Small.Conditions")).isEqualTo(1);
  }

  @Test
  void aReusedEngineKeepsNothingOfThePatientBefore() {
    UsualPath path = path();
    evaluate(path, "a", "1970-02", "2026-03");
    Map<String, Object> values = evaluate(path, "a", "1980", "2025");
    assertThat(values.get("Small.Born")).hasToString("1980");
    assertThat(values.get("Small.Onset")).hasToString("2025");
  }

  private static UsualPath path() {
    return new UsualPath(content, model);
  }

  private static Map<String, Object> evaluate(
      UsualPath path, String id, String born, String onset) {
    String prefetch =
        """
        {"patient": {"resourceType": "Patient", "id": "%s", "birthDate": "%s"},
         "nothing": null,
         "conditions": {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource":
           {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/%s"},
            "onsetDateTime": "%s"}}]}}
        """
            .formatted(id, born, id, onset);
    return path.answer(prefetch.getBytes(StandardCharsets.UTF_8), List.of("Small"), AT);
  }
}
