package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.LedgerReader;

/** A critical rule that runs away for some patients of one tenant, over real sockets. */
class RunawayRuleTest {

  private static final GuardedEngine.Limits RULES =
      new GuardedEngine.Limits(
          Duration.ofMillis(100), 3, Duration.ofMinutes(10), Duration.ofMinutes(10), Duration.ZERO);

  /** Minutes for patients called Anna, seconds in one operator that can't be ended for Otto. */
  private static final String RUNS_AWAY =
      """
      define "Is Recommendation Applicable":
        case
          when StartsWith(Patient.id.value, 'anna') then Count(
            from ({1,2,3,4,5,6,7,8,9}) A, ({1,2,3,4,5,6,7,8,9}) B, ({1,2,3,4,5,6,7,8,9}) C,
              ({1,2,3,4,5,6,7,8,9}) D, ({1,2,3,4,5,6,7,8,9}) E, ({1,2,3,4,5,6,7,8,9}) F,
              ({1,2,3,4,5,6,7,8,9}) G, ({1,2,3,4,5,6,7,8,9}) H, ({1,2,3,4,5,6,7,8,9}) I
            where A + B + C + D + E + F + G + H + I > 100 return A) = 0
          when Patient.id.value = 'otto' then Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*\\\\1b')
          else false
        end
      """;

  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "context":{"userId":"Practitioner/1","patientId":"%1$s"},
       "prefetch":{"patient":{"resourceType":"Patient","id":"%1$s","birthDate":"1970-01-01"},
        "conditions":{"resourceType":"Bundle","type":"searchset","entry":[]},
        "observations":{"resourceType":"Bundle","type":"searchset","entry":[]}}}
      """;

  @TempDir private static Path content;
  @TempDir private static Path site;
  private static RunningService running;

  @BeforeAll
  static void start() throws Exception {
    TestContent.copyTo(content);
    Path library = content.resolve("cql/Alert.cql");
    String cql = Files.readString(library);
    String changed =
        cql.replaceFirst(
            "(?s)define \"Is Recommendation Applicable\":.*?(?=\\ndefine)",
            Matcher.quoteReplacement(RUNS_AWAY));
    assertThat(changed).isNotEqualTo(cql);
    Files.writeString(library, changed);
    Path plan = content.resolve("fhir-resources/plandefinition/PlanDefinition-alert.json");
    Files.writeString(plan, Files.readString(plan).replace("\"routine\"", "\"stat\""));
    Files.writeString(site.resolve("keys.json"), TestTokens.KEYS);
    Path config = site.resolve("site.yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: first
            issuer: https://first.example.org
            jwks-file: keys.json
          - id: second
            issuer: https://second.example.org
            jwks-file: keys.json
        """);
    running =
        RunningService.withTenantsAndRules(
            content, config, new DatabaseSettings.Sqlite(site.resolve("data")), RULES);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  @Test
  @DisplayName("B7 a rule that runs away is named, the others answer, and other tenants' do too")
  void holdsARunawayAgainstItsTenantAlone() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(notEvaluated("first", "anna")).contains("Alert").doesNotContain("Second");
    }
    assertThat(ready().body()).as("one chart, sent again").doesNotContain("quarantined");
    assertThat(notEvaluated("first", "ben")).isEmpty();
    assertThat(notEvaluated("second", "ben")).isEmpty();

    for (int i = 0; i < 3; i++) {
      assertThat(notEvaluated("first", "anna" + i)).contains("Alert");
    }
    assertThat(running.logged())
        .contains("PlanDefinition/alert|0.1.0 is in quarantine")
        .contains("first");
    assertThat(ready().statusCode()).isEqualTo(200);
    assertThat(ready().body()).contains("\"quarantined\":[\"alert\"]").doesNotContain("first");
    JsonNode details = RunningService.json(running.admin("/health/details"));
    assertThat(details.path("quarantined").toString())
        .isEqualTo("[{\"recommendation\":\"alert\",\"tenant\":\"first\"}]");
    assertThat(running.admin("/metrics").body())
        .contains("oncohooks_rules_quarantined{tenant=\"first\"} 1.0")
        .contains("oncohooks_rules_quarantined{tenant=\"second\"} 0.0");
    assertThat(notEvaluated("first", "anna4")).contains("gets little time for now");
    assertThat(notEvaluated("second", "ben")).isEmpty();
    assertThat(ready().body()).as("as no other tenant's evaluation tells").contains("quarantined");

    for (int i = 0; i < 3; i++) {
      notEvaluated("second", "anna" + i);
    }
    assertThat(ready().statusCode()).as("with every tenant").isEqualTo(503);
    assertThat(ready().body()).contains("alert");
    assertThat(notEvaluated("first", "ben")).as("ends within little time").isEmpty();
    assertThat(ready().statusCode()).isEqualTo(200);
    assertThat(notEvaluated("second", "ben")).isEmpty();
    assertThat(ready().body()).contains("\"status\":\"ready\"").doesNotContain("quarantined");

    awaitOnRecord(
        "alert|0.1.0 of content CONTENT gets little time for tenant first: it used up its CPU time"
            + " for 3 patients in a row",
        "gets little time for tenant second",
        "gets all its time again for tenant first: it ended in time",
        "gets all its time again for tenant second: it ended in time");
    for (int i = 0; i < 3; i++) {
      notEvaluated("second", "anna" + i);
    }
    Path plan = content.resolve("fhir-resources/plandefinition/PlanDefinition-alert.json");
    Files.writeString(plan, Files.readString(plan).replaceFirst("\\{", "{ "));
    HttpResponse<String> reload =
        running.send(
            running
                .adminRequest("/admin/reload")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(reload.statusCode()).as(reload.body()).isEqualTo(200);
    awaitOnRecord("gets all its time again for tenant second: other content is served now");

    Deadline promised = Deadline.after(Duration.ofSeconds(10));
    assertThat(notEvaluated("second", "otto")).contains("Alert").doesNotContain("Second");
    assertThat(promised.expired()).isFalse();
    assertThat(running.admin("/metrics").body()).contains("oncohooks_rules_stuck_threads 1.0");
  }

  /** Each is the end of what one row of the ledger says, which an AuditEvent tells too. */
  private static void awaitOnRecord(String... texts) throws Exception {
    for (String text : texts) {
      Pattern said = Pattern.compile(Pattern.quote(text).replace("CONTENT", "\\E[0-9a-f]+\\Q"));
      Deadline soon = Deadline.after(Duration.ofSeconds(10));
      while (auditEvents().noneMatch(e -> said.matcher(e.path("outcomeDesc").asText()).find())) {
        assertThat(soon.expired()).as(text).isFalse();
        Thread.sleep(50);
      }
    }
    assertThat(auditEvents().filter(e -> e.path("outcome").asText().equals("4")))
        .isNotEmpty()
        .allMatch(e -> e.path("outcomeDesc").asText().contains("gets little time"));
  }

  private static Stream<JsonNode> auditEvents() {
    List<JsonNode> events = new ArrayList<>();
    try (LedgerReader ledger =
        LedgerReader.open(new DatabaseSettings.Sqlite(site.resolve("data")))) {
      ledger.auditEvents(events::add);
    }
    return events.stream();
  }

  private static HttpResponse<String> ready() throws Exception {
    return running.get("/health/ready");
  }

  /** The text of the card that names what could not be evaluated; empty without one. */
  private static String notEvaluated(String tenant, String patient) throws Exception {
    String path = "/cds-services/two-alerts";
    String token =
        TestTokens.good(
                RunningService.NOW,
                "https://" + tenant + ".example.org",
                RunningService.BASE_URL + path)
            .signed();
    HttpResponse<String> answer =
        running.send(
            running
                .request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(CALL.formatted(patient))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    for (JsonNode card : RunningService.json(answer).path("cards")) {
      if (card.at("/source/topic/code").asText().equals("not-evaluated")) {
        return card.path("summary").asText() + "\n" + card.path("detail").asText();
      }
    }
    return "";
  }
}
