package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;

/** Traces as a collector gets them. */
class TracesTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"CANARY-i","context":{"userId":"Practitioner/CANARY-u","patientId":"anna"}}
      """;

  @TempDir private Path data;

  private static Operations tracing(URI collector) {
    return new Operations(Optional.empty(), Optional.empty(), false, Optional.of(collector));
  }

  @Test
  @Timeout(60)
  @DisplayName(
      "B13: a call is a trace of the caller's, with a span for each part and no patient data")
  void followACallThroughTheService() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver()) {
      String log;
      try (RunningService running =
          RunningService.operated(
              TestContent.folder(),
              Optional.of(new DatabaseSettings.Sqlite(data)),
              Optional.empty(),
              tracing(collector.url()))) {
        HttpResponse<String> answer =
            running.send(
                running
                    .request("/cds-services/two-alerts?CANARY=1")
                    .header("Content-Type", "application/json")
                    .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                    .POST(BodyPublishers.ofString(VIEW)));
        assertThat(answer.statusCode()).isEqualTo(200);
        running.get("/fhir/Patient/CANARY");
        running.post("/cds-services/CANARY", VIEW);
        log = running.logged();
      } // which sends what is left

      OtlpReceiver.Span call =
          only(
              collector.spans(),
              s -> s.name().equals("POST /cds-services/{id}") && s.trace().equals(TRACE));
      assertThat(call.parent()).isEqualTo(CALLER);
      assertThat(call.attributes())
          .containsEntry("oncohooks.service", "two-alerts")
          .containsEntry("http.route", "/cds-services/{id}")
          .containsEntry("http.response.status_code", "200");
      for (String part : List.of("store", "evaluation")) {
        assertThat(
                only(collector.spans(), s -> s.name().equals(part) && s.trace().equals(TRACE))
                    .parent())
            .isEqualTo(call.id());
      }
      assertThat(collector.spans())
          .filteredOn(s -> s.name().equals("ledger") && s.trace().equals(TRACE))
          .extracting(s -> s.attributes().get("oncohooks.operation"))
          .contains("write");
      only(collector.spans(), s -> s.name().equals("GET /fhir/*"));
      assertThat(collector.raw()).doesNotContain("CANARY").doesNotContain("anna");
      assertThat(log).contains("trace=" + TRACE);
      Set<String> known =
          Set.of(
              "http.request.method",
              "http.route",
              "http.response.status_code",
              "oncohooks.service",
              "oncohooks.cards",
              "oncohooks.applies",
              "oncohooks.suppressed",
              "oncohooks.notEvaluated",
              "oncohooks.problem",
              "oncohooks.operation",
              "oncohooks.outcome",
              // HAPI's own, about its hooks for interceptors
              "hapifhir.interceptor.class_name",
              "hapifhir.interceptor.method_name",
              "hapifhir.interceptor.pointcut_name");
      collector.spans().forEach(span -> assertThat(known).containsAll(span.attributes().keySet()));
    }
  }

  @Test
  @Timeout(60)
  void costNothingWhenTheCollectorIsGone() throws Exception {
    OtlpReceiver gone = new OtlpReceiver();
    gone.close();
    try (RunningService running =
        RunningService.operated(
            TestContent.folder(), Optional.empty(), Optional.empty(), tracing(gone.url()))) {
      for (int i = 0; i < 20; i++) {
        assertThat(running.post("/cds-services/two-alerts", VIEW).statusCode()).isEqualTo(200);
      }
    }
  }

  private static OtlpReceiver.Span only(
      List<OtlpReceiver.Span> spans, Predicate<OtlpReceiver.Span> which) {
    List<OtlpReceiver.Span> found = spans.stream().filter(which).toList();
    assertThat(found).as(spans.toString()).hasSize(1);
    return found.get(0);
  }
}
