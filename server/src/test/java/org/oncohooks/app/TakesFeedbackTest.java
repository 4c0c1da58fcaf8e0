package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.hooks.Mode;

/** The feedback endpoint, as an EHR meets it. */
class TakesFeedbackTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;
  private static final String PLACE = "/cds-services/two-alerts/feedback";

  private RunningService running;

  @BeforeEach
  void start() {
    running = RunningService.withTestContent(Mode.PRODUCTION);
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private JsonNode view() throws Exception {
    return RunningService.json(running.post("/cds-services/two-alerts", VIEW));
  }

  /** A line is written when its answer has left, so that the caller may be ahead of it. */
  private String logged(String last) throws InterruptedException {
    for (int i = 0; i < 100 && !running.logged().contains(last); i++) {
      Thread.sleep(50);
    }
    assertThat(running.logged()).contains(last);
    return running.logged();
  }

  private static String overridden(String card) {
    return """
    {"card":"%s","outcome":"overridden","overrideReason":{"userComment":"CANARY told me"},
     "outcomeTimestamp":"2026-06-01T16:00:00Z"}
    """
        .formatted(card);
  }

  private HttpResponse<String> send(String... entries) throws Exception {
    return running.post(PLACE, "{\"feedback\":[" + String.join(",", entries) + "]}");
  }

  @Test
  @DisplayName("R-85: it is taken with 200, and the answered card does not come again")
  void isTakenAndUsed() throws Exception {
    String card = view().at("/cards/0/uuid").asText();
    HttpResponse<String> answer = send(overridden(card));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{}");
    JsonNode again = view();
    assertThat(again.path("cards")).isEmpty();
    assertThat(again.at("/extension/org.oncohooks/suppressed/0/card").asText()).isEqualTo(card);
    assertThat(logged("cards=0 applies=0 suppressed=1"))
        .contains("service=two-alerts stored=1 repeated=0 unknown=0")
        .doesNotContain("CANARY")
        .doesNotContain(card);
  }

  @Test
  @DisplayName("R-84: late, repeated, batched and unknown entries are taken")
  void isTakenOnce() throws Exception {
    String one = view().at("/cards/0/uuid").asText();
    String two = view().at("/cards/0/uuid").asText();
    assertThat(send(overridden(one), overridden(two), overridden(one)).statusCode()).isEqualTo(200);
    assertThat(send(overridden(one), overridden("unknown")).statusCode()).isEqualTo(200);
    assertThat(send().statusCode()).isEqualTo(200);
    assertThat(logged("stored=0 repeated=0 unknown=0"))
        .contains("stored=2 repeated=1 unknown=0")
        .contains("stored=1 repeated=1 unknown=1");
  }

  @Test
  @DisplayName("a batch with a mistake is refused as a whole")
  void isRefusedAsAWhole() throws Exception {
    String card = view().at("/cards/0/uuid").asText();
    HttpResponse<String> answer = send(overridden(card), "{\"card\":\"CANARY\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(RunningService.json(answer).at("/issue/0/expression/0").asText())
        .isEqualTo("feedback[1].outcome");
    assertThat(answer.body()).doesNotContain("CANARY");
    assertThat(view().path("cards")).hasSize(1);
  }

  @Test
  void isRefusedForAServiceThatIsNotThere() throws Exception {
    assertThat(running.post("/cds-services/none/feedback", "{\"feedback\":[]}").statusCode())
        .isEqualTo(404);
    assertThat(running.get(PLACE).statusCode()).isEqualTo(405);
  }
}
