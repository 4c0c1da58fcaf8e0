package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.LedgerReader;

/** Who did what with whose data is in the ledger when the answer arrives. */
@DisplayName("R-100: every access is on record")
class EveryAccessIsOnRecordTest {

  private static final String ISSUER = "https://auth.example.org";
  private static final String EHR = "https://ehr.example.org";
  private static final String FHIR = RunningService.BASE_URL + "/fhir";
  private static final String PATIENT =
      """
      {"resourceType":"Patient","id":"canary-1","birthDate":"1960-05-05","name":[{"family":"Canary"}]}
      """;

  @TempDir private Path folder;
  private RunningService running;
  private final Set<String> looked = new HashSet<>();
  private boolean stopped;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    Path config = folder.resolve("site.yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: st-elsewhere
            issuer: https://ehr.example.org
            jwks-file: keys.json
            local-store: true
        fhir:
          knowledge: token
          token-issuers:
            - issuer: https://auth.example.org
              jwks-file: keys.json
        """);
    running =
        RunningService.operated(
            TestContent.folder(),
            Optional.of(new DatabaseSettings.Sqlite(folder.resolve("data"))),
            Optional.of(config),
            Operations.none());
  }

  @AfterEach
  void stop() {
    if (!stopped) {
      running.close();
    }
    assertThat(running.logged() + running.printed()).doesNotContainIgnoringCase("canary");
  }

  private static TestTokens token(String scope) {
    TestTokens token = TestTokens.good(RunningService.NOW, ISSUER, FHIR);
    token.claims().put("scope", scope).put("client_id", "registry").put("sub", "dr-jones");
    token.header().put("typ", "at+jwt");
    return token;
  }

  private HttpResponse<String> send(String method, String path, String body, TestTokens token)
      throws Exception {
    HttpRequest.Builder request =
        running
            .request(path)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token.signed());
    return running.send(request);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return send(method, path, body, token("system/*.cruds"));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  /** What the ledger has of the accesses since the last look, the oldest first. */
  private List<JsonNode> events() throws Exception {
    HttpResponse<String> answer = get("/fhir/AuditEvent?_count=200");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).doesNotContainIgnoringCase("canary");
    List<JsonNode> events = new ArrayList<>();
    for (JsonNode entry : StrictJson.object(bytes(answer)).path("entry")) {
      JsonNode event = entry.path("resource");
      boolean aLook = "AuditEvent".equals(query(event));
      if (looked.add(event.path("id").asText()) && !aLook) {
        events.add(0, event);
      }
    }
    return events;
  }

  private static byte[] bytes(HttpResponse<String> answer) {
    return answer.body().getBytes(StandardCharsets.UTF_8);
  }

  private static String interaction(JsonNode event) {
    return event.at("/subtype/0/code").asText();
  }

  private static String query(JsonNode event) {
    for (JsonNode entity : event.path("entity")) {
      if (entity.has("query")) {
        String query = new String(Base64.getDecoder().decode(entity.get("query").asText()));
        return query.replaceFirst("\\?_count=$", "");
      }
    }
    return "";
  }

  private static List<String> patients(JsonNode event) {
    List<String> patients = new ArrayList<>();
    for (JsonNode entity : event.path("entity")) {
      if (entity.at("/what/identifier/system").asText().endsWith("ledger-patient")) {
        patients.add(entity.at("/what/identifier/value").asText());
      }
    }
    return patients;
  }

  private static String detail(JsonNode event, String type) {
    for (JsonNode entity : event.path("entity")) {
      for (JsonNode detail : entity.path("detail")) {
        if (detail.path("type").asText().equals(type)) {
          return detail.path("valueString").asText();
        }
      }
    }
    return "";
  }

  @Test
  void readsOfAllKinds() throws Exception {
    events(); // the start
    assertThat(get("/fhir/Patient/anna").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient/anna/_history").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient/anna/_history/1").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient/anna/$everything").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Condition?patient=Patient/anna&code=http://s%7Ccanary").statusCode())
        .isEqualTo(200);
    assertThat(get("/fhir/Patient").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient/canary").statusCode()).isEqualTo(404);
    assertThat(get("/fhir/Condition?canary=1").statusCode()).isEqualTo(400);
    assertThat(get("/fhir/PlanDefinition/two-alerts").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/metadata").statusCode()).isEqualTo(200);
    List<JsonNode> events = events();
    assertThat(events)
        .extracting(
            e -> interaction(e), e -> e.path("action").asText(), e -> e.path("outcome").asText())
        .containsExactly(
            tuple("read", "R", "0"),
            tuple("history-instance", "R", "0"),
            tuple("vread", "R", "0"),
            tuple("operation", "E", "0"),
            tuple("search-type", "E", "0"),
            tuple("search-type", "E", "0"),
            tuple("read", "R", "4"),
            tuple("search-type", "E", "4"));
    List<String> anna = patients(events.get(0));
    assertThat(anna).singleElement().asString().matches("[0-9a-f]{64}");
    assertThat(events.subList(1, 5)).allSatisfy(e -> assertThat(patients(e)).isEqualTo(anna));
    assertThat(patients(events.get(5))).containsAll(anna);
    assertThat(patients(events.get(6))).hasSize(1).doesNotContainAnyElementsOf(anna);
    assertThat(query(events.get(4))).isEqualTo("Condition?code=&patient=");
    assertThat(detail(events.get(4), "entries")).isEqualTo("0");
    JsonNode agents = events.get(0).path("agent");
    assertThat(agents.at("/0/who/identifier/value").asText()).isEqualTo("registry");
    assertThat(agents.at("/0/who/identifier/system").asText()).isEqualTo(ISSUER);
    assertThat(agents.at("/2/who/display").asText()).isEqualTo("dr-jones");
    assertThat(agents.at("/2/requestor").asBoolean()).isTrue();
  }

  @Test
  void changesOfAllKindsBeforeTheyAreMade() throws Exception {
    events();
    assertThat(send("PUT", "/fhir/Patient/canary-1", PATIENT).statusCode()).isEqualTo(201);
    String condition =
        """
        {"resourceType":"Condition","subject":{"reference":"Patient/canary-1"},"code":{"text":"x"}}
        """;
    assertThat(send("POST", "/fhir/Condition", condition).statusCode()).isEqualTo(201);
    String bundle =
        """
        {"resourceType":"Bundle","type":"%s","entry":[
          {"fullUrl":"urn:uuid:7b1f6a52-35a0-4f0e-8c8a-0a6f4a1f8f7a","request":{"method":"POST","url":"Patient"},
           "resource":{"resourceType":"Patient","birthDate":"1960-05-05"}},
          {"request":{"method":"DELETE","url":"Patient/canary-2"}}]}
        """;
    assertThat(send("POST", "/fhir", bundle.formatted("transaction")).statusCode()).isEqualTo(200);
    assertThat(send("POST", "/fhir", bundle.formatted("batch")).statusCode()).isEqualTo(200);
    assertThat(send("DELETE", "/fhir/Patient/canary-1", "").statusCode()).isEqualTo(204);
    assertThat(send("PUT", "/fhir/Patient/canary-1", "{}").statusCode()).isEqualTo(400);
    List<JsonNode> events = events();
    assertThat(events)
        .extracting(
            e -> interaction(e), e -> e.path("action").asText(), e -> e.path("outcome").asText())
        .containsExactly(
            tuple("update", "U", "0"),
            tuple("create", "C", "0"),
            tuple("transaction", "E", "0"),
            tuple("update", "U", "0"),
            tuple("delete", "D", "0"),
            tuple("delete", "D", "0"),
            tuple("update", "U", "4"));
    List<String> canary = patients(events.get(0));
    assertThat(canary).hasSize(1);
    assertThat(patients(events.get(1))).isEqualTo(canary);
    assertThat(patients(events.get(2))).hasSize(2);
    assertThat(detail(events.get(2), "entries")).isEqualTo("2");
    assertThat(patients(events.get(5))).isEqualTo(canary);
  }

  @Test
  void whatMovesToAnotherPatientIsOnRecordForBoth() throws Exception {
    String condition =
        """
        {"resourceType":"Condition","id":"moved","subject":{"reference":"Patient/%s"},"code":{"text":"x"}}
        """;
    for (String patient : List.of("canary-1", "canary-2")) {
      String resource = PATIENT.replace("canary-1", patient);
      assertThat(send("PUT", "/fhir/Patient/" + patient, resource).statusCode()).isEqualTo(201);
    }
    String ofOne = condition.formatted("canary-1");
    assertThat(send("PUT", "/fhir/Condition/moved", ofOne).statusCode()).isEqualTo(201);
    events();
    String ofOther = condition.formatted("canary-2");
    assertThat(send("PUT", "/fhir/Condition/moved", ofOther).statusCode()).isEqualTo(200);
    String transaction =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"resource":%s,
         "request":{"method":"PUT","url":"Condition/moved"}}]}
        """;
    assertThat(send("POST", "/fhir", transaction.formatted(ofOne)).statusCode()).isEqualTo(200);
    assertThat(events()).hasSize(2).allSatisfy(e -> assertThat(patients(e)).hasSize(2));
    assertThat(found("patient=Patient/canary-1&entity=Condition/moved")).contains("update");
  }

