package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A FHIR server over HTTP as the store: another instance's {@code /fhir}, which is HAPI's plain
 * server. Answers are those of the instance that has the patients itself.
 */
class FhirServerAsStoreTest {

  private static final List<String> SERVICES =
      List.of("breast-cancer-screening", "hereditary-cancer-referral", "metastatic-pain");

  private static final String UNKEPT = "\\*\\*Not looked at:\\*\\*\n\n- Appointments: [^\n]*\n\n";

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"%s"}}
      """;

  private static RunningService having;
  private static RunningService asking;

  @BeforeAll
  static void start() {
    having = RunningService.withOwnContent();
    asking = RunningService.withStore(URI.create("http://127.0.0.1:" + having.port() + "/fhir"));
  }

  @AfterAll
  static void stop() {
    asking.close();
    having.close();
  }

  private static List<String> patients() throws Exception {
    Path folder = Path.of(System.getProperty("oncohooks.home"), "fhir-resources/patients");
    List<String> ids = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .forEach(name -> ids.add(name.replace(".json", "")));
    }
    assertThat(ids).hasSizeGreaterThan(10);
    return ids;
  }

  /** What a clinician sees; ids of cards are of each answer. */
  private static List<JsonNode> cards(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> cards = new ArrayList<>();
    for (JsonNode card : RunningService.json(answer).path("cards")) {
      ObjectNode seen = ((ObjectNode) card).deepCopy();
      seen.remove("uuid");
      // our own FHIR face keeps no appointments, which are optional, and says so when it is asked
      seen.put("detail", seen.path("detail").asText().replaceAll(UNKEPT, ""));
      seen.remove("extension");
      seen.path("suggestions")
          .forEach(
              suggestion -> {
                ((ObjectNode) suggestion).remove("uuid");
                suggestion
                    .path("actions")
                    .forEach(action -> ((ObjectNode) action.path("resource")).remove("id"));
              });
      cards.add(seen);
    }
    return cards;
  }

  @Test
  void givesTheSameCardsForEverySamplePatient() throws Exception {
    int shown = 0;
    for (String patient : patients()) {
      for (String service : SERVICES) {
        String path = "/cds-services/" + service;
        List<JsonNode> own = cards(having.post(path, VIEW.formatted(patient)));
        assertThat(cards(asking.post(path, VIEW.formatted(patient))))
            .as(service + " for " + patient)
            .isEqualTo(own);
        shown += own.size();
      }
    }
    assertThat(shown).isGreaterThan(5);
    assertThat(asking.logged()).contains("fetch host=127.0.0.1:" + having.port());
  }

  @Test
  void saysThatAPatientIsNotThere() throws Exception {
    HttpResponse<String> own =
        having.post("/cds-services/breast-cancer-screening", VIEW.formatted("nobody"));
    HttpResponse<String> asked =
        asking.post("/cds-services/breast-cancer-screening", VIEW.formatted("nobody"));
    assertThat(own.statusCode()).isEqualTo(412);
    assertThat(asked.statusCode()).isEqualTo(412);
  }

  @Test
  void neverReadsAServerThatIsGoneAsNoData() throws Exception {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    try (RunningService alone =
        RunningService.withStore(URI.create("http://127.0.0.1:" + nobody + "/fhir"))) {
      HttpResponse<String> answer =
          alone.post("/cds-services/breast-cancer-screening", VIEW.formatted(patients().get(0)));
      assertThat(answer.statusCode()).isIn(412, 503);
      assertThat(answer.body()).contains("OperationOutcome");
    }
  }
}
