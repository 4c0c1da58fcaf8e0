package org.oncohooks.repl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.cases.PatientBundle;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * A patient of whom expressions are asked, and what else came with the file.
 *
 * @param name as it was asked for
 * @param evaluatedAt the evaluation instant that a case or request sets
 * @param parameters settings that a case or request sets
 */
record Chart(
    String name,
    PatientRecord record,
    HookContext context,
    Optional<ZonedDateTime> evaluatedAt,
    Map<String, JsonNode> parameters) {

  private static final String EVALUATION_TIME = "org.oncohooks.evaluationTime";
  private static final String PARAMETERS = "org.oncohooks.parameters";

  /** Nothing is recorded of anybody. */
  static Chart nobody() {
    return of("nobody", PatientRecord.builder("nobody").build());
  }

  private static Chart of(String name, PatientRecord record) {
    return new Chart(
        name,
        record,
        HookContext.of("patient-view", record.patientId()),
        Optional.empty(),
        Map.of());
  }

  /**
   * @param name a file (Bundle, Patient or CDS Hooks request), a case's folder, a case as {@code
   *     Library/case} or {@code Library/case/variant}, or the id of a sample patient
   * @param content folder of the content, for cases and sample patients
   * @throws ProblemException {@code INCORRECT} if there is no such thing, or it can't be read
   */
  static Chart read(String name, Path content) {
    Path file = Path.of(name);
    Path sample = content.resolve("fhir-resources/patients").resolve(name + ".json");
    try {
      if (Files.isRegularFile(file)) {
        return json(name, StrictJson.object(Files.readAllBytes(file)));
      }
      if (Files.isRegularFile(file.resolve("expected.yaml"))) {
        Path folder = file.toAbsolutePath().normalize();
        Path library = folder.getParent();
        return ofCase(library.getParent(), library.getFileName() + "/" + folder.getFileName());
      }
      if (name.contains("/")) {
        return ofCase(content.resolve("cql/tests"), name);
      }
      if (Files.isRegularFile(sample)) {
        return json(name, StrictJson.object(Files.readAllBytes(sample)));
      }
    } catch (IOException e) {
      throw refuse(name + " can't be read.");
    }
    throw refuse(
        "There is no patient "
            + name
            + ": it is neither a file, a case (Library/case) nor a sample patient.");
  }

  private static Chart ofCase(Path tests, String name) throws IOException {
    List<Case> cases = CaseFolder.readAll(tests, name);
    Case found =
        cases.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    refuse(
                        "There is no case "
                            + name
                            + " below "
                            + tests
                            + "; a case is Library/case or Library/case/variant."));
    return new Chart(
        name,
        CaseRunner.record(found),
        CaseRunner.context(found),
        Optional.of(found.evaluatedAt()),
        found.parameters());
  }

  private static Chart json(String name, ObjectNode json) {
    if (json.has("hook")) {
      return request(name, json);
    }
    String type = json.path("resourceType").asText("");
    if (type.equals("Bundle")) {
      return of(name, PatientBundle.read(json));
    }
    if (type.equals("Patient")) {
      return of(
          name, PatientRecord.builder(json.path("id").asText("")).add(json, "Patient").build());
    }
    throw refuse(name + " is neither a Bundle, a Patient nor a CDS Hooks request.");
  }

  private static Chart request(String name, ObjectNode request) {
    JsonNode sent = request.path("context");
    String patientId = sent.path("patientId").asText("");
    if (patientId.isEmpty()) {
      throw refuse(name + " is a CDS Hooks request without context.patientId.");
    }
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    request
        .path("prefetch")
        .properties()
        .forEach(
            key -> {
              JsonNode value = key.getValue();
              String place = "prefetch." + key.getKey();
              if (value.path("resourceType").asText("").equals("Bundle")) {
                int index = 0;
                for (JsonNode entry : value.path("entry")) {
                  add(record, entry.path("resource"), place + ".entry[" + index++ + "].resource");
                }
              } else {
                add(record, value, place);
              }
            });
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    sent.properties().forEach(member -> context.set(member.getKey(), member.getValue()));
    context.remove(List.of("patientId", "userId"));
    Map<String, JsonNode> parameters = new TreeMap<>();
    JsonNode extension = request.path("extension");
    extension
        .path(PARAMETERS)
        .properties()
        .forEach(each -> parameters.put(each.getKey(), each.getValue()));
    return new Chart(
        name,
        record.build(),
        HookContext.read(request.path("hook").asText(""), patientId, Optional.empty(), context),
        Optional.of(extension.path(EVALUATION_TIME).asText(""))
            .filter(text -> !text.isEmpty())
            .map(Chart::instant),
        parameters);
  }

  private static void add(PatientRecord.Builder record, JsonNode value, String place) {
    if (value instanceof ObjectNode resource
        && !resource.path("resourceType").asText("").equals("OperationOutcome")) {
      record.add(resource, place);
    }
  }

  /**
   * @throws ProblemException {@code INCORRECT} if it is not ISO 8601 with offset
   */
  static ZonedDateTime instant(String text) {
    try {
      return OffsetDateTime.parse(text).toZonedDateTime();
    } catch (DateTimeParseException e) {
      throw refuse(
          "The evaluation time has to be ISO 8601 with date, time and offset, such as"
              + " 2026-06-01T12:00:00-05:00.");
    }
  }

  static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "repl", text).asException();
  }
}
