package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.authoring.CaseFromRequest;
import org.oncohooks.authoring.RequestFromCase;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Service;
import picocli.CommandLine;

/** Requests made into cases, and cases into requests, as the service itself reads and answers. */
class CaseCommandTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCREENING = "breast-cancer-screening";
  private static Knowledge knowledge;
  private static GuardedEngine engine;
  private static CdsHooks hooks;

  @TempDir private Path tests;

  @BeforeAll
  static void load() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    engine = new GuardedEngine(GuardedEngine.Limits.standard());
    hooks = AuthorsHooks.of(knowledge, engine, Optional.empty(), ZoneOffset.UTC);
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  /** Must not be found in what is written. */
  private static final List<String> SECRETS =
      List.of(
          "Quillfeather",
          "Zenobia",
          "MRN-77121",
          "555-0199",
          "Harrow Lane",
          "0dd5-secret",
          "okonkwo",
          "Okonkwo",
          "visits her sister",
          "1971-03-17",
          "2025-11-02",
          "kept-in-a-note",
          "4711",
          "ehr.example");

  private static ObjectNode request() throws IOException {
    return (ObjectNode)
        JSON.readTree(
            """
            {"hook":"patient-view","hookInstance":"0dd5-secret","fhirServer":"https://ehr.example/fhir",
             "context":{"patientId":"p-4711","userId":"Practitioner/okonkwo","encounterId":"e-4711"},
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
              "procedures":null},
             "extension":{"org.oncohooks.evaluationTime":"2026-06-01T17:00:00Z"}}
            """);
  }

  private CaseFromRequest.Made make(ObjectNode request, String service, String name) {
    byte[] bytes = request.toString().getBytes(StandardCharsets.UTF_8);
    return new CaseFromRequest(knowledge, CaseCommand.New.read(hooks, service, bytes))
        .write(tests, name, new Random(7));
  }

  private CaseFromRequest.Made make(ObjectNode request) {
    return make(request, SCREENING, "from-ehr");
  }

  private Case written() throws IOException {
    List<Case> cases = CaseFolder.readAll(tests);
    assertThat(cases).hasSize(1);
    return cases.get(0);
  }

  private String all() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(tests)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(file.getFileName()).append('\n').append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private static ArrayNode conditions(ObjectNode request) {
    return (ArrayNode) request.at("/prefetch/conditions/entry");
  }

  @Test
  void makesACaseThatHoldsAndIsAboutNobody() throws IOException {
    CaseFromRequest.Made made = make(request());
    assertThat(made.differences()).isEmpty();
    String all = all();
    assertThat(SECRETS).allSatisfy(secret -> assertThat(all).doesNotContain(secret));
    // what rules read is left
    assertThat(all).contains("254837009", "confirmed", "TODO");
    assertThat(new CaseRunner(knowledge).run(written())).isEmpty();
    assertThat(written().missing())
        .contains("Procedure")
        .doesNotContain("Observation", "Condition");
    assertThat(written().service()).contains(SCREENING);
    assertThat(made.notes())
        .anyMatch(note -> note.startsWith("procedures (Procedure) was sent as null"))
        .anyMatch(note -> note.startsWith("What was not sent is missing"));
  }

  @Test
  void takesWhatHasNoIdAsTheServiceDoes() throws IOException {
    ObjectNode request = request();
    ObjectNode unnamed = (ObjectNode) conditions(request).get(0).get("resource").deepCopy();
    unnamed.remove("id");
    conditions(request).addObject().set("resource", unnamed);
    conditions(request).addObject().set("resource", unnamed.deepCopy().put("recordedDate", "2026"));
    assertThat(make(request).differences()).isEmpty();
    assertThat(
            written().resources().stream()
                .filter(each -> each.path("resourceType").asText().equals("Condition")))
        .hasSize(3);
  }

  @Test
  void readsAGapWhereTheServiceReadsOne() throws IOException {
    ObjectNode paged = request();
    ((ObjectNode) paged.at("/prefetch/conditions"))
        .putArray("link")
        .addObject()
        .put("relation", "next")
        .put("url", "https://ehr.example/fhir?page=2");
    CaseFromRequest.Made made = make(paged, SCREENING, "paged");
    assertThat(made.differences()).isEmpty();
    assertThat(made.notes()).anyMatch(note -> note.contains("the Bundle has a next page"));
    assertThat(written().missing()).contains("Condition");

    ObjectNode failed = request();
    conditions(failed)
        .addObject()
        .putObject("resource")
        .put("resourceType", "OperationOutcome")
        .putArray("issue")
        .addObject()
        .put("severity", "error")
        .put("code", "exception");
    assertThat(make(failed, SCREENING, "failed").notes())
        .anyMatch(note -> note.contains("OperationOutcome that reports an error"));

    ObjectNode ruled = request();
    ((ObjectNode) conditions(ruled).get(0).get("resource"))
        .put("implicitRules", "https://ehr.example/rules");
    made = make(ruled, SCREENING, "ruled");
    assertThat(made.notes()).anyMatch(note -> note.contains("modifierExtension or implicitRules"));
    assertThat(made.differences()).isEmpty();
    assertThat(all()).doesNotContain("ehr.example");
  }

  @Test
  void refusesWhatTheServiceRefuses() throws IOException {
    ObjectNode wrong = request();
    ((ObjectNode) conditions(wrong).get(0).get("resource")).put("onsetDateTime", "yesterday");
    assertRefused(wrong, SCREENING, "onsetDateTime is not a FHIR date");
    ObjectNode noPatient = request();
    noPatient.withObject("/prefetch").remove("patient");
    assertRefused(noPatient, SCREENING, "holds no Patient");
    assertRefused(request().put("hook", "order-dispatch"), SCREENING, "does not answer this hook");
    make(request());
    assertRefused(request(), SCREENING, "there already");
  }

  private void assertRefused(ObjectNode request, String service, String text) {
    assertThatThrownBy(() -> make(request, service, "from-ehr"))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().text()).contains(text));
  }

  @Test
  void saysThatTheServiceRefusesTheRequest() throws IOException {
    assertThat(make(request()).refusal()).isEmpty();
    ObjectNode bare = request();
    bare.withObject("/prefetch").retain("patient");
    assertThat(make(bare, SCREENING, "bare").refusal().orElseThrow().text())
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
    LocalDate evaluated = written().evaluatedAt().toLocalDate();
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
    CaseFromRequest.Made made = make(request, "metastatic-pain", "order");
    assertThat(made.differences()).isEmpty();
    assertThat(Files.readString(made.folder().resolve("expected.yaml")))
        .contains("order-sign", "363680008", "Patient/patient-1", "Practitioner/practitioner-1")
        .doesNotContain("Zenobia", "4711", "okonkwo");
    assertThat(new CaseRunner(knowledge).run(written())).isEmpty();
  }

  /** What comes out of one comes out of the other: request of a case, case of that request. */
  @Test
  void answersTheRequestOfACaseAsTheCaseAndBack() throws IOException {
    int cards = 0;
    for (String library :
        List.of(
            "ScreeningDue",
            "ScreeningNotRecommended",
            "BackPainRedFlag",
            "CordCompression",
            "HereditaryReferral",
            "MetastaticCare")) {
      List<Case> own =
          CaseFolder.readAll(HOME.resolve("cql/tests"), library).stream()
              .filter(each -> each.service().isPresent())
              .limit(6)
              .toList();
      for (Case of : own) {
        ObjectNode request =
            RequestFromCase.request(
                of, List.of(knowledge.service(of.service().get()).orElseThrow()));
        Decision decision = new CaseRunner(knowledge).decide(of).orElseThrow();
        if (decision.notEvaluated().size() == decision.outcomes().size()) {
          continue;
        }
        byte[] answer =
            hooks
                .answer(
                    of.service().get(),
                    request.toString().getBytes(StandardCharsets.UTF_8),
                    Deadline.after(Duration.ofSeconds(20)))
                .json();
        JsonNode card = StrictJson.object(answer).path("cards").path(0);
        if (decision.speaking().isPresent()) {
          cards++;
          assertThat(card.path("summary").asText())
              .as(of.name())
              .isEqualTo(decision.speaking().get().advice().summary());
        }
        CaseFromRequest.Made made =
            make(request, of.service().get(), "back-" + Math.abs(of.name().hashCode()));
        // words are not taken along; where they decide, that is told
        if (of.name().endsWith("in words")) {
          assertThat(made.differences()).as(of.name()).isNotEmpty();
        } else if (!of.name().contains("/names")) {
          assertThat(made.differences()).as(of.name()).isEmpty();
        }
      }
    }
    assertThat(cards).isPositive();
  }

  @Test
  void runsAsACommand() throws IOException {
    Path content = tests.resolve("content");
    TestContent.copyTo(content);
    Path home = content.resolve("cql/tests/Alert/cancer");
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("Patient-p1.json"),
        """
        {"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"}""");
    Files.writeString(
        home.resolve("Condition-c1.json"),
        """
        {"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},
         "code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]}}""");
    Files.writeString(
        home.resolve("expected.yaml"),
        """
        evaluationTime: "2026-06-01T12:00:00-05:00"
        service: two-alerts
        cards: [{topic: alert}]
        """);
    assertThat(run(content, "case", "request", "Alert/cancer")).isZero();
    JsonNode request = JSON.readTree(out.toString());
    assertThat(request.at("/extension/org.oncohooks.evaluationTime").asText())
        .startsWith("2026-06");
    assertThat(request.at("/context/patientId").asText()).isEqualTo("p1");
    Path file = content.resolve("request.json");
    Files.writeString(file, out.toString());

    assertThat(err.toString())
        .contains("holds what all services of patient-view ask for:", "two-alerts", "--service ID");
    assertThat(run(content, "case", "request", "Alert/cancer", "--service", "two-alerts")).isZero();
    assertThat(err.toString()).isEmpty();

    assertThat(run(content, "case", "request", "Alert/cancer", "--bundle")).isZero();
    String bundle = out.toString();
    assertThat(JSON.readTree(bundle).path("entry")).hasSize(2);
    takesTheBundle(bundle);

    Path chart = Files.writeString(content.resolve("chart.json"), bundle);
    assertThat(run(content, "case", "new", "--from", chart.toString(), "--service", "two-alerts"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("chart.json is a FHIR Bundle and no CDS Hooks request.", "case request CASE");

    assertThat(
            run(
                content,
                "case",
                "new",
                "--from",
                file.toString(),
                "--service",
                "two-alerts",
                "--name",
                "again"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString()).contains("again", "expected.yaml");
    assertThat(run(content, "case", "new", "--from", file.toString(), "--service", "nope"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("There is no service nope", "two-alerts");
    assertThat(run(content, "case", "request", "Alert/nope")).isEqualTo(1);
    assertThat(err.toString()).contains("the cases of Alert are: again, cancer");
  }

  private static void takesTheBundle(String bundle) {
    try (RunningService service = RunningService.withTestContent(Mode.DEVELOPMENT)) {
      HttpResponse<String> answer = service.post("/fhir", bundle);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("transaction-response");
      assertThat(service.get("/fhir/Condition/c1").statusCode()).isEqualTo(200);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * One request asks all services, as the workbench does; before, it held what one of them reads.
   */
  @Test
  void holdsWhatAllServicesOfTheHookAskFor() throws IOException {
    Case of =
        CaseFolder.readAll(HOME.resolve("cql/tests"), "ScreeningDue").stream()
            .filter(each -> each.service().isPresent() && each.missing().isEmpty())
            .findFirst()
            .orElseThrow();
    List<Service> all =
        knowledge.services().stream().filter(s -> s.hooks().contains(of.hook())).toList();
    assertThat(all).hasSizeGreaterThan(2);
    byte[] request = RequestFromCase.request(of, all).toString().getBytes(StandardCharsets.UTF_8);
    for (Service service : all) {
      JsonNode answer =
          StrictJson.object(
              hooks.answer(service.id(), request, Deadline.after(Duration.ofSeconds(20))).json());
      assertThat(answer.toString()).as(service.id()).doesNotContain("not-evaluated");
    }
  }

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Path content, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--content";
    all[arguments.length + 1] = content.toString();
    return line.execute(all);
  }
}
