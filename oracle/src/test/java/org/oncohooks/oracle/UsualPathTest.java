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
        parameter Ages List<Tuple { code String, display String, min Integer, size Decimal, since DateTime }>
        context Patient
        define "Ages of the table": Ages A where A.min > 40 return A.code
        define "Sizes": Ages A return all A.size
        define "Days": Ages A return all date from A.since
        define "Now": Now()
        define "Born": FHIRHelpers.ToDate(Patient.birthDate)
        define "Onset": First([Condition] C return FHIRHelpers.ToDateTime(C.onset as FHIR.dateTime))
        define "Conditions": Count([Condition])
        define "Failing": Message(1, true, 'code', 'Error', 'why')
        define function Twice(x Integer): x * 2
        """);
    Files.createDirectories(root.resolve("fhir-resources/codesystem"));
    Files.writeString(
        root.resolve("fhir-resources/codesystem/CodeSystem-ages.json"),
        """
        {"resourceType": "CodeSystem", "id": "ages",
         "extension": [{"url": "https://oncohooks.org/StructureDefinition/cql-parameter", "valueString": "Ages"}],
         "property": [{"code": "min", "type": "integer"}, {"code": "size", "type": "decimal"}, {"code": "since", "type": "dateTime"}],
         "concept": [
           {"code": "b", "property": [{"code": "min", "valueInteger": 70}, {"code": "size", "valueDecimal": 1.5}]},
           {"code": "a", "property": [{"code": "min", "valueInteger": 40}, {"code": "since", "valueDateTime": "2026-01-15"}]},
           {"code": "c", "property": [{"code": "min", "valueInteger": 60}]}]}
        """);
    content = Content.read(root);
    model = new R4Model(content.fhir());
  }

  @Test
  void knowsTheDefinesButNotFunctionsOrThePatient() {
    assertThat(content.defines()).containsOnlyKeys("Small");
    assertThat(content.defines().get("Small"))
        .containsExactlyInAnyOrder(
            "Now", "Born", "Onset", "Conditions", "Failing", "Ages of the table", "Sizes", "Days");
  }

  @Test
  void bindsAParameterToTheTableOfTheContent() {
    Map<String, Object> values = evaluate(path(), "a", "1970-02", "2026-03");
    assertThat(values.get("Small.Ages of the table")).isEqualTo(List.of("b", "c"));
    assertThat(values.get("Small.Sizes")).hasToString("[1.5, null, null]");
    assertThat(values.get("Small.Days")).hasToString("[null, 2026-01-15, null]");
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
