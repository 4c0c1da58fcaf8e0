package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.hooks.Mode;
import org.oncohooks.json.StrictJson;

/**
 * The whole service over a real socket: every sample patient gets, from every service, the cards of
 * the table in {@code docs/sample-patients.md}, whether the data is sent, already there, or fetched
 * from a FHIR server in small pages.
 */
class ServesTheSamplePatientsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String OFF_BY_DEFAULT = "risk-information";

  private static RunningService running;
  private static RunningService asking;
  private static FaultyFhirServer ehr;
  private static SamplePatientAnswers charts;

  @BeforeAll
  static void start() throws IOException {
    running = RunningService.withOwnContent();
    charts = SamplePatientAnswers.of(HOME);
    ehr = FaultyFhirServer.answering(charts);
    asking = RunningService.asking(HOME, Mode.DEVELOPMENT, ehr.base());
  }

  @AfterAll
  static void stop() {
    asking.close();
    ehr.close();
    running.close();
  }

  record Row(String file, String service, String cards) {
    @Override
    public String toString() {
      return file + " " + service;
    }
  }

  static List<Row> table() throws IOException {
    List<List<String>> lines =
        Files.readAllLines(HOME.resolve("docs/sample-patients.md")).stream()
            .filter(line -> line.startsWith("|"))
            .map(line -> Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList())
            .toList();
    List<Row> rows = new ArrayList<>();
    for (List<String> line : lines.subList(2, lines.size())) {
      for (int column = 3; column < line.size(); column++) {
        String service = lines.get(0).get(column);
        if (!service.equals(OFF_BY_DEFAULT)) {
          rows.add(new Row(line.get(1), service, line.get(column)));
        }
      }
    }
    return rows;
  }

  @Test
  void linksToWhereTheOperatorSaysCallersReachIt() throws Exception {
    JsonNode page = RunningService.json(running.get("/fhir/Patient?_count=1"));
    assertThat(page.at("/link/1/url").asText())
        .startsWith(RunningService.BASE_URL + "/fhir/Patient?");
  }

  /** The README's request, sent as it stands there, gets the answer that is shown below it. */
  @Test
  void answersTheReadmesRequestAsTheReadmeShows() throws Exception {
    String readme = Files.readString(HOME.resolve("README.md"));
    int from = readme.indexOf("-d '{") + "-d '".length();
    String request = readme.substring(from, readme.indexOf("}'", from) + 1);
    String shown = readme.substring(readme.indexOf("{\"cards\"", from)).replaceAll("\\s+", " ");
    var answer = running.post("/cds-services/metastatic-pain", request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode card = RunningService.json(answer).at("/cards/0");
    assertThat(shown)
        .contains("\"summary\": \"" + card.path("summary").asText() + "\"")
        .contains("\"label\": \"" + card.at("/source/label").asText() + "\"")
        .contains("\"label\": \"" + card.at("/suggestions/0/label").asText() + "\"")
        .contains("\"code\": \"" + card.at("/overrideReasons/0/code").asText() + "\"");
    String detail = card.path("detail").asText().replaceAll("\\s+", " ");
    String quoted = shown.substring(shown.indexOf("\"detail\": \"") + "\"detail\": \"".length());
    for (String part : quoted.substring(0, quoted.indexOf("\",")).split("…")) {
      assertThat(detail).contains(part.strip());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void alikeFromPrefetchFromTheStoreAndFromTheEhr(Row row) throws Exception {
    ObjectNode bundle =
        StrictJson.object(
            Files.readAllBytes(HOME.resolve("fhir-resources/patients").resolve(row.file())));
    JsonNode fromStore = answer(row.service(), call(patientId(bundle)));
    JsonNode fetched =
        answer(asking, row.service(), call(patientId(bundle)).put("fhirServer", ehr.base()));
    ObjectNode sent = call(patientId(bundle));
    sent.set("prefetch", prefetch(row.service(), bundle));
    JsonNode fromPrefetch = answer(row.service(), sent);

    assertThat(topics(fromStore)).isEqualTo(row.cards());
    assertThat(withoutUuids(fromPrefetch)).isEqualTo(withoutUuids(fromStore));
    assertThat(withoutUuids(fetched)).isEqualTo(withoutUuids(fromStore));
    suggestionsAreFhir(fromStore);
  }

  private static final int GENERATED = 40;

  /** Not only for patients whom somebody thought of. */
  @Test
  void alikeForGeneratedPatientsToo() throws Exception {
    GeneratedPatients generated = new GeneratedPatients(HOME);
    Set<String> topics = new TreeSet<>();
    int silent = 0;
    for (int seed = 0; seed < GENERATED; seed++) {
      ObjectNode bundle = stored(generated.bundle(seed));
      charts.add(bundle);
      String patient = patientId(bundle);
      for (String service :
          List.of(
              "breast-cancer-screening",
              "hereditary-cancer-referral",
              "metastatic-pain",
              "metastatic-disease")) {
        JsonNode fromStore = answer(service, call(patient));
        JsonNode fetched = answer(asking, service, call(patient).put("fhirServer", ehr.base()));
        ObjectNode sent = call(patient);
        sent.set("prefetch", prefetch(service, bundle));
        JsonNode fromPrefetch = answer(service, sent);
        String who = service + ", " + patient;
        assertThat(withoutUuids(fromPrefetch)).as(who).isEqualTo(withoutUuids(fromStore));
        assertThat(withoutUuids(fetched)).as(who).isEqualTo(withoutUuids(fromStore));
        suggestionsAreFhir(fromStore);
        fromStore.path("cards").forEach(c -> topics.add(c.at("/source/topic/code").asText()));
        silent += fromStore.path("cards").isEmpty() ? 1 : 0;
      }
    }
    assertThat(topics).as("which ones, each new case shifts").hasSizeGreaterThan(8);
    assertThat(silent).isPositive();
  }

  /** What of a batch the store takes: cases also hold what no server would. */
  private static ObjectNode stored(ObjectNode batch) throws Exception {
    var answer =
        running.post("/fhir", BodyPublishers.ofString(batch.toString()), "application/fhir+json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode results = RunningService.json(answer).path("entry");
    ObjectNode taken = JsonNodeFactory.instance.objectNode();
    ArrayNode entries = taken.putArray("entry");
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).at("/response/status").asText().startsWith("20")) {
        entries.add(batch.path("entry").get(i));
      }
    }
    assertThat(entries.size()).isGreaterThan(results.size() / 2);
    return taken;
  }

  private static JsonNode answer(String service, ObjectNode call) throws Exception {
    return answer(running, service, call);
  }

  private static JsonNode answer(RunningService asked, String service, ObjectNode call)
      throws Exception {
    var answer = asked.post("/cds-services/" + service, call.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningService.json(answer);
  }

  private static ObjectNode call(String patientId) {
    ObjectNode call = JsonNodeFactory.instance.objectNode();
    call.put("hook", "patient-view").put("hookInstance", "0b5e9d1c-6f3a-4f4e-9a57-0f6f1c0e7b12");
    call.putObject("context").put("userId", "Practitioner/demo").put("patientId", patientId);
    call.putObject("extension").put("org.oncohooks.evaluationTime", "2026-06-01T12:00:00-05:00");
    return call;
  }

  /**
   * What an EHR would send for the service's templates; all of a type, as for a whole-type search.
   */
  private static ObjectNode prefetch(String serviceId, ObjectNode bundle) throws Exception {
    JsonNode services = RunningService.json(running.get("/cds-services")).path("services");
    JsonNode service =
        StreamSupport.stream(services.spliterator(), false)
            .filter(s -> s.path("id").asText().equals(serviceId))
            .findFirst()
            .orElseThrow();
    ObjectNode prefetch = JsonNodeFactory.instance.objectNode();
    service
        .path("prefetch")
        .properties()
        .forEach(
            template -> {
              String type = template.getValue().asText().split("[/?]")[0];
              List<JsonNode> found = resources(bundle, type);
              if (type.equals("Patient")) {
                prefetch.set(template.getKey(), found.get(0));
              } else {
                ObjectNode searchset = prefetch.putObject(template.getKey());
                searchset.put("resourceType", "Bundle").put("type", "searchset");
                ArrayNode entries = searchset.putArray("entry");
                found.forEach(resource -> entries.addObject().set("resource", resource));
              }
            });
    return prefetch;
  }

  private static List<JsonNode> resources(ObjectNode bundle, String type) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .map(entry -> entry.path("resource"))
        .filter(resource -> resource.path("resourceType").asText().equals(type))
        .toList();
  }

  private static String patientId(ObjectNode bundle) {
    return resources(bundle, "Patient").get(0).path("id").asText();
  }

  private static String topics(JsonNode response) {
    Stream<JsonNode> cards = StreamSupport.stream(response.path("cards").spliterator(), false);
    String topics =
        cards
            .map(
                c ->
                    c.at("/source/topic/code").asText() + " (" + c.path("indicator").asText() + ")")
            .collect(Collectors.joining(", "));
    return topics.isEmpty() ? "none" : topics;
  }

  private static JsonNode withoutUuids(JsonNode response) {
    ObjectNode copy = response.deepCopy();
    copy.findParents("uuid").forEach(parent -> ((ObjectNode) parent).remove("uuid"));
    return copy;
  }

  private static void suggestionsAreFhir(JsonNode response) {
    for (JsonNode resource : response.findValues("resource")) {
      if (resource.isObject()) {
        FHIR.newJsonParser()
            .setParserErrorHandler(new StrictErrorHandler())
            .parseResource(resource.toString());
      }
    }
  }
}
