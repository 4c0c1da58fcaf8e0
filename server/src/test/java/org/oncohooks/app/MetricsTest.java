package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;

/** What Prometheus reads: all parts are there, and nothing that a caller sent. */
class MetricsTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"CANARY-i","context":{"userId":"Practitioner/CANARY-u","patientId":"%s"}}
      """;

  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** Every label there is, and what its values have to look like. */
  private static final Map<String, Pattern> LABELS =
      Map.ofEntries(
          words("place", "-|document|/[a-z-]+(/[a-z-]+|/\\{id})*(/\\*)?"),
          words("service", "none|two-alerts|one-fails|all-fail"),
          words("status", "[1-5]\\d\\d"),
          words("problem", "[a-z]+(-[a-z0-9]+)*"),
          words("reason", "[a-z]+(-[a-z]+)*"),
          words("operation", "[a-z]+"),
          words("outcome", "[a-z]+([-_][a-z]+)*|notEvaluated"),
          words("result", "[a-z]+"),
          words("part", "database|ledger|content"),
          words("tenant", "open"),
          words("pool", "(oncohooks|ledger)-(reading|writing)"),
          words("version", "[\\w. -]+"),
          words("le", "[0-9.]+|\\+Inf"),
          words("area", "heap|nonheap"),
          words("id", "[\\w' -]+"),
          words("state", "[a-z-]+"),
          words("collector", "[\\w -]+"));

  @TempDir private static Path data;
  private static RunningService running;

  private static Map.Entry<String, Pattern> words(String label, String values) {
    return Map.entry(label, Pattern.compile(values));
  }

  @BeforeAll
  static void start() throws Exception {
    running =
        RunningService.operated(
            TestContent.folder(),
            Optional.of(new DatabaseSettings.Sqlite(data)),
            Optional.empty(),
            Operations.none());
    call("anna");
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  /** One of everything that a caller can do, with names that nobody may read. */
  private static void call(String patient) throws Exception {
    String canary = "CANARY-" + UUID.randomUUID();
    HttpResponse<String> answer = running.post("/cds-services/two-alerts", VIEW.formatted(patient));
    assertThat(answer.statusCode()).isIn(200, 412);
    running.post("/cds-services/one-fails", VIEW.formatted(patient));
    running.post("/cds-services/" + canary, VIEW.formatted(patient));
    running.post("/cds-services/two-alerts", "{\"" + canary + "\":1}");
    running.post(
        "/cds-services/two-alerts/feedback",
        """
        {"feedback":[{"card":"%s","outcome":"accepted","acceptedSuggestions":[{"id":"%s"}],
         "outcomeTimestamp":"2026-06-01T16:00:00Z"}]}\
        """
            .formatted(canary, canary));
    running.get("/" + canary);
    running.get("/fhir/Patient/" + canary);
    running.get("/fhir/Condition?patient=" + canary);
    running.get("/fhir/" + canary + "?" + canary + "=" + canary);
    running.send(
        running
            .request("/cds-services")
            .method(canary.replace("-", "").toUpperCase(Locale.ROOT), none()));
  }

  private static BodyPublisher none() {
    return BodyPublishers.noBody();
  }

  private static Map<String, Double> read() throws Exception {
    HttpResponse<String> answer = running.get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body()).doesNotContain("CANARY").doesNotContain("anna");
    Map<String, Double> samples = new TreeMap<>();
    for (String line : answer.body().split("\n")) {
      if (!line.startsWith("#")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        labels(sample.group(2));
        samples.put(line.substring(0, line.lastIndexOf(' ')), Double.valueOf(sample.group(3)));
      }
    }
    return samples;
  }

  private static void labels(String text) {
    if (text == null) {
      return;
    }
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (label.find()) {
      assertThat(LABELS).as(text).containsKey(label.group(1));
      assertThat(label.group(2)).as(text).matches(LABELS.get(label.group(1)));
      end = label.end();
    }
    assertThat(end).as(text).isEqualTo(text.length());
  }

  @Test
  @DisplayName("B13: labels are few words of the service's own, and no calls make more of them")
  void nothingOfCallersIsALabel() throws Exception {
    read();
    Set<String> before = read().keySet();
    for (int i = 0; i < 20; i++) {
      call("CANARY" + UUID.randomUUID());
    }
    Set<String> known = read().keySet();
    for (int i = 0; i < 20; i++) {
      call("CANARY" + UUID.randomUUID());
    }
    assertThat(known).containsAll(before);
    assertThat(read().keySet()).isEqualTo(known);
  }

  @Test
  void tellsOfEveryPart() throws Exception {
    call("anna");
    Map<String, Double> samples = read();
    List<String> grown =
        List.of(
            "oncohooks_requests_seconds_count{place=\"/cds-services/{id}\",service=\"two-alerts\",status=\"200\"}",
            "oncohooks_requests_seconds_bucket{place=\"/cds-services/{id}\",service=\"two-alerts\",status=\"200\",le=\"0.5\"}",
            "oncohooks_requests_seconds_count{place=\"/fhir/*\",service=\"none\",status=\"200\"}",
            "oncohooks_refusals_total{place=\"/cds-services/{id}\",problem=\"service-unknown\"}",
            "oncohooks_cards_total{service=\"two-alerts\"}",
            "oncohooks_recommendations_total{outcome=\"notEvaluated\",service=\"one-fails\"}",
            "oncohooks_feedback_total{result=\"unknown\",service=\"two-alerts\"}",
            "oncohooks_evaluation_seconds_count{outcome=\"done\",service=\"two-alerts\"}",
            "oncohooks_evaluation_seconds_count{outcome=\"in-part\",service=\"one-fails\"}",
            "oncohooks_store_seconds_count{operation=\"record\",outcome=\"done\"}",
            "oncohooks_store_seconds_count{operation=\"search\",outcome=\"done\"}",
            "oncohooks_ledger_seconds_count{operation=\"write\",outcome=\"done\"}",
            "oncohooks_ledger_commits_total",
            "oncohooks_ledger_entries_total",
            "oncohooks_ready{part=\"database\"}",
            "oncohooks_ready{part=\"ledger\"}",
            "oncohooks_ready{part=\"content\"}",
            "oncohooks_pool_most{pool=\"oncohooks-reading\"}",
            "oncohooks_pool_most{pool=\"ledger-writing\"}",
            "jvm_threads_live_threads",
            "process_uptime_seconds");
    grown.forEach(name -> assertThat(samples.get(name)).as(name).isNotNull().isPositive());
    List<String> there =
        List.of(
            "oncohooks_rules_quarantined{tenant=\"open\"}",
            "oncohooks_ledger_waiting",
            "oncohooks_ledger_lag_seconds",
            "oncohooks_ledger_missed_total");
    there.forEach(name -> assertThat(samples).containsEntry(name, 0.0));
  }
}
