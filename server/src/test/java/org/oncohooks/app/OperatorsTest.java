package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.hooks.TestContent;

/** The port of the operators, and how they have the content read again. */
class OperatorsTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  @TempDir private Path content;
  private RunningService running;

  @BeforeEach
  void start() throws Exception {
    TestContent.copyTo(content);
    running = RunningService.operated(content, Optional.empty(), Optional.empty(), withAdminPort());
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private static Operations withAdminPort() {
    return new Operations(
        Optional.empty(),
        Optional.of(new Operations.Listen("127.0.0.1", 0)),
        false,
        Optional.empty());
  }

  private HttpResponse<String> reload() throws Exception {
    return running.send(
        running
            .adminRequest("/admin/reload")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}")));
  }

  private void replace(String file, String what, String with) throws Exception {
    Path path = content.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(what);
    Files.writeString(path, text.replace(what, with));
  }

  private String summary() throws Exception {
    return RunningService.json(running.post("/cds-services/two-alerts", VIEW))
        .at("/cards/0/summary")
        .asText();
  }

  @Test
  @DisplayName("L10: content that was read again is served from then on, everywhere at once")
  void serveContentThatWasReadAgain() throws Exception {
    String before = RunningService.json(running.get("/health/ready")).path("content").asText();
    replace("cql/Alert.cql", "define \"Card Summary\":", "define \"Card Summary\": 'Changed' + ");
    assertThat(summary()).doesNotStartWith("Changed");

    HttpResponse<String> answer = reload();

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    String now = RunningService.json(answer).path("content").asText();
    assertThat(now).isNotEqualTo(before);
    assertThat(summary()).startsWith("Changed");
    assertThat(RunningService.json(running.get("/health/ready")).path("content").asText())
        .isEqualTo(now);
    assertThat(running.admin("/metrics").body())
        .contains("oncohooks_content_reloads_total{result=\"served\"} 1.0");
  }

  @Test
  @DisplayName("B6: content that does not check leaves the old one, and operators see why")
  void keepTheOldContentAndSeeWhy() throws Exception {
    String before = summary();
    replace("cql/Alert.cql", "define \"Card Summary\":", "define \"Card Summary\": 'Changed' + (");

    HttpResponse<String> answer = reload();

    assertThat(answer.statusCode()).isEqualTo(422);
    JsonNode issue = RunningService.json(answer).at("/issue/0");
    assertThat(issue.at("/details/coding/0/code").asText()).isEqualTo("content-does-not-check");
    assertThat(issue.at("/expression/0").asText()).startsWith("cql/Alert.cql:");
    assertThat(summary()).isEqualTo(before);
    HttpResponse<String> ready = running.get("/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(RunningService.json(ready).path("reload").asText()).isEqualTo("rejected");
    assertThat(
            RunningService.json(running.admin("/health/details"))
                .at("/content/rejected/0")
                .asText())
        .startsWith("cql/Alert.cql:");
    assertThat(running.admin("/metrics").body())
        .contains("oncohooks_content_reloads_total{result=\"rejected\"} 1.0")
        .contains("oncohooks_ready{part=\"content\"} 0.0");
    assertThat(running.logged()).contains("cql/Alert.cql:");

    replace("cql/Alert.cql", "'Changed' + (", "");
    assertThat(reload().statusCode()).isEqualTo(200);
    assertThat(RunningService.json(running.get("/health/ready")).has("reload")).isFalse();
  }

  @Test
  void haveAPlaceThatOthersDoNotReach() throws Exception {
    for (String path : new String[] {"/metrics", "/health/details", "/admin/reload"}) {
      assertThat(running.get(path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(running.post("/admin/reload", "{}").statusCode()).isEqualTo(404);
    assertThat(running.admin("/cds-services").statusCode()).isEqualTo(404);
    assertThat(running.admin("/fhir/metadata").statusCode()).isEqualTo(404);
    assertThat(running.admin("/health/live").statusCode()).isEqualTo(200);
    assertThat(running.admin("/health/ready").statusCode()).isEqualTo(200);
    JsonNode details = RunningService.json(running.admin("/health/details"));
    assertThat(details.path("database").asBoolean()).isTrue();
    assertThat(details.at("/ledger/recording").asBoolean()).isTrue();
    assertThat(running.printed()).contains("Operators: 127.0.0.1:");
  }

  @Test
  void doNotReloadByAPageThatSomebodyVisits() throws Exception {
    HttpResponse<String> answer =
        running.send(
            running
                .adminRequest("/admin/reload")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(running.admin("/admin/reload").statusCode()).isEqualTo(405);
  }

  @Test
  void areTheOnlyOnesToSeeMetricsWhereThereAreTenants(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    Path config = folder.resolve("site.yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: plain
            issuer: https://plain.example.org
            jwks-file: keys.json
        """);
    try (RunningService guarded =
        RunningService.operated(
            content, Optional.empty(), Optional.of(config), Operations.none())) {
      assertThat(guarded.get("/metrics").statusCode()).isEqualTo(404);
      assertThat(guarded.get("/health/details").statusCode()).isEqualTo(404);
      assertThat(guarded.get("/health/ready").statusCode()).isEqualTo(200);
    }
    try (RunningService guarded =
        RunningService.operated(content, Optional.empty(), Optional.of(config), withAdminPort())) {
      guarded.get("/cds-services");
      assertThat(guarded.get("/metrics").statusCode()).isEqualTo(404);
      assertThat(guarded.admin("/metrics").body())
          .contains(
              "oncohooks_doors_refused_total{place=\"/cds-services\",reason=\"token-no-token\"}");
    }
  }
}
