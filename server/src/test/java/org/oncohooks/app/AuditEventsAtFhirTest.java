package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;

/** The ledger as AuditEvents at the FHIR face. Who may read them is held by FhirAccessTest. */
class AuditEventsAtFhirTest {

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i%d","context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  @TempDir private Path data;
  private RunningService running;

  @BeforeEach
  void start() throws Exception {
    running =
        RunningService.operated(
            TestContent.folder(),
            Optional.of(new DatabaseSettings.Sqlite(data)),
            Optional.empty(),
            Operations.none());
    for (int i = 0; i < 7; i++) {
      assertThat(running.post("/cds-services/two-alerts", VIEW.formatted(i)).statusCode())
          .isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> answer = running.get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningService.json(answer);
  }

  private static List<String> ids(JsonNode bundle) {
    List<String> ids = new ArrayList<>();
    bundle.path("entry").forEach(entry -> ids.add(entry.at("/resource/id").asText()));
    return ids;
  }

  private static Optional<String> next(JsonNode bundle) {
    for (JsonNode link : bundle.path("link")) {
      if (link.path("relation").asText().equals("next")) {
        URI url = URI.create(link.path("url").asText());
        return Optional.of("/fhir/AuditEvent?" + url.getRawQuery());
      }
    }
    return Optional.empty();
  }

  @Test
  void comeTheNewestFirstInPages() throws Exception {
    JsonNode first = get("/fhir/AuditEvent?_count=3");
    assertThat(first.path("total").asInt()).isEqualTo(8); // the start, and seven calls
    assertThat(ids(first)).containsExactly("ledger-8", "ledger-7", "ledger-6");
    List<String> all = new ArrayList<>(ids(first));
    // what is written meanwhile moves nothing
    running.post("/cds-services/two-alerts", VIEW.formatted(9));
    Optional<String> next = next(first);
    while (next.isPresent()) {
      JsonNode page = get(next.get());
      all.addAll(ids(page));
      next = next(page);
    }
    assertThat(all).hasSize(8).doesNotHaveDuplicates().endsWith("ledger-1");
  }

  @Test
  void areFoundByDateAndOutcomeAndReadOneByOne() throws Exception {
    assertThat(ids(get("/fhir/AuditEvent?date=2026-06-01&outcome=0"))).hasSize(8);
    assertThat(ids(get("/fhir/AuditEvent?date=lt2026-06-01"))).isEmpty();
    assertThat(ids(get("/fhir/AuditEvent?outcome=8"))).isEmpty();
    JsonNode some = get("/fhir/AuditEvent?outcome=0&_count=2");
    assertThat(ids(some)).hasSize(2);
    assertThat(some.has("total")).as("nobody has counted them").isFalse();
    for (String number : List.of("_count=0", "_summary=count")) {
      assertThat(running.get("/fhir/AuditEvent?outcome=0&" + number).statusCode()).isEqualTo(400);
    }
    JsonNode event = get("/fhir/AuditEvent/ledger-3");
    assertThat(event.path("resourceType").asText()).isEqualTo("AuditEvent");
    assertThat(event.toString()).doesNotContain("anna");
    assertThat(running.get("/fhir/AuditEvent/ledger-99").statusCode()).isEqualTo(404);
    assertThat(running.get("/fhir/AuditEvent/other").statusCode()).isEqualTo(404);
    assertThat(running.get("/fhir/AuditEvent?_sort=date").statusCode()).isEqualTo(400);
  }

  @Test
  void areWrittenByNobody() throws Exception {
    assertThat(running.post("/fhir/AuditEvent", "{\"resourceType\":\"AuditEvent\"}").statusCode())
        .isBetween(400, 499);
    JsonNode last = get("/fhir/AuditEvent?_count=1");
    assertThat(last.path("total").asInt()).isEqualTo(9); // that somebody tried is one
    assertThat(last.at("/entry/0/resource/outcome").asText()).isEqualTo("4");
  }
}
