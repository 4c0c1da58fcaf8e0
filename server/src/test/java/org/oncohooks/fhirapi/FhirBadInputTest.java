package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a clear error that says nothing of the patient, and the next call is answered. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FhirBadInputTest {

  private static final String CANARY = "Wilhelmina Canary";
  private static final String PATIENT = "{\"resourceType\":\"Patient\",\"id\":\"ann\"}";

  private FhirTestServer server;

  @BeforeAll
  void start() {
    server = new FhirTestServer(Map.of());
    server.put("/Patient/ann", PATIENT);
  }

  @AfterEach
  void nextCallIsAnswered() {
    assertThat(server.get("/Patient/ann").status()).isEqualTo(200);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{",
        "{\"resourceType\":\"Bundle\",\"type\":\"transac",
        "[]",
        "\"Bundle\"",
        "null",
        "{'resourceType':'Bundle'}",
        "{\"resourceType\":\"Bundle\",\"resourceType\":\"Patient\"}",
        "{\"resourceType\":\"Bundle\"} trailing",
        "{\"resourceType\":\"Bundle\",\"type\":\"history\"}",
        "{\"resourceType\":\"Patient\"}",
        "<Bundle xmlns=\"http://hl7.org/fhir\"/>",
      })
  void bodiesThatAreNoBundle(String body) {
    refused(server.post("", body), 400);
  }

  @Test
  void depthBomb() {
    refused(server.post("", "{\"a\":".repeat(5000) + "1" + "}".repeat(5000)), 400);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"colour\":\"@\"}; colour",
        "{\"resourceType\":\"Observation\",\"status\":\"@\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"}}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"}}; entry[0].resource.status",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"effectiveDateTime\":\"2026-02-31\"}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"valueQuantity\":{\"value\":\"@\"}}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":\"@\",\"subject\":{\"reference\":\"Patient/ann\"}}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":[{\"text\":\"x\"},{\"text\":\"@\"}],\"subject\":{\"reference\":\"Patient/ann\"}}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"colour\":\"@\"}]},\"subject\":{\"reference\":\"Patient/ann\"}}; colour",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"component\":[{\"valueString\":\"@\"}]}; entry[0].resource.component[0].code",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"valueString\":\"\"}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"extension\":[\"@\"]}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"note\":[]}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"method\":null}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"focus\":[{\"reference\":\"#@\"}]}; entry[0].resource",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}; entry[0].resource.subject",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"display\":\"@\"}}; entry[0].resource.subject",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient?name=@\"}}; entry[0].resource.subject",
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/ann\"},\"@\":\"x\"}; entry[0].resource",
      })
  void resourcesThatAreNotFhir(String resource, String place) {
    FhirTestServer.Answer answer =
        server.post(
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":"
                + resource.replace("@", CANARY)
                + ",\"request\":{\"method\":\"POST\",\"url\":\"Observation\"}}]}");

    refused(answer, 400);
    assertThat(answer.json().at("/issue/0/expression/0").asText()).contains(place);
    assertThat(server.get("/Observation").json().path("total").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"modifierExtension\":[{\"url\":\"https://example.org/@\",\"valueBoolean\":true}];Observation.modifierExtension",
        "\"implicitRules\":\"https://example.org/@\";Observation.implicitRules",
        "\"component\":[{\"code\":{\"text\":\"x\"},\"modifierExtension\":[{\"url\":\"https://example.org/@\",\"valueBoolean\":true}]}];Observation.component[0].modifierExtension",
      })
  void elementsThatMayChangeTheMeaning(String element, String place) {
    String observation =
        "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
            + "\"subject\":{\"reference\":\"Patient/ann\"},"
            + element.replace("@", "Canary")
            + "}";
    FhirTestServer.Answer answer = server.put("/Observation/o", observation);
    refused(answer, 422);
    assertThat(answer.json().at("/issue/0/expression/0").asText()).isEqualTo(place);
  }

  @Test
  void unknownTypes() {
    refused(server.post("/Claim", "{\"resourceType\":\"Claim\"}"), 404);
    refused(server.put("/ValueSet/x", "{\"resourceType\":\"ValueSet\",\"id\":\"x\"}"), 404);
    refused(server.get("/Claim/1"), 404);
    refused(server.get("/Claim?patient=ann"), 404);
    refused(server.get("/nothing/at/all/here"), 404);
    refused(server.get("/"), 404);
    refused(server.get(""), 404);
  }

  @Test
  void urlAndResourceThatDisagree() {
    refused(server.put("/Patient/bob", PATIENT), 400);
    refused(server.post("/Condition", PATIENT), 400);
    refused(server.post("/Patient/ann", PATIENT), 405);
    refused(server.put("/Patient", PATIENT), 405);
    refused(server.put("/Patient?name=x", PATIENT), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/Patient?name=Wilhelmina",
        "/Condition?patient=",
        "/Condition?patient=a%20b",
        "/Condition?date=Canary",
        "/Condition?_count=1e9",
        "/Condition?_count=-5",
        "/Condition?code:in=http://example.org",
        "/Condition?_include=*",
        "/Condition?_sort=code",
        "/Condition?_sort=date,_id",
        "/Condition?date:not=2026",
        "/Patient/ann/_history?_since=2026",
        "/Patient/ann/_history?_count=x",
        "/Patient/ann/_history/x",
        "/Patient/ann/_history/2",
        "/Patient/bob/_history",
        "/Patient/bob/$everything",
        "/Patient/ann/$everything?_type=Claim",
        "/Patient/ann/$everything?start=2026",
        "/Patient/ann/$everything?_after=Canary",
        "/Condition/ann/$everything",
        "/PlanDefinition/a/_history",
        "/Condition?_query=x",
        "/Condition?_getpages=x",
        "?_getpages=x",
        "/Condition?_has:x:y:z=1",
        "/Condition?patient.name=Canary",
        "/Condition?_elements=a:b",
        "/Patient/ann?_count=1",
        "/Patient/ann?_summary=Canary",
        "/Patient/ann?_summary=text",
        "/Patient?_summary=text",
        "/Patient/ann/Condition",
        "/Patient/$match",
        "/$export",
        "/_history",
      })
  @DisplayName("B8: searches that are not offered")
  void readsAndSearchesThatAreNotOffered(String search) {
    refused(server.get(search), 400, 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/fhir+xml",
        "application/xml",
        "text/turtle",
        "text/html",
        "application/fhir+json;q=0",
      })
  void acceptWithoutJson(String accept) {
    refused(
        server.send(HttpRequest.newBuilder(server.uri("/Patient/ann")).header("Accept", accept)),
        406);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xml", "application/fhir%2Bxml", "ttl", "html", "html/json"})
  void formatWithoutJson(String format) {
    FhirTestServer.Answer answer = server.get("/Patient/ann?_format=" + format);

    refused(answer, 406);
  }

  @Test
  void formatInASearchFormWithoutJson() {
    refused(form("patient=ann&_format=xml"), 406);
  }

  @Test
  void acceptOfXmlBeforeAnythingIsAnsweredWithJson() {
    FhirTestServer.Answer answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/Patient/ann"))
                .header("Accept", "application/fhir+xml, */*;q=0.1"));

    assertThat(answer.json().path("resourceType").asText()).isEqualTo("Patient");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/fhir+xml",
        "application/xml",
        "text/plain",
        "application/fhir+json; charset=iso-8859-1",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
      })
  @DisplayName("B10: XML is not read")
  void contentTypesThatAreNotJson(String type) {
    refused(write("", type, PATIENT.getBytes(StandardCharsets.UTF_8)), 415);
    refused(write("/Patient", type, PATIENT.getBytes(StandardCharsets.UTF_8)), 415);
  }

  @Test
  void searchFormsThatAreNone() {
    refused(write("/Condition/_search", "application/fhir+json", new byte[] {'{', '}'}), 415);
    refused(form("patient=" + "x".repeat(70_000)), 413);
    refused(form("name=" + CANARY), 400);
  }

  @Test
  void compressedBody() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(PATIENT.getBytes(StandardCharsets.UTF_8));
    }
    refused(
        server.send(
            HttpRequest.newBuilder(server.uri("/Patient"))
                .header("Content-Type", "application/fhir+json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(bytes.toByteArray()))),
        415);
  }

  @Test
  void resourceOfMoreThanFourMebibytes() {
    byte[] large =
        ("{\"resourceType\":\"Patient\",\"language\":\"" + "x".repeat(4 << 20) + "\"}")
            .getBytes(StandardCharsets.UTF_8);

    refused(write("/Patient", "application/fhir+json", large), 413);
    refused(
        server.send(
            HttpRequest.newBuilder(server.uri("/Patient"))
                .header("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))),
        413);
  }

  @Test
  void bundleOfMoreThanFourMebibytesIsTakenAndOfMoreThanSixteenIsNot() {
    String entry =
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"big%d\",\"name\":[{\"text\":\"%s\"}]},"
            + "\"request\":{\"method\":\"PUT\",\"url\":\"Patient/big%d\"}}";
    StringBuilder bundle =
        new StringBuilder("{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[");
    for (int i = 0; i < 10; i++) {
      bundle.append(i == 0 ? "" : ",").append(entry.formatted(i, "x".repeat(500_000), i));
    }

    assertThat(server.post("", bundle + "]}").status()).isEqualTo(200);
    refused(server.post("", bundle + "]}" + " ".repeat(17 << 20)), 413);
  }

  @Test
  void methodsThatAreNotOffered() {
    FhirTestServer.Answer answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/Patient/ann"))
                .method("PATCH", BodyPublishers.ofString("[]")));

    refused(answer, 405);
    assertThat(answer.http().headers().firstValue("Allow"))
        .contains("GET, HEAD, POST, PUT, DELETE, OPTIONS");
    refused(server.send(HttpRequest.newBuilder(server.uri("/Patient")).DELETE()), 405);
    refused(server.send(HttpRequest.newBuilder(server.uri("/PlanDefinition/a")).DELETE()), 404);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, If-None-Exist, name=Wilhelmina Canary",
    "POST, If-None-Exist, _count=1",
    "POST, If-None-Exist, identifier=%zz",
    "POST, If-None-Exist, ''",
    "POST, If-Match, W/\"1\"",
    "POST, If-None-Match, *",
    "PUT, If-Match, Wilhelmina Canary",
    "PUT, If-Match, *",
    "PUT, If-None-Exist, identifier=1",
    "DELETE, If-Match, 1",
    "DELETE, If-None-Exist, identifier=1",
  })
  void conditionsThatAreNotUnderstood(String method, String header, String value) {
    String path = method.equals("POST") ? "/Patient" : "/Patient/ann";

    refused(
        server.send(
            HttpRequest.newBuilder(server.uri(path))
                .header("Content-Type", "application/fhir+json")
                .header(header, value)
                .method(method, BodyPublishers.ofString(PATIENT))),
        400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>Canary</script>",
        "<SCRIPT>Canary</SCRIPT>",
        "<p onclick='x'>Canary</p>",
        "<img src='x' OnError='x'/>",
        "<a href=' JavaScript:Canary'>x</a>",
        "<a href='&#106;avascript:Canary'>x</a>",
        "<a href='java&#9;script:Canary'>x</a>",
        "<a href='data:text/html,Canary'>x</a>",
        "<a href='javascript:image/png;Canary'>x</a>",
        "<iframe src='https://e.org'/>",
        "<object data='x'/>",
        "<svg><a/></svg>",
        "<form><p>Canary</p></form>",
        "<style>Canary</style>",
        "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>Canary</x:script>",
        "<p>Canary",
        "<?php Canary ?>"
      })
  void narrativesThatDoSomething(String html) {
    refused(write("/Patient", "application/fhir+json", narrative(html)), 400);
    byte[] inner = narrative(html);
    String outer =
        "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/a\"},\"contained\":["
            + new String(inner, StandardCharsets.UTF_8)
            + "]}";
    refused(
        write("/Condition", "application/fhir+json", outer.getBytes(StandardCharsets.UTF_8)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<p>a&nbsp;b &amp; c &#169; <b class='x' style='color:red'>d</b></p>",
        "<table border='1'><tbody><tr><td colspan='2'>a<br/></td></tr></tbody></table>",
        "<a href='https://e.org/x?y=1' name='z'>b</a><img src='data:image/png;base64,AA' alt='c'/>",
        "<!-- a --><ul><li>a &lt;script&gt;</li></ul>"
      })
  void keepsNarrativesOfText(String html) {
    FhirTestServer.Answer answer = write("/Patient", "application/fhir+json", narrative(html));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private static byte[] narrative(String html) {
    String div = "<div xmlns='http://www.w3.org/1999/xhtml'>" + html + "</div>";
    return ("{\"resourceType\":\"Patient\",\"text\":{\"status\":\"generated\",\"div\":\""
            + div
            + "\"}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private FhirTestServer.Answer form(String body) {
    return write(
        "/Condition/_search",
        "application/x-www-form-urlencoded",
        body.getBytes(StandardCharsets.UTF_8));
  }

  private FhirTestServer.Answer write(String path, String type, byte[] body) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private static void refused(FhirTestServer.Answer answer, Integer... statuses) {
    assertThat(answer.status()).as(answer.text()).isIn((Object[]) statuses);
    assertThat(answer.json().path("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(answer.json().at("/issue/0/diagnostics").asText()).isNotBlank();
    assertThat(answer.http().headers().map().values()).allMatch(values -> values.size() == 1);
    assertThat(answer.text())
        .doesNotContain("Wilhelmina")
        .doesNotContain("Canary")
        .doesNotContain("HAPI")
        .doesNotContain("Exception")
        .doesNotContain("\tat ");
  }
}