  @Test
  void aCreateThatFindsWhatIsThereNamesWhomItFound() throws Exception {
    get("/fhir/Patient/anna");
    List<String> anna = patients(events().get(1));
    HttpRequest.Builder request =
        running
            .request("/fhir/Patient")
            .POST(BodyPublishers.ofString("{\"resourceType\":\"Patient\"}"))
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", "_id=anna")
            .header("Authorization", "Bearer " + token("system/Patient.crs").signed());
    assertThat(running.send(request).statusCode()).isEqualTo(200);
    String batch =
        """
        {"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient"},
         "request":{"method":"POST","url":"Patient","ifNoneExist":"_id=anna"}}]}
        """;
    assertThat(send("POST", "/fhir", batch).statusCode()).isEqualTo(200);
    List<JsonNode> events = events();
    assertThat(events).hasSize(2).allSatisfy(e -> assertThat(interaction(e)).isEqualTo("create"));
    assertThat(events).allSatisfy(e -> assertThat(patients(e)).isEqualTo(anna));
  }

  @Test
  void aChangeThatFailsAfterItsRecordIsRecordedAsFailed() throws Exception {
    events();
    HttpRequest.Builder request =
        running
            .request("/fhir/Patient/anna")
            .PUT(BodyPublishers.ofString(PATIENT.replace("canary-1", "anna")))
            .header("Content-Type", "application/fhir+json")
            .header("If-Match", "W/\"99\"")
            .header("Authorization", "Bearer " + token("system/*.cruds").signed());
    assertThat(running.send(request).statusCode()).isEqualTo(412);
    assertThat(events())
        .extracting(e -> interaction(e), e -> e.path("outcomeDesc").asText())
        .containsExactly(tuple("update", ""), tuple("update", "version-changed"));
  }

