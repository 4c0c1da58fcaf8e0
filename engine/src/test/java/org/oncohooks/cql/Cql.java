package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.oncohooks.Deadline;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.PatientRecord;

/** One library of CQL, compiled from a test's text and asked for its defines. */
final class Cql {

  static final OffsetDateTime NOW = OffsetDateTime.parse("2026-06-01T12:00:00-05:00");
  private static final String HEADER =
      """
      library T version '1'
      using FHIR version '4.0.1'
      include FHIRHelpers version '4.0.1'
      valueset "Breast": 'https://example.org/ValueSet/breast'
      codesystem "SCT": 'http://snomed.info/sct'
      code "Lump": '89164003' from "SCT"
      parameter "Grace" Integer default 3
      context Patient
      """;

  private final CqlProgram program;

  private Cql(CqlProgram program) {
    this.program = program;
  }

  static ValueSets valueSets() {
    String url = "https://example.org/ValueSet/breast";
    return ValueSets.builder()
        .system("http://snomed.info/sct")
        .systemAlias("urn:oid:2.16.840.1.113883.6.96", "http://snomed.info/sct")
        .valueSet(url)
        .code(url, "http://snomed.info/sct", "254837009")
        .category(url, "C50")
        .excludeCategory(url, "C50.9")
        .build();
  }

  static CqlCompilation.Result compile(String text) {
    return CqlCompilation.compile(List.of(new CqlSource("T", "cql/T.cql", text)), valueSets());
  }

  /**
   * @param defines what stands below the usual header
   */
  static Cql of(String defines) {
    CqlCompilation.Result result = compile(HEADER + defines);
    return new Cql(
        result.program().orElseThrow(() -> new AssertionError(String.valueOf(result.findings()))));
  }

  CqlProgram program() {
    return program;
  }

  /** Evaluates {@code X} over resources given as JSON text; the patient's id is {@code p}. */
  JsonNode x(String... resources) {
    return evaluate("X", patient("p", resources), Map.of());
  }

  JsonNode evaluate(String define, PatientRecord patient, Map<String, JsonNode> settings) {
    try (CqlEvaluation evaluation =
        program.begin(
            patient, NOW.toZonedDateTime(), settings, Deadline.after(Duration.ofSeconds(60)))) {
      return evaluation.evaluate("T", define);
    }
  }

  /** Resources that name no subject are made this patient's. */
  static PatientRecord patient(String id, String... resources) {
    PatientRecord.Builder record = PatientRecord.builder(id);
    for (String resource : resources) {
      ObjectNode json = json(resource);
      if (!json.path("resourceType").asText().equals("Patient")
          && !json.has("subject")
          && !json.has("patient")) {
        json.putObject("subject").put("reference", "Patient/" + id);
      }
      record.add(json, "test");
    }
    return record.build();
  }

  static ObjectNode json(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
  }
}
