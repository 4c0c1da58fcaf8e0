package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.hooks.Mode;

class AnswersHookCallsTest {

  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  private static RunningService running;

  @BeforeAll
  static void start() {
    running = RunningService.withTestContent(Mode.DEVELOPMENT);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  void fromTheStoreWhenNothingIsSent() throws Exception {
    JsonNode response = RunningService.json(running.post("/cds-services/two-alerts", CALL));
    assertThat(response.at("/cards/0/source/topic/code").asText()).isEqualTo("alert");
    assertThat(response.at("/cards/0/detail").asText()).contains("Breast cancer, 2024-03");
  }

  @Test
  void alikeFromPrefetchAndFromTheStore() throws Exception {
    String prefetch =
        """
        ,"prefetch":{"patient":%s,"conditions":{"resourceType":"Bundle","type":"searchset",
        "entry":[{"resource":%s}]},"observations":{"resourceType":"Bundle","type":"searchset"}}}
        """
            .formatted(
                running.get("/fhir/Patient/anna").body(),
                running.get("/fhir/Condition/anna-cancer").body());
    String sent = CALL.strip().replaceFirst("}$", Matcher.quoteReplacement(prefetch));
    JsonNode fromPrefetch = RunningService.json(running.post("/cds-services/two-alerts", sent));
    JsonNode fromStore = RunningService.json(running.post("/cds-services/two-alerts", CALL));
    assertThat(fromPrefetch.path("cards")).hasSameSizeAs(fromStore.path("cards"));
    for (String part : new String[] {"summary", "detail", "indicator", "source", "extension"}) {
      assertThat(fromPrefetch.at("/cards/0").path(part))
          .isEqualTo(fromStore.at("/cards/0").path(part));
    }
  }

  @Test
  void onAPatientThatWasLoadedOverFhir() throws Exception {
    String bundle =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"https://e.org/Patient/ben",
        "resource":{"resourceType":"Patient","id":"ben"},
        "request":{"method":"PUT","url":"Patient/ben"}}]}
        """;
    assertThat(running.post("/fhir", bundle).statusCode()).isEqualTo(200);
    HttpResponse<String> answer =
        running.post("/cds-services/two-alerts", CALL.replace("anna", "ben"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(RunningService.json(answer).at("/cards/0/source/topic/code").asText())
        .isEqualTo("data-incomplete");
  }

  @Test
  void andListsItsServices() throws Exception {
    JsonNode services = RunningService.json(running.get("/cds-services")).path("services");
    assertThat(services).hasSize(3);
  }

  @Test
  void andSaysThatItIsAlive() throws Exception {
    assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(running.get("/health/ready").body())
        .matches("\\{\"status\":\"ready\",\"content\":\"[0-9a-f]{12}\"}");
  }

  @Test
  void andLogsOneLineWithoutPatientData() throws Exception {
    running.post("/cds-services/two-alerts", CALL);
    running.get("/fhir/Patient/anna");
    running.get("/fhir/Patient?_id=anna");
    running.get("/health/live");
    assertThat(running.logged())
        .containsPattern(
            "POST /cds-services/\\{id} 200 service=two-alerts cards=1 applies=1 notEvaluated=0"
                + " resources=2 ms=[0-9.]+ cpuMs=[0-9.]+ in=[0-9]+ out=[0-9]+ request=[0-9a-f]{16}")
        .containsPattern("GET /fhir/\\* 200 ")
        .doesNotContain("anna");
  }

  @Test
  void andSaysWhatItIsAndWhatToTry() throws Exception {
    String printed = running.printed();
    assertThat(printed)
        .contains("This is a demo", "kept in memory", "development mode", "loopback only")
        .contains("Listening on http://127.0.0.1:" + running.port())
        .contains("two-alerts  (patient-view)  Two alerts")
        .contains("2026-06-01T12:00:00-05:00");
    Matcher example =
        Pattern.compile("curl -s http://127.0.0.1:\\d+(/\\S+) .*-d '(.*?)'", Pattern.DOTALL)
            .matcher(printed);
    assertThat(example.find()).isTrue();
    JsonNode response = RunningService.json(running.post(example.group(1), example.group(2)));
    assertThat(response.path("cards")).isNotEmpty();
  }

  @Test
  void withoutTakingTheTimeFromARequestInProduction() throws Exception {
    try (RunningService production = RunningService.withTestContent(Mode.PRODUCTION)) {
      String call =
          CALL.strip()
              .replaceFirst(
                  "}$",
                  ",\"extension\":{\"org.oncohooks.evaluationTime\":\"2030-01-01T00:00:00Z\"}}");
      HttpResponse<String> answer = production.post("/cds-services/two-alerts", call);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("development mode only");
      assertThat(production.printed()).contains("Production mode").doesNotContain("curl");
    }
  }
}