  @Test
  void whatCannotBeRecordedIsMarkedOrNotDone() throws Exception {
    events();
    try (Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        Statement statement = other.createStatement()) {
      statement.execute("begin immediate"); // nobody else writes
      HttpResponse<String> read = get("/fhir/Patient/anna");
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(read.headers().firstValue("X-Unrecorded")).contains("true");
      assertThat(isUnrecorded(get("/fhir/Patient/anna/$everything"))).isTrue();
      assertThat(send("PUT", "/fhir/Patient/canary-1", PATIENT).statusCode()).isEqualTo(503);
      statement.execute("rollback");
    }
    for (int i = 0; i < 100 && isUnrecorded(get("/fhir/Patient/anna")); i++) {
      Thread.sleep(100);
    }
    assertThat(isUnrecorded(get("/fhir/Patient/anna"))).isFalse();
    assertThat(get("/fhir/Patient/canary-1").statusCode()).isEqualTo(404); // it was not kept
    assertThat(events())
        .extracting(e -> e.path("outcomeDesc").asText())
        .anyMatch(text -> text.contains("calls could not be recorded"));
  }

  private static boolean isUnrecorded(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Unrecorded").isPresent();
  }

  @Test
  void operationsOnPatients() throws Exception {
    events();
    String apply = "/fhir/PlanDefinition/two-alerts/$apply?subject=Patient/anna";
    assertThat(get(apply).statusCode()).isEqualTo(200);
    assertThat(get("/fhir/ValueSet/$expand?url=x").statusCode()).isEqualTo(404);
    assertThat(get("/fhir/Patient/anna").statusCode()).isEqualTo(200);
    List<JsonNode> events = events();
    assertThat(events)
        .extracting(EveryAccessIsOnRecordTest::interaction)
        .containsExactly("operation", "read");
    assertThat(events.get(0).path("entity").toString()).contains("PlanDefinition/$apply");
    assertThat(patients(events.get(0))).isNotEmpty().isEqualTo(patients(events.get(1)));
  }

  private List<String> found(String search) throws Exception {
    HttpResponse<String> answer = get("/fhir/AuditEvent?" + search);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> found = new ArrayList<>();
    for (JsonNode entry : StrictJson.object(bytes(answer)).path("entry")) {
      found.add(interaction(entry.path("resource")));
    }
    return found;
  }

