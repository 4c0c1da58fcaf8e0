package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.hooks.Mode;

/**
 * Bad input gets a clear error: the right status, an OperationOutcome that names the place and the
 * mend, no stack trace and nothing of what was sent, in the answer or in the log; and the service
 * answers the next call (SAFE-64).
 */
class RefusesBadHookCallsTest {

  private static final String SERVICE = "/cds-services/two-alerts";
  private static final String CANARY = "PHI-CANARY-7f3a";
  private static final String GOOD =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/1",
       "patientId":"anna"}%s}
      """;

  private static RunningService running;

  @BeforeAll
  static void start() {
    running = RunningService.withTestContent(Mode.DEVELOPMENT);
  }

  @AfterAll
  static void stopAndLookForPatientDataInTheLog() {
    running.close();
    assertThat(running.logged()).contains("/cds-services/{id}").doesNotContain(CANARY, "anna");
  }

  private static String good() {
    return GOOD.formatted("");
  }

  private static String prefetch(String members) {
    return GOOD.formatted(",\"prefetch\":{" + members.replace('\'', '"') + "}");
  }

  private void assertRefused(HttpResponse<String> answer, int status, String place, String mend)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    JsonNode outcome = RunningService.json(answer);
    assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
    JsonNode issue = outcome.at("/issue/0");
    assertThat(issue.path("severity").asText()).isEqualTo("error");
    assertThat(issue.path("diagnostics").asText()).containsIgnoringCase(mend);
    if (!place.isEmpty()) {
      assertThat(issue.at("/expression/0").asText()).isEqualTo(place);
    }
    assertThat(answer.body())
        .doesNotContain(CANARY, "Exception", "org.oncohooks.", ".java", "\\tat ");
    HttpResponse<String> next = running.post(SERVICE, good());
    assertThat(next.statusCode()).isEqualTo(200);
    assertThat(RunningService.json(next).path("cards")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'hook':'PHI-CANARY-7f3a'|ends too early",
        "{'hook':|ends too early",
        "PHI-CANARY-7f3a|malformed",
        "{'hook':'PHI-CANARY-7f3a',}|malformed",
        "{'hook':PHI-CANARY-7f3a}|malformed",
        "[{'hook':'PHI-CANARY-7f3a'}]|object",
        "'PHI-CANARY-7f3a'|object",
        "null|object",
        "{'PHI-CANARY-7f3a':1,'PHI-CANARY-7f3a':2}|twice",
        "{} {'PHI-CANARY-7f3a':1}|one value",
        "~~|empty"
      })
  @DisplayName("R-03, R-13, B3: a body that is not one JSON object")
  void whoseBodyIsNotOneJsonObject(String body, String mend) throws Exception {
    String text = body == null ? "" : body.replace('\'', '"');
    assertRefused(running.post(SERVICE, text), 400, "", mend);
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 1_000, 100_000, 2_000_000})
  @DisplayName("B3: depth bombs")
  void thatAreDepthBombs(int depth) throws Exception {
    assertRefused(
        running.post(SERVICE, prefetch("'patient':" + "[".repeat(depth))), 400, "", "nesting 100");
  }

  @Test
  @DisplayName("B3: numbers that are bombs")
  void whoseNumbersAreBombs() throws Exception {
    assertRefused(
        running.post(SERVICE, prefetch("'patient':" + "9".repeat(100_000))), 400, "", "number 100");
  }

  @Test
  @DisplayName("R-13, B1: a body that says that it is too large")
  void whoseBodySaysItIsTooLarge() throws Exception {
    assertRefused(
        running.post(SERVICE, BodyPublishers.ofByteArray(new byte[5 << 20]), "application/json"),
        413,
        "",
        "4194304 bytes");
  }

  @Test
  @DisplayName("B1: a chunked body that turns out too large")
  void whoseChunkedBodyTurnsOutTooLarge() throws Exception {
    assertRefused(
        running.post(
            SERVICE,
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[5 << 20])),
            "application/json"),
        413,
        "",
        "4194304 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/fhir+xml", "text/html"})
  @DisplayName("R-13, B10: another content type")
  void ofAnotherContentType(String type) throws Exception {
    assertRefused(
        running.post(SERVICE, BodyPublishers.ofString(good()), type), 415, "", "application/json");
  }

  @Test
  @DisplayName("B2: a compressed body")
  void thatAreCompressed() throws Exception {
    assertRefused(
        running.send(
            running
                .request(SERVICE)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(good())))),
        415,
        "",
        "without Content-Encoding");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  @DisplayName("R-13: a service that is not there")
  void toAServiceThatIsNotThere() throws Exception {
    assertRefused(
        running.post("/cds-services/" + CANARY, good()), 404, "", "GET /cds-services lists them");
  }

  @Test
  @DisplayName("R-13: a method that is not theirs")
  void byAMethodThatIsNotTheirs() throws Exception {
    HttpResponse<String> answer = running.get(SERVICE);
    assertThat(answer.headers().firstValue("allow")).contains("OPTIONS, POST");
    assertRefused(answer, 405, "", "Use POST");
    assertRefused(running.post("/cds-services", good()), 405, "", "Use GET");
  }

  @Test
  @DisplayName("R-14: a hook that the service does not offer")
  void forAHookThatTheServiceDoesNotOffer() throws Exception {
    assertRefused(
        running.post(SERVICE, good().replace("patient-view", CANARY)), 400, "hook", "patient-view");
  }

  @ParameterizedTest
  @CsvSource({
    "hook,hook",
    "hookInstance,hookInstance",
    "context,context",
    "userId,context.userId",
    "patientId,context.patientId"
  })
  @DisplayName("R-14, R-15, R-17: a required member is missing")
  void thatMissARequiredMember(String name, String place) throws Exception {
    assertRefused(
        running.post(SERVICE, good().replace("\"" + name + "\"", "\"renamed\"")),
        400,
        place,
        "is missing; send");
  }

  @Test
  void whosePatientIdIsNone() throws Exception {
    assertRefused(
        running.post(SERVICE, good().replace("anna", CANARY + " Jane")),
        400,
        "context.patientId",
        "not a FHIR id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'patient':{'resourceType':'Patient','id':'PHI-CANARY-7f3a'}|prefetch.patient|only this",
        "'conditions':{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'Condition',"
            + "'subject':{'reference':'Patient/PHI-CANARY-7f3a'}}}]}"
            + "|prefetch.conditions.entry[0].resource|only this",
        "'conditions':{'resourceType':'PHI-CANARY-7f3a'}|prefetch.conditions.resourceType|FHIR R4",
        "'conditions':{'id':'PHI-CANARY-7f3a'}|prefetch.conditions.resourceType|FHIR R4",
        "'conditions':'PHI-CANARY-7f3a'|prefetch.conditions|a resource or a Bundle",
        "'conditions':{'resourceType':'Observation','id':'PHI-CANARY-7f3a'}|prefetch.conditions"
            + "|brings Condition",
        "'conditions':{'resourceType':'Condition','onsetDateTime':'PHI-CANARY-7f3a'}"
            + "|prefetch.conditions.onsetDateTime|YYYY-MM-DD",
        "'patient':{'resourceType':'Patient','id':'anna','birthDate':'13/13/1970'}"
            + "|prefetch.patient.birthDate|YYYY-MM-DD"
      })
  @DisplayName("R-48, F5: prefetch of another patient, or of what is not asked for")
  void whosePrefetchHoldsWhatItMayNot(String members, String place, String mend) throws Exception {
    assertRefused(running.post(SERVICE, prefetch(members)), 400, place, mend);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'patient':null,'conditions':null,'observations':null|patient was sent as null",
        "'patient':{'resourceType':'OperationOutcome','issue':[{'severity':'error',"
            + "'diagnostics':'PHI-CANARY-7f3a'}]}|patient was sent as an OperationOutcome",
        "'patient':{'resourceType':'Bundle','link':[{'relation':'next','url':'PHI-CANARY-7f3a'}]}"
            + "|patient was sent incomplete",
        "'condition':{'resourceType':'Bundle'},'PHI-CANARY-7f3a':{}"
            + "|2 keys were sent that this service does not read; it reads conditions, "
      })
  @DisplayName("R-47, R-52: nothing can be evaluated without the data")
  void whoseDataCouldNotBeHad(String members, String mend) throws Exception {
    String unknownPatient = prefetch(members).replace("anna", "nobody");
    assertRefused(running.post(SERVICE, unknownPatient), 412, "prefetch.conditions", mend);
  }

  @Test
  void withoutDataOfAPatientThatTheStoreDoesNotKnow() throws Exception {
    assertRefused(
        running.post(SERVICE, good().replace("anna", "nobody")),
        412,
        "prefetch.conditions",
        "Send these prefetch keys");
  }

  @Test
  void ofWhichEveryRecommendationFails() throws Exception {
    assertRefused(running.post("/cds-services/all-fail", good()), 500, "", "error in the service");
    assertThat(running.logged()).contains("not evaluated: ", "cql-failed: The CQL failed in ");
  }
}
