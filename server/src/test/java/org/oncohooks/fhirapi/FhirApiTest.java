package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.oncohooks.json.StrictJson;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredTypes;

/** What the FHIR face promises, over a real socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FhirApiTest {

  private static final String VALUE_SET =
      """
      {"resourceType":"ValueSet","id":"breast-malignancy","status":"active","version":"0.1.0",
       "url":"https://oncohooks.org/ValueSet/breast-malignancy","name":"BreastMalignancy",
       "title":"Breast malignancy","compose":{"include":[
       {"system":"http://hl7.org/fhir/sid/icd-10-cm","concept":[{"code":"C50.411"}]}]}}
      """;
  private static final String PLAN =
      """
      {"resourceType":"PlanDefinition","id":"%s","status":"active","version":"0.1.0",
       "url":"https://oncohooks.org/PlanDefinition/%s","name":"Plan%s","title":"Plan %s"}
      """;

  private FhirTestServer server;

  @BeforeAll
  void start() {
    server =
        new FhirTestServer(
            Map.of(
                "ValueSet", List.of(json(VALUE_SET)),
                "PlanDefinition",
                    Stream.of("b", "a", "c").map(id -> json(PLAN.replace("%s", id))).toList()));
    server.post("", transaction(patient("ann"), condition("c1", "ann", "C50.411")));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void metadataTellsSoftwareAndEveryTypeThatIsServed() {
    JsonNode statement = server.get("/metadata").json();

    assertThat(statement.path("resourceType").asText()).isEqualTo("CapabilityStatement");
    assertThat(statement.path("fhirVersion").asText()).isEqualTo("4.0.1");
    assertThat(statement.at("/software/name").asText()).isEqualTo("OncoHooks");
    assertThat(statement.at("/software/version").asText()).isEqualTo("0.1.0-test");
    assertThat(statement.at("/rest/0/resource").findValuesAsText("type"))
        .contains("Patient", "RiskAssessment", "PlanDefinition", "ValueSet");
    assertThat(statement.at("/rest/0/interaction").findValuesAsText("code"))
        .containsExactly("transaction", "batch");
  }

  @Test
  void everyParameterThatMetadataNamesIsAnswered() {
    for (JsonNode resource : server.get("/metadata").json().at("/rest/0/resource")) {
      for (JsonNode parameter : resource.path("searchParam")) {
        String value = parameter.path("type").asText().equals("date") ? "ge2020" : "x";
        String search =
            "/"
                + resource.path("type").asText()
                + "?"
                + parameter.path("name").asText()
                + "="
                + value;
        FhirTestServer.Answer answer = server.get(search);

        assertThat(answer.status()).as(search).isEqualTo(200);
        assertThat(answer.json().path("type").asText()).isEqualTo("searchset");
      }
    }
  }

  @Test
  void readsPatientsAndKnowledge() {
    FhirTestServer.Answer condition = server.get("/Condition/c1");

    assertThat(condition.status()).isEqualTo(200);
    assertThat(condition.http().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/fhir+json");
    assertThat(condition.json().at("/code/coding/0/code").asText()).isEqualTo("C50.411");
    assertThat(condition.json().at("/meta/versionId").asText()).isEqualTo("1");
    assertThat(server.get("/ValueSet/breast-malignancy").json().at("/name").asText())
        .isEqualTo("BreastMalignancy");
  }

  @Test
  void answersNameNoSoftwareAndAreNotCached() {
    var headers = server.get("/Patient/ann").http().headers();

    assertThat(headers.firstValue("X-Powered-By")).isEmpty();
    assertThat(headers.allValues("X-Request-Id")).hasSize(1);
    assertThat(headers.firstValue("Cache-Control")).contains("no-store");
  }

  @Test
  void searchesPatientsWithFullUrlsThatCanBeRead() {
    JsonNode bundle = server.get("/Condition?patient=ann&code=C50.411").json();

    assertThat(bundle.path("total").asInt()).isEqualTo(1);
    assertThat(bundle.at("/entry/0/search/mode").asText()).isEqualTo("match");
    assertThat(bundle.at("/entry/0/fullUrl").asText())
        .isEqualTo(server.uri("/Condition/c1").toString());
    assertThat(bundle.at("/link/0/url").asText())
        .endsWith("/fhir/Condition?code=C50.411&patient=ann");
  }

  @Test
  void searchesByPostToo() {
    FhirTestServer.Answer answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/Condition/_search"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("patient=Patient%2Fann&_format=json")));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("total").asInt()).isEqualTo(1);
  }

  @Test
  void nextLinksLeadThroughEachMatchOnce() {
    server.post(
        "",
        transaction(
            Stream.concat(
                    Stream.of(patient("paged")),
                    IntStream.range(0, 7).mapToObj(i -> condition("p" + i, "paged", "a b")))
                .toArray(String[]::new)));
    List<String> seen = new ArrayList<>();
    String next = "/Condition?subject=Patient/paged&code=a%20b&_count=3&_elements=code";
    int pages = 0;
    while (!next.isEmpty()) {
      JsonNode page = server.get(next).json();
      page.path("entry").forEach(entry -> seen.add(entry.at("/resource/id").asText()));
      assertThat(page.path("total").asInt()).isEqualTo(7);
      assertThat(page.at("/entry/0/resource").has("subject")).isFalse();
      next = "";
      for (JsonNode link : page.path("link")) {
        if (link.path("relation").asText().equals("next")) {
          next = link.path("url").asText().replace(server.uri("").toString(), "");
        }
      }
      pages++;
    }

    assertThat(pages).isEqualTo(3);
    assertThat(seen).containsExactly("p0", "p1", "p2", "p3", "p4", "p5", "p6");
  }

  @Test
  void searchesKnowledgeByUrlNameTitleStatusAndVersion() {
    String url = "https%3A%2F%2Foncohooks.org%2FPlanDefinition%2Fa";

    assertThat(ids("/PlanDefinition?url=" + url)).containsExactly("a");
    assertThat(ids("/PlanDefinition?name=planb")).containsExactly("b");
    assertThat(ids("/PlanDefinition?title=Plan%20c")).containsExactly("c");
    assertThat(ids("/PlanDefinition?status=active&version=0.1.0&_count=2"))
        .containsExactly("a", "b");
    assertThat(ids("/PlanDefinition?status=retired")).isEmpty();
    assertThat(ids("/ValueSet?code=C50.411")).containsExactly("breast-malignancy");
    assertThat(ids("/Library?_id=none")).isEmpty();
  }

  @Test
  void summaryElementsAndPrettyShapeTheAnswer() {
    assertThat(server.get("/Condition/c1?_elements=subject").json().has("code")).isFalse();
    assertThat(server.get("/Condition?patient=ann&_summary=count").json().has("entry")).isFalse();
    assertThat(server.get("/Patient/ann?_pretty=true").text()).contains("\n  ");
    assertThat(server.get("/Patient/ann?_format=application/fhir%2Bjson").status()).isEqualTo(200);
    assertThat(server.get("/Condition?patient=ann&_count=0").json().path("total").asInt())
        .isEqualTo(1);
  }

  @Test
  void transactionAnswersEachEntryWithItsLocation() {
    FhirTestServer.Answer answer =
        server.post(
            "",
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
              {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},
               "request":{"method":"POST","url":"Patient"}},
              {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},
                "subject":{"reference":"urn:uuid:1"},"valueQuantity":{"value":2.50}},
               "request":{"method":"POST","url":"Observation"}}]}
            """);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("type").asText()).isEqualTo("transaction-response");
    assertThat(answer.json().at("/entry/1/response/status").asText()).isEqualTo("201 Created");
    String patient = id(answer.json().at("/entry/0/response/location").asText());
    String observation = id(answer.json().at("/entry/1/response/location").asText());
    assertThat(server.get("/Observation/" + observation).json().at("/subject/reference").asText())
        .isEqualTo("Patient/" + patient);
    assertThat(server.get("/Observation/" + observation).text()).contains("2.50");
  }

  @Test
  void batchAnswersEntriesOneByOne() {
    JsonNode answer =
        server
            .post(
                "",
                """
                {"resourceType":"Bundle","type":"batch","entry":[
                  {"resource":{"resourceType":"Patient","id":"cat"},
                   "request":{"method":"PUT","url":"Patient/cat"}},
                  {"resource":{"resourceType":"Patient","id":"dot","colour":"blue"},
                   "request":{"method":"PUT","url":"Patient/dot"}}]}
                """)
            .json();

    assertThat(answer.path("type").asText()).isEqualTo("batch-response");
    assertThat(answer.at("/entry/0/response/status").asText()).isEqualTo("201 Created");
    assertThat(answer.at("/entry/1/response/status").asText()).isEqualTo("400");
    assertThat(answer.at("/entry/1/response/outcome/resourceType").asText())
        .isEqualTo("OperationOutcome");
    assertThat(server.get("/Patient/cat").status()).isEqualTo(200);
    assertThat(server.get("/Patient/dot").status()).isEqualTo(404);
  }

  @Test
  void createsAndUpdatesOneResource() {
    FhirTestServer.Answer created =
        server.post("/Patient", "{\"resourceType\":\"Patient\",\"gender\":\"female\"}");
    String id = created.json().path("id").asText();
    FhirTestServer.Answer updated =
        server.put("/Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.http().headers().firstValue("Location"))
        .contains(server.uri("/Patient/" + id + "/_history/1").toString());
    assertThat(updated.status()).isEqualTo(200);
    assertThat(updated.http().headers().firstValue("ETag")).contains("W/\"2\"");
    assertThat(server.get("/Patient/" + id).json().has("gender")).isFalse();
  }

  @Test
  void samplePatientsPassTheStructureCheckAndComeBackWhole() throws IOException {
    List<Path> files;
    try (Stream<Path> found =
        Files.list(Path.of(System.getProperty("oncohooks.home"), "fhir-resources", "patients"))) {
      files = found.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    for (Path file : files) {
      String bundle = Files.readString(file);

      FhirTestServer.Answer answer = server.post("", bundle);

      assertThat(answer.status()).as("%s: %s", file.getFileName(), answer.text()).isEqualTo(200);
      for (JsonNode entry : json(bundle).path("entry")) {
        ObjectNode sent = (ObjectNode) entry.path("resource");
        ObjectNode read = (ObjectNode) server.get("/" + entry.at("/request/url").asText()).json();
        sent.remove("meta");
        read.remove("meta");
        assertThat((JsonNode) read).isEqualTo(sent);
      }
    }
  }

  @Test
  void headAndOptionsAreAnswered() {
    assertThat(
            server
                .send(
                    HttpRequest.newBuilder(server.uri("/Patient/ann"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody()))
                .status())
        .isEqualTo(200);
    assertThat(
            server
                .send(
                    HttpRequest.newBuilder(server.uri("/metadata"))
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody()))
                .status())
        .isLessThan(500);
  }

  @Test
  void unchangedResourceIsNotSentAgain() {
    HttpResponse<String> answer =
        server
            .send(
                HttpRequest.newBuilder(server.uri("/Patient/ann"))
                    .header("If-None-Match", "W/\"1\""))
            .http();

    assertThat(answer.statusCode()).isEqualTo(304);
  }

  @Test
  void everyTypeIsServed() {
    Set<String> types = new LinkedHashSet<>();
    StoredTypes.all().stream().map(SearchableType::type).forEach(types::add);
    KnowledgeTypes.all().stream().map(SearchableType::type).forEach(types::add);

    for (String type : types) {
      assertThat(server.get("/" + type + "?_count=1").status()).as(type).isEqualTo(200);
      assertThat(server.get("/" + type + "/absent").status()).as(type).isEqualTo(404);
    }
  }

  private List<String> ids(String search) {
    List<String> ids = new ArrayList<>();
    server.get(search).json().path("entry").forEach(e -> ids.add(e.at("/resource/id").asText()));
    return ids;
  }

  private static String id(String location) {
    return location.split("/")[1];
  }

  private static String patient(String id) {
    return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
  }

  private static String condition(String id, String patient, String code) {
    return "{\"resourceType\":\"Condition\",\"id\":\"%s\",\"subject\":{\"reference\":\"Patient/%s\"},\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-10-cm\",\"code\":\"%s\"}]}}"
        .formatted(id, patient, code);
  }

  private static String transaction(String... resources) {
    List<String> entries = new ArrayList<>();
    for (String resource : resources) {
      JsonNode json = json(resource);
      entries.add(
          "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"%s/%s\"}}"
              .formatted(resource, json.path("resourceType").asText(), json.path("id").asText()));
    }
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
        + String.join(",", entries)
        + "]}";
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
  }
}
