package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each EHR gets what its own entry in the configuration says, and nothing of another's. */
@DisplayName("R-99 tenants")
class TenantsTest {

  private static final String CONDITIONS =
      """
      "patient":{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"},
      "conditions":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":
      {"resourceType":"Condition","id":"c1","code":{"coding":[{"system":"http://snomed.info/sct",
      "code":"254837009"}]},"subject":{"reference":"Patient/p1"}}}]},
      "observations":{"resourceType":"Bundle","type":"searchset"}""";

  @TempDir private static Path folder;
  private static RunningService running;
  private static JwksServer fhirServer;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    fhirServer = new JwksServer("{}");
    Path config = folder.resolve("site.yaml");
    Files.writeString(
        config,
        """
        tenants:
          - id: plain
            issuer: https://plain.example.org
            jwks-file: keys.json
          - id: narrow
            issuer: https://narrow.example.org
            jwks-file: keys.json
            services: [two-alerts]
            settings: {Urgency: stat}
            calls-per-second: 2
          - id: batching
            issuer: https://batching.example.org
            jwks-file: keys.json
            calls-per-second: 2
          - id: with-store
            issuer: https://shared.example.org
            tenant-claim: one
            jwks-file: keys.json
            local-store: true
          - id: without-store
            issuer: https://shared.example.org
            tenant-claim: two
            jwks-file: keys.json
          - id: acting
            issuer: https://acting.example.org
            jwks-file: keys.json
            system-actions: true
          - id: with-server
            issuer: https://server.example.org
            jwks-file: keys.json
            fhir-bases: [%s]
            networks: [127.0.0.0/8]
            plain-http: true
        """
            .formatted(fhirServer.url()));
    running = RunningService.withTenants(config, InstantSource.fixed(RunningService.NOW));
  }

  @AfterAll
  static void stop() {
    running.close();
    fhirServer.close();
  }

  private static String token(String issuer, String path) {
    return TestTokens.good(
            RunningService.NOW,
            "https://" + issuer + ".example.org",
            RunningService.BASE_URL + path)
        .signed();
  }

  private static String sharedToken(String tenant, String path) {
    TestTokens token =
        TestTokens.good(
            RunningService.NOW, "https://shared.example.org", RunningService.BASE_URL + path);
    token.claims().put("tenant", tenant);
    return token.signed();
  }

  private static HttpResponse<String> call(
      String token, String path, String patient, String prefetch) throws Exception {
    String body =
        """
        {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u",
        "patientId":"%s"},"prefetch":{%s}}
        """
            .formatted(patient, prefetch);
    return running.send(
        running
            .request(path)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static JsonNode services(String issuer) throws Exception {
    HttpRequest.Builder request =
        running
            .request("/cds-services")
            .header("Authorization", "Bearer " + token(issuer, "/cds-services"));
    return RunningService.json(running.send(request)).path("services");
  }

  @Test
  void offersEachItsServices() throws Exception {
    assertThat(services("plain")).hasSize(3);
    assertThat(services("narrow"))
        .extracting(service -> service.path("id").asText())
        .containsExactly("two-alerts");
    String other = "/cds-services/one-fails";
    assertThat(call(token("narrow", other), other, "p1", CONDITIONS).statusCode()).isEqualTo(404);
  }

  @Test
  void answersEachWithItsSettings() throws Exception {
    String path = "/cds-services/two-alerts";
    JsonNode narrow = RunningService.json(call(token("narrow", path), path, "p1", CONDITIONS));
    JsonNode plain = RunningService.json(call(token("plain", path), path, "p1", CONDITIONS));
    assertThat(narrow.at("/cards/0/indicator").asText()).isEqualTo("critical");
    assertThat(plain.at("/cards/0/indicator").asText()).isNotEqualTo("critical");
  }

  @Test
  @DisplayName("R-72: system actions only for tenants that say so")
  void letsTheEhrActUnaskedForWhomHasAgreed() throws Exception {
    String path = "/cds-services/two-alerts";
    JsonNode acting = RunningService.json(call(token("acting", path), path, "p1", CONDITIONS));
    assertThat(acting.at("/systemActions/0/type").asText()).isEqualTo("create");
    assertThat(acting.at("/systemActions/0/resource/subject/reference").asText())
        .isEqualTo("Patient/p1");
    assertThat(acting.at("/cards/0").has("suggestions")).isFalse();
    assertThat(acting.at("/cards/0/detail").asText()).contains("Done without asking");
    JsonNode plain = RunningService.json(call(token("plain", path), path, "p1", CONDITIONS));
    assertThat(plain.has("systemActions")).isFalse();
    assertThat(plain.at("/cards/0/suggestions")).hasSize(1);
  }

  @Test
  void takesATokenForOneServiceAtThatServiceOnly() throws Exception {
    String token = token("plain", "/cds-services/two-alerts");
    String other = "/cds-services/one-fails";
    assertThat(call(token, other, "p1", CONDITIONS).statusCode()).isEqualTo(401);
  }

  @Test
  void showsTheStoreOnlyToThoseWhoMaySeeIt() throws Exception {
    String path = "/cds-services/two-alerts";
    assertThat(call(sharedToken("one", path), path, "anna", "").statusCode()).isEqualTo(200);
    HttpResponse<String> without = call(sharedToken("two", path), path, "anna", "");
    assertThat(without.statusCode()).isEqualTo(412);
    assertThat(without.body()).doesNotContain("load the patient");
    assertThat(without.body()).isEqualTo(call(sharedToken("two", path), path, "nobody", "").body());
  }

  @Test
  void asksAServerOnlyForTheTenantThatListsIt() throws Exception {
    String path = "/cds-services/two-alerts";
    String body =
        """
        {"hook":"patient-view","hookInstance":"i","fhirServer":"%s",
        "context":{"userId":"Practitioner/u","patientId":"anna"}}
        """
            .formatted(fhirServer.url());
    for (String issuer : List.of("plain", "server")) {
      assertThat(fhirServer.asked()).isZero();
      running.send(
          running
              .request(path)
              .header("Authorization", "Bearer " + token(issuer, path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
    assertThat(fhirServer.asked()).isPositive();
  }

  @Test
  @DisplayName("B15: one tenant's feedback on another's card changes nothing for that one")
  void takesNoFeedbackOnAnothersCard() throws Exception {
    String path = "/cds-services/two-alerts";
    String card =
        RunningService.json(call(token("plain", path), path, "p1", CONDITIONS))
            .at("/cards/0/uuid")
            .asText();
    String place = path + "/feedback";
    for (String issuer : List.of("server", "plain")) {
      JsonNode before = RunningService.json(call(token("plain", path), path, "p1", CONDITIONS));
      assertThat(before.at("/extension/org.oncohooks").has("suppressed")).isFalse();
      HttpResponse<String> answer =
          running.send(
              running
                  .request(place)
                  .header("Authorization", "Bearer " + token(issuer, place))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"feedback\":[{\"card\":\""
                              + card
                              + "\",\"outcome\":\"overridden\",\"outcomeTimestamp\":"
                              + "\"2026-06-01T17:00:00Z\"}]}")));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    JsonNode after = RunningService.json(call(token("plain", path), path, "p1", CONDITIONS));
    assertThat(after.at("/extension/org.oncohooks/suppressed/0/card").asText()).isEqualTo(card);
  }

  @Test
  void tellsTenantsOfOneIssuerApart() throws Exception {
    String path = "/cds-services/two-alerts";
    assertThat(call(sharedToken("three", path), path, "p1", CONDITIONS).statusCode())
        .isEqualTo(401);
    assertThat(call(token("shared", path), path, "p1", CONDITIONS).statusCode()).isEqualTo(401);
  }

  @Test
  @DisplayName("429 with Retry-After beyond the agreed rate")
  void slowsDownWhoCallsTooOften() throws Exception {
    HttpResponse<String> last = null;
    for (int i = 0; i < 40 && (last == null || last.statusCode() == 200); i++) {
      HttpRequest.Builder request =
          running
              .request("/cds-services")
              .header("Authorization", "Bearer " + token("narrow", "/cds-services"));
      last = running.send(request);
    }
    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.headers().firstValue("Retry-After")).contains("1");
    assertThat(services("plain")).isNotEmpty();
  }

  @Test
  @DisplayName("a batch of feedback counts by its entries")
  void chargesForTheEntriesOfABatch() throws Exception {
    String place = "/cds-services/two-alerts/feedback";
    String entries =
        IntStream.range(0, 200)
            .mapToObj(
                i ->
                    "{\"card\":\"card-%d\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\"2026-06-01T17:00:00Z\"}"
                        .formatted(i))
            .collect(Collectors.joining(",", "{\"feedback\":[", "]}"));
    for (int expected : new int[] {200, 429}) {
      HttpResponse<String> answer =
          running.send(
              running
                  .request(place)
                  .header("Authorization", "Bearer " + token("batching", place))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(entries)));
      assertThat(answer.statusCode()).isEqualTo(expected);
    }
  }

  @Test
  void saysAtStartWhoMayCall() {
    assertThat(running.printed())
        .contains("callers prove by tokens who they are", "by this process alone")
        .contains("Services for tenant narrow:", "Services for tenant without-store:")
        .doesNotContain("curl");
  }

  @Test
  void answersHealthToAnyone() throws Exception {
    assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
  }
}
