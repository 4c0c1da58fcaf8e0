package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.TestContent;

/** A rule of the content that runs away, over real sockets. */
class RunawayRuleTest {

  private static final GuardedEngine.Limits RULES =
      new GuardedEngine.Limits(
          Duration.ofMillis(200), 3, Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ZERO);

  /** Seconds in one operator that can't be ended; only for a patient called Anna. */
  private static final String HANGS =
      "define \"Is Recommendation Applicable\":\n"
          + "  Patient.id.value = 'anna' and Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',"
          + " '(a*)*\\\\1b')";

  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "context":{"userId":"Practitioner/1","patientId":"%1$s"},
       "prefetch":{"patient":{"resourceType":"Patient","id":"%1$s","birthDate":"1970-01-01"},
        "conditions":{"resourceType":"Bundle","type":"searchset","entry":[]},
        "observations":{"resourceType":"Bundle","type":"searchset","entry":[]}}}
      """;

  @TempDir Path content;

  @BeforeEach
  void letARuleHang() throws Exception {
    TestContent.copyTo(content);
    Path library = content.resolve("cql/Alert.cql");
    String cql = Files.readString(library);
    String hangs =
        cql.replaceFirst(
            "(?s)define \"Is Recommendation Applicable\":.*?(?=\\ndefine)",
            java.util.regex.Matcher.quoteReplacement(HANGS));
    assertThat(hangs).isNotEqualTo(cql);
    Files.writeString(library, hangs);
    Path plan = content.resolve("fhir-resources/plandefinition/PlanDefinition-alert.json");
    Files.writeString(plan, Files.readString(plan).replace("\"routine\"", "\"stat\""));
  }

  @Test
  @DisplayName("B7 a rule that runs away is named, the others answer, and the service recovers")
  void namesTheRuleAndAnswersInTime() throws Exception {
    try (RunningService running = RunningService.withRules(content, RULES)) {
      Deadline promised = Deadline.after(Duration.ofSeconds(10));
      HttpResponse<String> first = running.post("/cds-services/two-alerts", CALL.formatted("anna"));
      assertThat(promised.expired()).isFalse();
      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(notEvaluated(first)).contains("Alert").doesNotContain("Second");
      assertThat(running.logged()).contains("PlanDefinition/alert|0.1.0 is left out");

      HttpResponse<String> ready = running.get("/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("left out: alert");
      assertThat(notEvaluated(running.post("/cds-services/two-alerts", CALL.formatted("ben"))))
          .contains("left out");

      Deadline patience = Deadline.after(Duration.ofMinutes(3));
      while (running.get("/health/ready").statusCode() != 200 && !patience.expired()) {
        Thread.sleep(200);
        running.post("/cds-services/two-alerts", CALL.formatted("ben"));
      }
      assertThat(running.get("/health/ready").body())
          .contains("\"status\":\"ready\"")
          .doesNotContain("quarantined");
      HttpResponse<String> after = running.post("/cds-services/two-alerts", CALL.formatted("ben"));
      assertThat(after.statusCode()).isEqualTo(200);
      assertThat(notEvaluated(after)).isEmpty();
    }
  }

  /** The text of the card that names what could not be evaluated; empty without one. */
  private static String notEvaluated(HttpResponse<String> answer) throws Exception {
    for (JsonNode card : RunningService.json(answer).path("cards")) {
      if (card.at("/source/topic/code").asText().equals("not-evaluated")) {
        return card.path("summary").asText() + "\n" + card.path("detail").asText();
      }
    }
    return "";
  }
}
