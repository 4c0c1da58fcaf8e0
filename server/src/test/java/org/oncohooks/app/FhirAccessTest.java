package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every place of the service x {no token, a wrong one, the right one}: default deny. */
@DisplayName("B15 authorization")
class FhirAccessTest {

  private static final String ISSUER = "https://auth.example.org";
  private static final String FHIR = RunningService.BASE_URL + "/fhir";

  @TempDir private static Path folder;
  private static RunningService closed;
  private static RunningService open;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    closed = serve("token");
    open = serve("open");
  }

  private static RunningService serve(String knowledge) throws Exception {
    Path config = Files.createTempFile(folder, "site", ".yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: st-elsewhere
            issuer: https://ehr.example.org
            jwks-file: keys.json
        fhir:
          knowledge: %s
          token-issuers:
            - issuer: https://auth.example.org
              jwks-file: keys.json
        """
            .formatted(knowledge));
    return RunningService.withTenants(config, InstantSource.fixed(RunningService.NOW));
  }

  @Test
  @DisplayName(
      "429 with Retry-After beyond the agreed rate, each issuer and the nameless for themselves")
  void slowsDownWhoCallsTooOften() throws Exception {
    Path config = Files.createTempFile(folder, "site", ".yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: st-elsewhere
            issuer: https://ehr.example.org
            jwks-file: keys.json
        fhir:
          knowledge: open
          calls-per-second: 1
          token-issuers:
            - issuer: https://auth.example.org
              jwks-file: keys.json
              calls-per-second: 1
        """);
    try (RunningService slow =
        RunningService.withTenants(config, InstantSource.fixed(RunningService.NOW))) {
      String token = token("system/*.rs").signed();
      assertThat(untilRefused(slow, "/fhir/metadata", "")).isEqualTo(429);
      assertThat(send(slow, "GET", "/fhir/Patient/anna", token).statusCode()).isNotEqualTo(429);
      assertThat(untilRefused(slow, "/fhir/Patient/anna", token)).isEqualTo(429);
    }
  }

  private static int untilRefused(RunningService service, String path, String token)
      throws Exception {
    HttpResponse<String> answer = send(service, "GET", path, token);
    for (int i = 0; i < 40 && answer.statusCode() != 429; i++) {
      answer = send(service, "GET", path, token);
    }
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    return answer.statusCode();
  }

  @AfterAll
  static void stop() {
    closed.close();
    open.close();
  }

  private static TestTokens token(String scope) {
    TestTokens token = TestTokens.good(RunningService.NOW, ISSUER, FHIR);
    token.claims().put("scope", scope).remove("jti");
    token.claims().put("exp", RunningService.NOW.getEpochSecond() + 3600);
    token.header().put("typ", "at+jwt");
    return token;
  }

  private static HttpResponse<String> send(
      RunningService service, String method, String path, String token) throws Exception {
    HttpRequest.Builder request =
        service.request(path).method(method, body(method, path)).header("Content-Type", type(path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return service.send(request);
  }

  private static HttpRequest.BodyPublisher body(String method, String path) {
    boolean writes = method.equals("PUT") || method.equals("POST");
    return writes
        ? BodyPublishers.ofString(path.endsWith("_search") ? "_id=x" : "{}")
        : BodyPublishers.noBody();
  }

  private static String type(String path) {
    return path.endsWith("_search") ? "application/x-www-form-urlencoded" : "application/fhir+json";
  }

  /**
   * @param right the least scopes that let it in; what the request then gets is another's test
   */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET, /fhir/Patient/anna, system/Patient.r",
    "HEAD, /fhir/Patient/anna, system/Patient.r",
    "GET, /fhir/Patient/anna, system/Patient.read",
    "GET, /fhir/Patient/anna, system/*.read",
    "GET, /fhir/Patient/anna, system/*.*",
    "GET, /fhir/Patient/anna, launch openid system/Patient.rs",
    "GET, /fhir/Patient/anna/, system/Patient.r",
    "GET, /fhir/Patient/anna/_history, system/Patient.r",
    "GET, /fhir/Patient/anna/_history/1, system/Patient.r",
    "GET, /fhir/Patient/anna/$everything, system/*.rs",
    "GET, /fhir/ValueSet/x/$expand, system/ValueSet.r",
    "POST, /fhir/ValueSet/$expand, system/ValueSet.r",
    "GET, /fhir/ValueSet/$validate-code, system/*.read",
    "POST, /fhir/ValueSet/x/$validate-code, system/ValueSet.rs",
    "GET, /fhir/Library/x/$data-requirements, system/Library.r",
    "POST, /fhir/Library/$data-requirements, system/Library.r",
    "GET, /fhir/Library/x/$evaluate, system/*.rs",
    "POST, /fhir/Library/$evaluate, system/*.rs",
    "GET, /fhir/PlanDefinition/x/$apply, system/*.rs",
    "POST, /fhir/PlanDefinition/$apply, system/*.read",
    "POST, /fhir/$cql, system/*.cruds",
    "GET, /fhir/$cql, system/*.cruds",
    "GET, /fhir/AuditEvent, system/AuditEvent.s",
    "GET, /fhir/AuditEvent/ledger-1, system/AuditEvent.r",
    "GET, /fhir/Patient, system/Patient.s",
    "GET, /fhir/Patient?_id=anna, system/Patient.s",
    "GET, /fhir/Condition?_include=Condition:subject, system/*.rs",
    "GET, /fhir/Condition?%5Finclude=Condition:subject, system/*.rs",
    "GET, /fhir/Condition?subject.name=x, system/*.rs",
    "GET, /fhir/Patient?_has:Condition:subject:code=x, system/*.rs",
    "GET, /fhir/Patient/_search?_id=anna, system/Patient.s",
    "POST, /fhir/Patient/_search, system/*.rs",
    "POST, /fhir/Patient, system/Patient.c",
    "PUT, /fhir/Patient/anna, system/Patient.cu",
    "PUT, /fhir/Patient/anna, system/Patient.write",
    "PUT, /fhir/Patient?_id=anna, system/Patient.cu",
    "PATCH, /fhir/Patient/anna, system/Patient.u",
    "DELETE, /fhir/Patient/anna, system/Patient.d",
    "DELETE, /fhir/Patient?_id=x, system/Patient.d",
    "POST, /fhir, system/*.cruds",
    "POST, /fhir/, system/*.read system/*.write",
    "GET, /fhir, system/*.cruds",
    "GET, /fhir/PlanDefinition, system/PlanDefinition.s",
    "GET, /fhir/PlanDefinition/two-alerts, system/PlanDefinition.r",
    "GET, /fhir/AuditEvent, system/AuditEvent.s",
    "GET, /fhir/Nonsense/1, system/Nonsense.r",
    "POST, /fhir/Patient/anna/$purge, system/*.cruds",
    "GET, /fhir/$meta, system/*.cruds",
    "OPTIONS, /fhir/Patient, system/Anything.r"
  })
  void asksForTheScopeOfEachPlace(String method, String path, String right) throws Exception {
    assertThat(send(closed, method, path, "").statusCode()).isEqualTo(401);
    TestTokens forged = token(right);
    assertThat(send(closed, method, path, forged.signed(TestTokens.FOREIGN)).statusCode())
        .isEqualTo(401);
    if (!method.equals("OPTIONS")) {
      for (String wrong :
          List.of(
              "system/Basic.cruds", "patient/*.cruds", "user/*.*", "system/Patient.rs?x=y", "")) {
        assertThat(send(closed, method, path, token(wrong).signed()).statusCode())
            .as(wrong)
            .isEqualTo(403);
      }
    }
    assertThat(send(closed, method, path, token(right).signed()).statusCode()).isNotIn(401, 403);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /fhir/Patient/anna, system/*.rs",
    "PUT, /fhir/Patient/anna, system/Patient.u",
    "POST, /fhir/Patient, system/Patient.rus",
    "DELETE, /fhir/Patient/anna, system/Patient.crus",
    "POST, /fhir, system/Patient.cruds",
    "POST, /fhir, system/*.cud",
    "GET, /fhir/Condition?_include=Condition:subject, system/Condition.rs",
    "GET, /fhir/Patient/anna/$everything, system/Patient.cruds",
    "POST, /fhir/Condition/_search, system/Condition.rs",
    "GET, /fhir/Library/x/$evaluate, system/Library.cruds system/Patient.cruds",
    "POST, /fhir/PlanDefinition/$apply, system/PlanDefinition.cruds",
    "POST, /fhir/$cql, system/*.rs",
    "POST, /fhir/Patient/$expand, system/Patient.rs",
    "GET, /fhir/Patient/anna, system/Patient.s",
    "GET, /fhir/Patient/anna, system/patient.r",
    "GET, /fhir/Patient/anna, system/Patient.sr",
    "GET, /fhir/Patient/anna, system/Patient.",
    "GET, /fhir/Patient/anna, xsystem/Patient.r"
  })
  void doesNotTakeLessThanIsNeeded(String method, String path, String scope) throws Exception {
    assertThat(send(closed, method, path, token(scope).signed()).statusCode()).isEqualTo(403);
  }

  /** The answer of a conditional create tells what is there, and how many. */
  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "system/Patient.c; _id=bert; 403",
        "system/Patient.cu; _id=bert; 403",
        "system/Patient.write; birthdate=1900; 403",
        "system/Patient.cr; _id=bert; 403",
        "system/Patient.cs; _id=bert; 403",
        "system/Patient.cud system/Condition.rs; _id=bert; 403",
        "system/Patient.crs; _has:Condition:subject:code=x; 403",
        "system/Patient.c; ''; 403",
        "system/Patient.crs; _id=bert; 200",
        "system/Patient.c system/Patient.read; _id=bert; 200",
        "system/*.cruds; _id=bert; 200"
      })
  void asksForReadingWhereACreateLooksFirst(String scope, String condition, int status)
      throws Exception {
    putBert();
    String body = "{\"resourceType\":\"Patient\"}";
    for (String kind : List.of("", "return=minimal", "return=representation")) {
      HttpRequest.Builder request =
          closed
              .request("/fhir/Patient")
              .POST(BodyPublishers.ofString(body))
              .header("Content-Type", "application/fhir+json")
              .header("if-none-exist", condition)
              .header("Authorization", "Bearer " + token(scope).signed());
      if (!kind.isEmpty()) {
        request.header("Prefer", kind);
      }
      HttpResponse<String> answer = closed.send(request);
      assertThat(answer.statusCode()).as(kind).isEqualTo(status);
      boolean seen = status == 200 && !kind.equals("return=minimal");
      assertThat(answer.body().contains("\"bert\"")).as(kind).isEqualTo(seen);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "batch"})
  void asksForReadingWhereAnEntryLooksFirst(String type) throws Exception {
    putBert();
    String bundle =
        """
        {"resourceType":"Bundle","type":"%s","entry":[{"resource":{"resourceType":"Patient"},
         "request":{"method":"POST","url":"Patient","ifNoneExist":"_id=bert"}}]}
        """
            .formatted(type);
    for (String scope :
        List.of("system/Patient.c", "system/Patient.cruds", "system/*.c", "system/*.cud")) {
      assertThat(bundle(bundle, scope).statusCode()).as(scope).isEqualTo(403);
    }
    HttpResponse<String> answer = bundle(bundle, "system/*.cruds");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("200 OK").doesNotContain("birthDate");
  }

  private static HttpResponse<String> bundle(String bundle, String scope) throws Exception {
    return closed.send(
        closed
            .request("/fhir")
            .POST(BodyPublishers.ofString(bundle))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token(scope).signed()));
  }

  private static void putBert() throws Exception {
    String bert = "{\"resourceType\":\"Patient\",\"id\":\"bert\",\"birthDate\":\"1950-05-05\"}";
    HttpRequest.Builder request =
        closed
            .request("/fhir/Patient/bert")
            .PUT(BodyPublishers.ofString(bert))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token("system/Patient.cu").signed());
    assertThat(closed.send(request).statusCode()).isIn(200, 201);
  }

  @Test
  void tellsEveryoneWhatItIs() throws Exception {
    assertThat(send(closed, "GET", "/fhir/metadata", "").statusCode()).isEqualTo(200);
    assertThat(send(closed, "POST", "/fhir/metadata", "").statusCode()).isEqualTo(401);
    assertThat(closed.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(closed.get("/health/ready").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/cds-services", "/cds-services/two-alerts"})
  void takesNoTokenOfOneFaceAtTheOther(String path) throws Exception {
    TestTokens token = TestTokens.good(RunningService.NOW, ISSUER, RunningService.BASE_URL + path);
    String method = path.endsWith("services") ? "GET" : "POST";
    assertThat(send(closed, method, path, token.signed()).statusCode()).isEqualTo(401);
    TestTokens client = TestTokens.good(RunningService.NOW, "https://ehr.example.org", FHIR);
    client.claims().put("scope", "system/*.*");
    assertThat(send(closed, "GET", "/fhir/Patient/anna", client.signed()).statusCode())
        .isEqualTo(401);
  }

  @Test
  void takesNoTokenThatIsOldOrForOthers() throws Exception {
    TestTokens old = token("system/*.*");
    old.claims().put("exp", RunningService.NOW.getEpochSecond() - 61);
    assertThat(send(closed, "GET", "/fhir/Patient", old.signed()).statusCode()).isEqualTo(401);
    TestTokens other = token("system/*.*");
    other.claims().put("aud", "https://other.example.org/fhir");
    assertThat(send(closed, "GET", "/fhir/Patient", other.signed()).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/PlanDefinition",
        "/fhir/PlanDefinition?url=x",
        "/fhir/ValueSet",
        "/fhir/Library/x",
        "/fhir/ValueSet/x/$expand",
        "/fhir/ValueSet/$validate-code",
        "/fhir/Library/x/$data-requirements"
      })
  void letsAnyoneReadKnowledgeIfTheSiteSaysSo(String path) throws Exception {
    assertThat(send(open, "GET", path, "").statusCode()).isIn(200, 400, 404);
    assertThat(send(closed, "GET", path, "").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /fhir/Patient/anna",
    "GET, /fhir/Patient",
    "PUT, /fhir/PlanDefinition/x",
    "POST, /fhir/PlanDefinition",
    "DELETE, /fhir/PlanDefinition/x",
    "POST, /fhir",
    "POST, /fhir/PlanDefinition/_search",
    "GET, /fhir/Library/x/$evaluate",
    "POST, /fhir/Library/$evaluate",
    "GET, /fhir/PlanDefinition/x/$apply",
    "POST, /fhir/$cql",
    "PUT, /fhir/ValueSet/$expand",
    "GET, /fhir/PlanDefinition?_revinclude=Condition:subject"
  })
  void opensNothingElse(String method, String path) throws Exception {
    assertThat(send(open, method, path, "").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/fhir/metadata/../Patient/anna",
        "/fhir/metadata/%2e%2e/Patient/anna",
        "/fhir/ValueSet/..;/Patient/anna",
        "/fhir/ValueSet;/../Patient/anna",
        "/fhir/metadata;x=1/../../fhir/Patient/anna",
        "/fhir/metadata%2f..%2fPatient/anna",
        "/fhir//Patient/anna",
        "/FHIR/Patient/anna",
        "/fhir/./Patient/anna",
        "//fhir/Patient/anna"
      })
  @DisplayName("B5: tricks with paths")
  void isNotFooledByAPath(String path) throws Exception {
    String answer;
    try (var socket = new Socket("127.0.0.1", open.port())) {
      socket.setSoTimeout(5_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(answer).containsPattern("^HTTP/1.1 (400|401|404) ").doesNotContain("birthDate");
  }
}
