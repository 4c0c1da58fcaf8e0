package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.records.PatientStore;

/** What the FHIR face does with versions, conditions and searches, whatever keeps the patients. */
abstract class FhirStoreContract {

  private FhirTestServer server;

  /** An empty store. */
  abstract PatientStore store();

  @BeforeEach
  void start() {
    server = new FhirTestServer(store(), Map.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void updateThatKnowsAnOldVersionIsRefusedAndChangesNothing() {
    put("/Patient/ann", patient("ann"), "");
    assertThat(etag(put("/Patient/ann", patient("ann"), "W/\"1\""))).isEqualTo("W/\"2\"");

    FhirTestServer.Answer stale = put("/Patient/ann", patient("ann"), "W/\"1\"");
    assertThat(stale.status()).isEqualTo(412);
    assertThat(stale.json().at("/issue/0/details/coding/0/code").asText())
        .isEqualTo("version-changed");
    assertThat(put("/Patient/new", patient("new"), "W/\"1\"").status()).isEqualTo(412);
    assertThat(server.get("/Patient/ann").json().at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(server.get("/Patient/new").status()).isEqualTo(404);
  }

  @Test
  void deletedResourceIsGoneAndItsVersionsStay() {
    put("/Patient/ann", patient("ann"), "");
    put("/Condition/c1", condition("c1", "ann", "C50.411"), "");
    assertThat(delete("/Condition/c1", "W/\"9\"").status()).isEqualTo(412);
    FhirTestServer.Answer deleted = delete("/Condition/c1", "W/\"1\"");

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(etag(deleted)).isEqualTo("W/\"2\"");
    assertThat(server.get("/Condition/c1").status()).isEqualTo(410);
    assertThat(server.get("/Condition/c1").json().at("/issue/0/code").asText())
        .isEqualTo("deleted");
    assertThat(server.get("/Condition?patient=ann").json().path("total").asInt()).isZero();
    assertThat(server.get("/Condition/c1/_history/1").json().at("/code/coding/0/code").asText())
        .isEqualTo("C50.411");
    assertThat(server.get("/Condition/c1/_history/2").status()).isEqualTo(410);
    assertThat(server.get("/Condition/c1/_history/3").status()).isEqualTo(404);
    assertThat(delete("/Condition/c1", "").status()).isEqualTo(204);
    assertThat(delete("/Condition/never", "").status()).isEqualTo(204);
    assertThat(put("/Condition/c1", condition("c1", "ann", "C50.9"), "").status()).isEqualTo(201);
    assertThat(server.get("/Condition/c1").json().at("/meta/versionId").asText()).isEqualTo("3");
  }

  @Test
  void readsOneVersionWithItsTag() {
    put("/Patient/ann", "{\"resourceType\":\"Patient\",\"id\":\"ann\",\"gender\":\"male\"}", "");
    put("/Patient/ann", patient("ann"), "");
    FhirTestServer.Answer first = server.get("/Patient/ann/_history/1");

    assertThat(first.status()).isEqualTo(200);
    assertThat(etag(first)).isEqualTo("W/\"1\"");
    assertThat(first.json().path("gender").asText()).isEqualTo("male");
    assertThat(server.get("/Patient/ann").json().has("gender")).isFalse();
    assertThat(server.get("/Patient/ann/_history/0").status()).isEqualTo(404);
    assertThat(server.get("/Patient/ann/_history/999999999999999999").status()).isEqualTo(404);
  }

  @Test
  void historyListsEveryVersionTheNewestFirst() {
    for (int i = 0; i < 3; i++) {
      put("/Patient/ann", patient("ann"), "");
    }
    delete("/Patient/ann", "");
    JsonNode first = server.get("/Patient/ann/_history?_count=3").json();
    JsonNode second = follow(first);

    assertThat(first.path("type").asText()).isEqualTo("history");
    assertThat(first.path("total").asInt()).isEqualTo(4);
    assertThat(first.at("/entry/0/request/method").asText()).isEqualTo("DELETE");
    assertThat(first.at("/entry/0").has("resource")).isFalse();
    assertThat(first.at("/entry/1/resource/meta/versionId").asText()).isEqualTo("3");
    assertThat(second.path("entry")).hasSize(1);
    assertThat(second.at("/entry/0/response/status").asText()).isEqualTo("201");
    assertThat(second.at("/entry/0/response/etag").asText()).isEqualTo("W/\"1\"");
    assertThat(second.findValuesAsText("relation")).containsExactly("self");
  }

  @Test
  void conditionalCreateMakesOneOnly() {
    FhirTestServer.Answer first = create("urn:mrn|1");
    FhirTestServer.Answer again = create("urn:mrn|1");

    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
    assertThat(server.get("/Patient").json().path("total").asInt()).isEqualTo(1);
    server.post("/Patient", identified("1"));
    assertThat(create("urn:mrn|1").status()).isEqualTo(412);
  }

  @Test
  void showsOfAChangeWhatTheCallerPrefers() {
    FhirTestServer.Answer minimal =
        write("POST", "/Patient", identified("1"), "Prefer", "return=minimal");
    assertThat(minimal.status()).isEqualTo(201);
    assertThat(minimal.http().body()).isEmpty();
    assertThat(minimal.http().headers().firstValue("Location")).isPresent();
    assertThat(etag(minimal)).isEqualTo("W/\"1\"");
    FhirTestServer.Answer outcome =
        write("PUT", "/Patient/ann", patient("ann"), "Prefer", "return=OperationOutcome");
    assertThat(outcome.status()).isEqualTo(201);
    assertThat(outcome.json().at("/issue/0/severity").asText()).isEqualTo("information");
    FhirTestServer.Answer whole =
        write("PUT", "/Patient/ann", patient("ann"), "Prefer", "wait=1, return=representation");
    assertThat(whole.json().path("id").asText()).isEqualTo("ann");
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
            + patient("bea")
            + ",\"request\":{\"method\":\"PUT\",\"url\":\"Patient/bea\"}}]}";
    JsonNode plain = server.post("", bundle).json();
    assertThat(plain.path("entry").get(0).has("resource")).isFalse();
    JsonNode represented = write("POST", "", bundle, "Prefer", "return=representation").json();
    assertThat(represented.at("/entry/0/resource/id").asText()).isEqualTo("bea");
    JsonNode told = write("POST", "", bundle, "Prefer", "return=OperationOutcome").json();
    assertThat(told.at("/entry/0/response/outcome/issue/0/severity").asText())
        .isEqualTo("information");
  }

  @Test
  void transactionOfAllKindsOfWritesIsAllOrNothing() {
    put("/Patient/old", patient("old"), "");
    put("/Condition/gone", condition("gone", "old", "x"), "");
    String entries =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
          {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","identifier":[
             {"system":"urn:mrn","value":"7"}]},
           "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=urn:mrn|7"}},
          {"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:1"}},
           "request":{"method":"POST","url":"Condition"}},
          {"resource":{"resourceType":"Patient","id":"old","active":true},
           "request":{"method":"PUT","url":"Patient/old","ifMatch":"W/\\"%s\\""}},
          {"request":{"method":"DELETE","url":"Condition/gone"}}]}
        """;
    FhirTestServer.Answer stale = server.post("", entries.formatted("9"));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(server.get("/Patient?identifier=7").json().path("total").asInt()).isZero();
    assertThat(server.get("/Condition/gone").status()).isEqualTo(200);

    JsonNode done = server.post("", entries.formatted("1")).json();
    assertThat(done.findValuesAsText("status"))
        .containsExactly("201 Created", "201 Created", "200 OK", "204 No Content");
    String patient = done.at("/entry/0/response/location").asText().split("/")[1];
    assertThat(server.get("/Condition?patient=" + patient).json().path("total").asInt())
        .isEqualTo(1);
    JsonNode again = server.post("", entries.formatted("2")).json();
    assertThat(again.at("/entry/0/response/status").asText()).isEqualTo("200 OK");
    assertThat(server.get("/Condition?patient=" + patient).json().path("total").asInt())
        .isEqualTo(2);
  }

  @Test
  void searchSortsIncludesAndReadsValueSets() {
    put("/Patient/ann", patient("ann"), "");
    put("/Patient/bea", patient("bea"), "");
    put("/Condition/c1", dated("c1", "ann", "C50.411", "2026-01-01"), "");
    put("/Condition/c2", dated("c2", "bea", "M54.5", "2026-02-01"), "");
    put("/Condition/c3", dated("c3", "ann", "C50.9", "2026-03-01"), "");

    assertThat(ids("/Condition?_sort=-onset-date")).containsExactly("c3", "c2", "c1");
    assertThat(ids("/Condition?onset-date=ge2026-01-15&onset-date=lt2026-03"))
        .containsExactly("c2");
    assertThat(ids("/Condition?code:in=https://oncohooks.org/ValueSet/breast-malignancy"))
        .containsExactly("c1", "c3");
    assertThat(ids("/Condition?code:not=M54.5")).containsExactly("c1", "c3");
    assertThat(ids("/Condition?_lastUpdated=gt2020&patient=bea")).containsExactly("c2");
    JsonNode included = server.get("/Condition?_include=Condition:subject&patient=ann").json();
    assertThat(included.path("total").asInt()).isEqualTo(2);
    assertThat(included.findValuesAsText("mode")).containsExactly("match", "match", "include");
    assertThat(included.at("/entry/2/fullUrl").asText())
        .isEqualTo(server.uri("/Patient/ann").toString());
    JsonNode page = server.get("/Condition?_sort=-onset-date&_count=2").json();
    assertThat(follow(page).at("/entry/0/resource/id").asText()).isEqualTo("c1");
  }

  @Test
  void everythingAboutAPatientAndNothingElse() {
    put("/Patient/ann", patient("ann"), "");
    put("/Patient/bea", patient("bea"), "");
    for (String id : List.of("c3", "c1", "c2")) {
      put("/Condition/" + id, condition(id, "ann", "x"), "");
    }
    put("/Condition/d", condition("d", "bea", "x"), "");
    JsonNode all = server.get("/Patient/ann/$everything").json();

    assertThat(names(all))
        .containsExactly("Patient/ann", "Condition/c1", "Condition/c2", "Condition/c3");
    JsonNode first = server.get("/Patient/ann/$everything?_count=3").json();
    assertThat(first.path("total").asInt()).isEqualTo(4);
    delete("/Condition/c2", "");
    assertThat(names(follow(first))).containsExactly("Condition/c3");
    assertThat(names(server.get("/Patient/ann/$everything?_type=Condition").json()))
        .containsExactly("Condition/c1", "Condition/c3");
    delete("/Patient/ann", "");
    assertThat(server.get("/Patient/ann/$everything").status()).isEqualTo(410);
  }

  private FhirTestServer.Answer put(String path, String json, String ifMatch) {
    return write("PUT", path, json, "If-Match", ifMatch);
  }

  private FhirTestServer.Answer delete(String path, String ifMatch) {
    return write("DELETE", path, "", "If-Match", ifMatch);
  }

  private FhirTestServer.Answer create(String identifier) {
    return write(
        "POST",
        "/Patient",
        identified(identifier.substring(identifier.indexOf('|') + 1)),
        "If-None-Exist",
        "identifier=" + identifier);
  }

  private FhirTestServer.Answer write(
      String method, String path, String json, String header, String value) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path)).method(method, BodyPublishers.ofString(json));
    if (!json.isEmpty()) {
      request.header("Content-Type", "application/fhir+json");
    }
    if (!value.isEmpty()) {
      request.header(header, value);
    }
    return server.send(request);
  }

  private JsonNode follow(JsonNode page) {
    for (JsonNode link : page.path("link")) {
      if (link.path("relation").asText().equals("next")) {
        return server
            .get(link.path("url").asText().substring(server.uri("").toString().length()))
            .json();
      }
    }
    throw new AssertionError("no next link");
  }

  private List<String> ids(String search) {
    List<String> ids = new ArrayList<>();
    server.get(search).json().path("entry").forEach(e -> ids.add(e.at("/resource/id").asText()));
    return ids;
  }

  private static List<String> names(JsonNode bundle) {
    List<String> names = new ArrayList<>();
    bundle
        .path("entry")
        .forEach(
            e ->
                names.add(
                    e.at("/resource/resourceType").asText() + "/" + e.at("/resource/id").asText()));
    return names;
  }

  private static String etag(FhirTestServer.Answer answer) {
    return answer.http().headers().firstValue("ETag").orElseThrow();
  }

  private static String patient(String id) {
    return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
  }

  private static String identified(String number) {
    return "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:mrn\",\"value\":\"%s\"}]}"
        .formatted(number);
  }

  private static String condition(String id, String patient, String code) {
    return dated(id, patient, code, "2026-01-01");
  }

  private static String dated(String id, String patient, String code, String onset) {
    return ("{\"resourceType\":\"Condition\",\"id\":\"%s\",\"subject\":{\"reference\":\"Patient/%s\"},"
            + "\"onsetDateTime\":\"%s\",\"code\":{\"coding\":[{\"code\":\"%s\"}]}}")
        .formatted(id, patient, onset, code);
  }
}
