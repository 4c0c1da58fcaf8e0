package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A FHIR server made by others as the store: answers are those of an own store, or name a gap. */
class HapiServerAsStoreTest {

  static final Path PATIENTS =
      Path.of(System.getProperty("oncohooks.home"), "fhir-resources/patients");

  private static final String SCREENING = "breast-cancer-screening";

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"%s"}}
      """;

  private static HapiServer hapi;
  private static RunningService having;
  private static RunningService asking;

  @BeforeAll
  static void start() throws Exception {
    having = RunningService.withOwnContent();
    hapi = new HapiServer(PATIENTS, askedFor());
    asking = RunningService.withStore(hapi.base());
    firstPage(); // HAPI reads FHIR's definitions, for longer than a call may wait
  }

  @AfterAll
  static void stop() {
    asking.close();
    having.close();
    hapi.close();
  }

  @AfterEach
  void recover() {
    hapi.recover();
    hapi.asked();
  }

  private static List<String> patients() throws Exception {
    try (Stream<Path> files = Files.list(PATIENTS)) {
      return files.map(file -> file.getFileName().toString().replace(".json", "")).toList();
    }
  }

  private static List<JsonNode> discovery(RunningService from) throws Exception {
    List<JsonNode> services = new ArrayList<>();
    for (JsonNode service : RunningService.json(from.get("/cds-services")).path("services")) {
      if (service.path("hook").asText().equals("patient-view")) {
        services.add(service);
      }
    }
    assertThat(services).hasSizeGreaterThan(3);
    return services;
  }

  /** The types that prefetch templates read or search. */
  private static Set<String> askedFor() throws Exception {
    Set<String> types = new TreeSet<>();
    discovery(having)
        .forEach(
            service ->
                service
                    .path("prefetch")
                    .forEach(template -> types.add(template.asText().split("[/?]")[0])));
    return types;
  }

  static HttpResponse<String> view(RunningService service, String id, String patient)
      throws Exception {
    return service.post("/cds-services/" + id, VIEW.formatted(patient));
  }

  /**
   * All of an answer but the ids that each one has of its own, and the count of codes: it is of all
   * that was read, and a store reads more than a service asks for.
   */
  private static JsonNode said(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode said = RunningService.json(answer);
    ((ObjectNode) said.at("/extension/org.oncohooks")).remove("codes");
    said.findParents("uuid").forEach(parent -> ((ObjectNode) parent).remove("uuid"));
    return said;
  }

  /**
   * Asks two services for every sample patient.
   *
   * @param having has them itself
   * @param asking has a store that has them
   * @param tries how often the latter may answer that the store did not answer it in time
   * @return how many cards both showed
   */
  static int sameAnswers(RunningService having, RunningService asking, int tries) throws Exception {
    int cards = 0;
    assertThat(patients()).hasSizeGreaterThan(10);
    for (String patient : patients()) {
      for (JsonNode described : discovery(having)) {
        String service = described.path("id").asText();
        JsonNode own = said(view(having, service, patient));
        HttpResponse<String> answer = view(asking, service, patient);
        for (int i = 1; i < tries && isLate(answer); i++) {
          Thread.sleep(1000);
          answer = view(asking, service, patient);
        }
        assertThat(said(answer)).as(service + " for " + patient).isEqualTo(own);
        cards += own.path("cards").size();
      }
    }
    return cards;
  }

  /** Data that was not had in time, or not asked for since much was not, is said. */
  private static boolean isLate(HttpResponse<String> answer) {
    return answer.body().contains("could not be fetched in time")
        || answer.body().contains("has failed repeatedly");
  }

  @Test
  void givesTheSameAnswersForEverySamplePatient() throws Exception {
    assertThat(sameAnswers(having, asking, 1)).isGreaterThan(10);
    assertThat(hapi.asked())
        .anyMatch(url -> url.contains("/fhir?_getpages="))
        .anyMatch(url -> url.contains("/DiagnosticReport?") && url.contains("&code="))
        .anyMatch(url -> url.contains("/Communication?") && url.contains("&category="));
  }

  private static JsonNode firstPage() throws Exception {
    URI search = URI.create(hapi.base() + "/Observation?patient=night-pain-survivor&_count=500");
    return RunningService.json(
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(search).build(), BodyHandlers.ofString()));
  }

  /** The pages are the server's: fewer than asked for, with the total of all. */
  @Test
  void isToldTheTotalAndGivenLessThanItAskedFor() throws Exception {
    JsonNode page = firstPage();
    assertThat(page.path("entry")).hasSize(HapiServer.PAGE);
    assertThat(page.path("total").asInt()).isGreaterThan(3 * HapiServer.PAGE);
  }

  @Test
  void saysThatAPatientIsNotThere() throws Exception {
    HttpResponse<String> answer = view(asking, SCREENING, "nobody");
    assertThat(answer.statusCode()).isEqualTo(412);
    assertThat(answer.body()).contains("OperationOutcome").contains("does not have it (404)");
  }

  @Test
  void namesWhatTheServerRefusesOrFailsAt() throws Exception {
    String patient = "screening-overdue";
    hapi.fail("Communication", new ForbiddenOperationException("not for you"));
    hapi.fail("Appointment", new InternalErrorException("something broke"));
    JsonNode without = said(view(asking, SCREENING, patient));
    assertThat(without.at("/extension/org.oncohooks/notSeen")).hasSize(2);
    assertThat(without.at("/cards/0/detail").asText()).contains("Not looked at");
    assertThat(asking.logged()).contains("appointments:SERVER_ERROR communications:FORBIDDEN");
    hapi.fail("Condition", new ForbiddenOperationException("not for you"));
    HttpResponse<String> blind = view(asking, SCREENING, patient);
    assertThat(blind.statusCode()).isEqualTo(412);
    assertThat(blind.body()).contains("prefetch.conditions", "does not allow it (403)");
    hapi.recover();
    assertThat(said(view(asking, SCREENING, patient)))
        .isEqualTo(said(view(having, SCREENING, patient)));
  }

  /** A list of which the server has forgotten the rest is not taken for the whole. */
  @Test
  void takesNoFirstPageForAllThereIs() throws Exception {
    hapi.forget();
    HttpResponse<String> answer = view(asking, SCREENING, "screening-overdue");
    assertThat(hapi.asked()).anyMatch(url -> url.contains("_getpages"));
    assertThat(answer.statusCode()).isEqualTo(412);
    assertThat(answer.body()).contains("prefetch.observations", "could not be fetched");
  }
}