  @Test
  void isFoundByPatientResourceUserAndKind() throws Exception {
    assertThat(send("PUT", "/fhir/Patient/canary-1", PATIENT).statusCode()).isEqualTo(201);
    assertThat(get("/fhir/Patient/canary-1").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient/anna").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Patient").statusCode()).isEqualTo(200);
    assertThat(get("/fhir/Condition/canary-c").statusCode()).isEqualTo(404);
    assertThat(found("patient=Patient/canary-1")).containsExactly("search-type", "read", "update");
    assertThat(found("patient=canary-1&action=R")).containsExactly("read");
    assertThat(found("patient=canary-1,anna")).hasSize(4);
    assertThat(found("patient=Patient/canary-1&_count=1")).containsExactly("search-type");
    assertThat(found("entity=Patient/canary-1")).hasSize(3);
    assertThat(found("entity=Condition/canary-c")).containsExactly("read");
    assertThat(found("entity=Condition/canary-d")).isEmpty();
    assertThat(found("patient=Patient/nobody")).isEmpty();
    assertThat(found("agent=dr-jones&patient=anna")).containsExactly("search-type", "read");
    assertThat(found("agent=registry&outcome=4")).containsExactly("read");
    assertThat(found("agent=somebody")).isEmpty();
    assertThat(found("type=110100")).containsExactly("110120");
    assertThat(found("subtype=update")).containsExactly("update");
    assertThat(get("/fhir/AuditEvent?patient=a%20b").statusCode()).isEqualTo(400);
  }

  @Test
  void callsOfHooksWithTheirUser() throws Exception {
    events();
    String path = "/cds-services/two-alerts";
    String body =
        """
        {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u1","patientId":"anna"}}
        """;
    TestTokens token = TestTokens.good(RunningService.NOW, EHR, RunningService.BASE_URL + path);
    HttpResponse<String> answer =
        running.send(
            running
                .request(path)
                .POST(BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token.signed()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(found("patient=Patient/anna")).containsExactly("operation");
    assertThat(found("agent=Practitioner/u1")).containsExactly("operation");
    JsonNode agents =
        events().stream()
            .filter(event -> interaction(event).equals("operation"))
            .findFirst()
            .orElseThrow()
            .path("agent");
    assertThat(agents.at("/0/who/display").asText()).isEqualTo("st-elsewhere");
    assertThat(agents.at("/2/who/display").asText()).isEqualTo("Practitioner/u1");
  }

  @Test
  void refusedTokensAndScopesAsFewRows() throws Exception {
    events();
    TestTokens forged = token("system/*.cruds");
    String bearer = "Bearer " + forged.signed(TestTokens.FOREIGN);
    for (int i = 0; i < 50; i++) {
      HttpRequest.Builder request = running.request("/fhir/Patient/canary-" + i);
      assertThat(running.send(request.header("Authorization", bearer)).statusCode()).isEqualTo(401);
    }
    assertThat(running.get("/cds-services").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/fhir/Patient/anna", "", token("system/Basic.r")).statusCode())
        .isEqualTo(403);
    List<JsonNode> events = new ArrayList<>();
    for (int i = 0; i < 100 && events.size() < 3; i++) {
      Thread.sleep(100);
      events.addAll(events());
    }
    assertThat(events)
        .hasSize(3)
        .extracting(e -> e.path("outcomeDesc").asText(), e -> e.at("/type/code").asText())
        .containsExactlyInAnyOrder(
            tuple("token-signature", "110114"),
            tuple("token-no-token", "110114"),
            tuple("scope-missing", "110113"));
    JsonNode scope =
        events.stream()
            .filter(e -> e.path("outcomeDesc").asText().equals("scope-missing"))
            .findFirst()
            .orElseThrow();
    assertThat(scope.at("/agent/0/who/identifier/value").asText()).isEqualTo("registry");
    // those that followed the first are told when the service stops, if no minute has passed
    running.close();
    stopped = true;
    try (LedgerReader ledger =
        LedgerReader.open(new DatabaseSettings.Sqlite(folder.resolve("data")))) {
      long[] times = {0};
      ledger.auditEvents(
          event -> {
            if (event.path("outcomeDesc").asText().equals("token-signature")) {
              times[0] += Long.parseLong(detail(event, "times"));
            }
          });
      assertThat(times[0]).isEqualTo(50);
      assertThat(ledger.verify().broken()).isEmpty();
    }
  }
}
