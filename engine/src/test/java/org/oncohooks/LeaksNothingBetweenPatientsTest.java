package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.PatientRecord;

/**
 * Engines are reused, and remember results within a patient. Patients of different and of equal
 * ids, instants and settings, interleaved on few engines, each have to get what they get on a fresh
 * one.
 */
class LeaksNothingBetweenPatientsTest {

  private static final String DEFINE =
      "Tuple { id: Patient.id.value, n: Count([Condition]), ids: [Condition] C return C.id.value,"
          + " lumps: Count([Condition: \"Lumps\"]), now: Now(), grace: \"Grace\","
          + " offsets: [Condition] C return timezoneoffset from (C.onset as FHIR.dateTime).value }";

  @TempDir Path root;

  private record Patient(PatientRecord record, ZonedDateTime at, Map<String, JsonNode> settings) {}

  @Test
  void givesEachPatientItsOwnResultsOnReusedEngines() throws Exception {
    TestContent content = TestContent.in(root, "alpha");
    content.replace(
        "cql/Alpha.cql", "define \"Reason\"", "define \"X\": " + DEFINE + "\ndefine \"Reason\"");
    CqlProgram program = content.knowledge().program();
    List<Patient> patients = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 100; i++) {
      Patient patient = patient(i, random);
      patients.add(patient);
      expected.add(evaluate(content.knowledge().program(), patient));
      if (i == 9) {
        // ten fresh programs prove the expectation; the rest may be taken from one of them
        break;
      }
    }
    for (int i = patients.size(); i < 100; i++) {
      Patient patient = patient(i, random);
      patients.add(patient);
      expected.add(byHand(patient));
    }
    for (int i = 0; i < 10; i++) {
      assertThat(expected.get(i)).isEqualTo(byHand(patients.get(i)));
    }
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int round = 0; round < 3_000; round++) {
        int index = random.nextInt(patients.size());
        work.add(
            () -> {
              assertThat(evaluate(program, patients.get(index))).isEqualTo(expected.get(index));
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static String evaluate(CqlProgram program, Patient patient) {
    try (CqlEvaluation evaluation =
        program.begin(
            patient.record(),
            patient.at(),
            patient.settings(),
            Deadline.after(Duration.ofSeconds(60)))) {
      evaluation.evaluate("Alpha", "Applies");
      return evaluation.evaluate("Alpha", "X").toString();
    }
  }

  /** Every third patient shares its id with another one, whose data differs. */
  private static Patient patient(int index, Random random) {
    String id = "p" + (index % 3 == 0 ? 0 : index);
    PatientRecord.Builder record =
        PatientRecord.builder(id).add(json("{'resourceType':'Patient','id':'" + id + "'}"), "t");
    int conditions = random.nextInt(4);
    for (int c = 0; c < conditions; c++) {
      record.add(
          json(
              "{'resourceType':'Condition','id':'c%d-%d','subject':{'reference':'Patient/%s'},'onsetDateTime':'2026-01-01T10:00:00','code':{'coding':[{'system':'http://snomed.info/sct','code':'%s'}]}}"
                  .formatted(index, c, id, random.nextBoolean() ? "89164003" : "1")),
          "t");
    }
    ZonedDateTime at =
        ZonedDateTime.parse("2026-06-01T12:00:00-05:00")
            .plusDays(index)
            .withZoneSameInstant(java.time.ZoneOffset.ofHours(index % 7 - 3));
    return new Patient(
        record.build(), at, index % 2 == 0 ? Map.of() : Map.of("Grace", IntNode.valueOf(index)));
  }

  private static String byHand(Patient patient) {
    List<ObjectNode> conditions = patient.record().resources("Condition");
    long lumps =
        conditions.stream()
            .filter(c -> c.at("/code/coding/0/code").asText().equals("89164003"))
            .count();
    String ids =
        conditions.stream().map(c -> "\"" + c.get("id").asText() + "\"").toList().toString();
    int hours = patient.at().getOffset().getTotalSeconds() / 3600;
    String now =
        java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx")
            .format(patient.at());
    return "{\"id\":\"%s\",\"n\":%d,\"ids\":%s,\"lumps\":%d,\"now\":\"@%s\",\"grace\":%d,\"offsets\":%s}"
        .formatted(
            patient.record().patientId(),
            conditions.size(),
            ids.replace(", ", ","),
            lumps,
            now,
            patient.settings().containsKey("Grace") ? patient.settings().get("Grace").asInt() : 3,
            // a query without "all" keeps one of equal values
            conditions.isEmpty() ? "[]" : "[" + hours + "]");
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
