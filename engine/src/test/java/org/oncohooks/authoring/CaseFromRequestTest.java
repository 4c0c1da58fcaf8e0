package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

class CaseFromRequestTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T17:00:00Z");
  private static Knowledge knowledge;

  @TempDir private Path tests;

  @BeforeAll
  static void load() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
  }

  /** Secrets that must not be found in what is written. */
  private static final List<String> SECRETS =
      List.of(
          "Quillfeather",
          "Zenobia",
          "MRN-77121",
          "555-0199",
          "Harrow Lane",
          "0dd5-secret",
          "Dr. Okonkwo",
          "visits her sister",
          "1971-03-17",
          "2025-11-02",
          "kept-in-a-note",
          "p-4711",
          "cond-4711",
          "ehr.example");

  private static ObjectNode request() throws IOException {
    return (ObjectNode)
        JSON.readTree(
            """
            {"hook":"patient-view","hookInstance":"0dd5-secret","fhirServer":"https://ehr.example/fhir",
             "context":{"patientId":"p-4711","userId":"Practitioner/okonkwo","encounterId":"e-1"},
             "prefetch":{
              "patient":{"resourceType":"Patient","id":"p-4711","meta":{"source":"https://ehr.example"},
                "text":{"status":"generated","div":"<div>Zenobia Quillfeather</div>"},
                "identifier":[{"system":"https://ehr.example/mrn","value":"MRN-77121"}],
                "name":[{"family":"Quillfeather","given":["Zenobia"]}],
                "telecom":[{"system":"phone","value":"555-0199"}],
                "address":[{"line":["1 Harrow Lane"],"city":"Salem"}],
                "gender":"female","birthDate":"1971-03-17"},
              "conditions":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":
                {"resourceType":"Condition","id":"cond-4711","subject":{"reference":"https://ehr.example/fhir/Patient/p-4711","display":"Zenobia Quillfeather"},
                 "recorder":{"reference":"Practitioner/okonkwo","display":"Dr. Okonkwo"},
                 "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
                 "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
                 "code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009","display":"Malignant tumor of breast"}],"text":"visits her sister"},
                 "onsetDateTime":"2025-11-02","note":[{"text":"2025-11-02Tel. kept-in-a-note","authorString":"Dr. Okonkwo"}]}}]},
              "observations":{"resourceType":"Bundle","type":"searchset","total":0},
              "procedures":null}}
            """);
  }

  private CaseFromRequest.Made make(ObjectNode request) {
    return new CaseFromRequest(knowledge, "breast-cancer-screening", request, NOW, ZoneOffset.UTC)
        .write(tests, "from-ehr", new Random(7));
  }

  @Test
  void makesACaseThatHoldsAndIsAboutNobody() throws IOException {
    CaseFromRequest.Made made = make(request());
    assertThat(made.same()).isTrue();
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(file.getFileName()).append('\n').append(Files.readString(file));
      }
    }
    assertThat(SECRETS).allSatisfy(secret -> assertThat(all.toString()).doesNotContain(secret));
    // what rules read is left
    assertThat(all.toString()).contains("254837009", "confirmed", "TODO");

    List<Case> cases = CaseFolder.readAll(tests);
    assertThat(cases).hasSize(1);
    assertThat(String.valueOf(new CaseRunner(knowledge).run(cases.get(0)))).isEqualTo("[]");
    assertThat(cases.get(0).missing())
        .contains("Procedure")
        .doesNotContain("Observation", "Condition");
    assertThat(cases.get(0).service()).contains("breast-cancer-screening");
  }

  @Test
  void saysThatTheServiceRefusesTheRequest() throws IOException {
    assertThat(make(request()).refusal()).isEmpty();
    ObjectNode bare = request();
    bare.withObject("/prefetch").retain("patient");
    CaseFromRequest.Made made =
        new CaseFromRequest(knowledge, "breast-cancer-screening", bare, NOW, ZoneOffset.UTC)
            .write(tests, "bare", new Random(7));
    assertThat(made.refusal().orElseThrow().text())
        .contains("could not be had", "conditions was not sent", "Send these prefetch keys");
  }

  @Test
  void movesAllDatesByOneNumberOfDaysAndKeepsReferencesTogether() throws IOException {
    CaseFromRequest.Made made = make(request());
    JsonNode patient = JSON.readTree(made.folder().resolve("Patient-patient-1.json").toFile());
    JsonNode condition =
        JSON.readTree(made.folder().resolve("Condition-condition-1.json").toFile());
    assertThat(condition.at("/subject/reference").asText()).isEqualTo("Patient/patient-1");
    assertThat(condition.at("/subject").has("display")).isFalse();
    LocalDate birth = LocalDate.parse(patient.path("birthDate").asText());
    LocalDate onset = LocalDate.parse(condition.path("onsetDateTime").asText());
    Case made1 = CaseFolder.readAll(tests).get(0);
    LocalDate evaluated = made1.evaluatedAt().toLocalDate();
    long moved = LocalDate.of(2026, 6, 1).toEpochDay() - evaluated.toEpochDay();
    assertThat(moved).isBetween(7L, 365L);
    assertThat(LocalDate.of(1971, 3, 17).toEpochDay() - birth.toEpochDay()).isEqualTo(moved);
    assertThat(LocalDate.of(2025, 11, 2).toEpochDay() - onset.toEpochDay()).isEqualTo(moved);
    assertThat(Period.between(birth, evaluated).getYears()).isEqualTo(55);
  }

  @Test
  void takesTheContextOfAnOrderAlong() throws IOException {
    ObjectNode request = request();
    request.put("hook", "order-sign");
    request
        .withObject("/context")
        .set(
            "draftOrders",
            JSON.readTree(
                """
                {"resourceType":"Bundle","type":"collection","entry":[{"resource":
                 {"resourceType":"ServiceRequest","id":"draft-4711","status":"draft","intent":"proposal",
                  "subject":{"reference":"Patient/p-4711"},"authoredOn":"2026-05-30",
                  "code":{"coding":[{"system":"http://snomed.info/sct","code":"363680008"}],"text":"for Zenobia"}}}]}
                """));
    CaseFromRequest.Made made =
        new CaseFromRequest(knowledge, "metastatic-pain", request, NOW, ZoneOffset.UTC)
            .write(tests, "order", new Random(1));
    String yaml = Files.readString(made.folder().resolve("expected.yaml"));
    assertThat(yaml)
        .contains("order-sign", "363680008", "Patient/patient-1")
        .doesNotContain("Zenobia", "4711");
    assertThat(String.valueOf(new CaseRunner(knowledge).run(CaseFolder.readAll(tests).get(0))))
        .isEqualTo("[]");
  }

  @Test
  void refusesWhatIsNoRequestOfTheService() throws IOException {
    ObjectNode noPatient = request();
    noPatient.withObject("/prefetch").remove("patient");
    assertThatThrownBy(() -> make(noPatient)).isInstanceOf(ProblemException.class);
    ObjectNode otherHook = request().put("hook", "order-dispatch");
    assertThatThrownBy(() -> make(otherHook)).isInstanceOf(ProblemException.class);
    make(request());
    ObjectNode again = request();
    assertThatThrownBy(() -> make(again))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().text()).contains("there already"));
  }
}
