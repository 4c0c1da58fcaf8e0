package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oncohooks.ehr.FaultyFhirServer.send;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.TestContent;

/** A token and a patient's data go through every kind of answer, and come out nowhere. */
@DisplayName("R-22: the access token is neither logged nor told")
class KeepsTheTokenToItselfTest {

  private static final String TOKEN = "TOKEN-CANARY-8d21";
  private static final String CANARY = "PHI-CANARY-8d21";

  /** What the server says to one call after the other; each with something that is nobody's. */
  private static final List<String> BODIES =
      List.of(
          "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}",
          "{\"resourceType\":\"" + CANARY + "\"}",
          "<html>" + CANARY,
          "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":"
              + "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/"
              + CANARY
              + "\"}}}]}",
          "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"link\":[{\"relation\":\"next\","
              + "\"url\":\"https://"
              + CANARY
              + ".example/\"}]}",
          "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\","
              + "\"diagnostics\":\""
              + CANARY
              + "\"}]}");

  private static String call(FaultyFhirServer server, String tokenType) {
    return """
        {"hook":"patient-view","hookInstance":"i","fhirServer":"%s",
         "fhirAuthorization":{"access_token":"%s","token_type":"%s","expires_in":300,
          "scope":"patient/*.read","subject":"us"},
         "context":{"userId":"Practitioner/u","patientId":"%s"}}
        """
        .formatted(server.base(), TOKEN, tokenType, "anna");
  }

  @Test
  void whateverTheServerAnswers() throws Exception {
    for (int status : new int[] {200, 302, 401, 404, 500}) {
      AtomicInteger turn = new AtomicInteger();
      try (FaultyFhirServer server =
              FaultyFhirServer.answering(
                  (request, connection) ->
                      send(
                          connection,
                          status,
                          "application/fhir+json",
                          BODIES.get(turn.get() % BODIES.size())));
          RunningService running =
              RunningService.asking(TestContent.folder(), Mode.PRODUCTION, server.base())) {
        for (int i = 0; i < BODIES.size(); i++) {
          turn.set(i);
          HttpResponse<String> answer =
              running.post("/cds-services/two-alerts", call(server, "Bearer"));
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(412);
          assertThat(answer.body()).doesNotContain(TOKEN, CANARY, "anna");
        }
        HttpResponse<String> refused =
            running.post("/cds-services/two-alerts", call(server, "mac"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).doesNotContain(TOKEN);
        assertThat(server.requests())
            .isNotEmpty()
            .allSatisfy(r -> assertThat(r.authorization()).isEqualTo("Bearer " + TOKEN));
        assertThat(running.logged())
            .containsPattern(
                "fetch host=127\\.0\\.0\\.1:\\d+ keys=3 failed=\\d ms=\\d+ bytes=\\d+ "
                    + "conditions:[A-Z_]+")
            .doesNotContain(TOKEN, CANARY, "anna", "Condition?", "/fhir/r4");
      }
    }
  }
}
