package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.LedgerReader;
import org.oncohooks.records.TestPostgres;

/** Two processes on one PostgreSQL behind a reverse proxy are one service. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(180)
class TwoInstancesTest {

  private static final String SERVICE = "/cds-services/two-alerts";
  private static final String FEEDBACK = SERVICE + "/feedback";

  private static final String VIEW =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u",
      "patientId":"p1"},"prefetch":{
      "patient":{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"},
      "conditions":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":
      {"resourceType":"Condition","id":"c1","code":{"coding":[{"system":"http://snomed.info/sct",
      "code":"254837009"}]},"subject":{"reference":"Patient/p1"}}}]},
      "observations":{"resourceType":"Bundle","type":"searchset"}}}
      """;

  @TempDir private static Path folder;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static DatabaseSettings.Postgres database;
  private static ReverseProxy proxy;
  private static ServiceProcess one;
  private static ServiceProcess other;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @BeforeAll
  static void start() throws Exception {
    database = TestPostgres.database();
    proxy = new ReverseProxy();
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    Files.writeString(
        folder.resolve("site.yaml"),
        """
        production: true
        base-url: %s
        database-url: %s
        database-user: %s
        ledger-key: ledger.key
        content: %s
        tenants:
          - id: plain
            issuer: https://plain.example.org
            jwks-file: keys.json
            calls-per-second: 10000
        """
            .formatted(proxy.url(), database.url(), database.user(), TestContent.folder()));
    String config = "--config=" + folder.resolve("site.yaml");
    one = ServiceProcess.start(folder, config);
    other = ServiceProcess.start(folder, config);
    proxy.to(one.url(), other.url());
  }

  @AfterAll
  static void stop() throws IOException {
    one.close();
    other.close();
    proxy.close();
  }

  private static String token(String path) {
    return TestTokens.good(Instant.now(), "https://plain.example.org", proxy.url() + path).signed();
  }

  private static HttpResponse<String> send(String base, String path, String token, String body)
      throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(base).resolve(path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode view(ServiceProcess instance) throws Exception {
    HttpResponse<String> answer = send(instance.url().toString(), SERVICE, token(SERVICE), VIEW);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return RunningService.json(answer);
  }

  private static String overridden(String card) {
    return "{\"feedback\":[{\"card\":\"%s\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\"%s\"}]}"
        .formatted(card, Instant.now());
  }

  @Test
  @Order(1)
  @DisplayName("24: a token that one instance has seen is no good at the other")
  void takeATokenOnce() throws Exception {
    String token = token(SERVICE);
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 4; i++) { // behind the proxy: by turns
      statuses.add(send(proxy.url(), SERVICE, token, VIEW).statusCode());
    }
    assertThat(statuses).containsExactly(200, 401, 401, 401);
  }

  @Test
  @Order(2)
  @DisplayName("a card of one instance that was answered at the other is repeated by neither")
  void agreeOnWhatWasAnswered() throws Exception {
    String card = view(one).at("/cards/0/uuid").asText();
    assertThat(
            send(other.url().toString(), FEEDBACK, token(FEEDBACK), overridden(card)).statusCode())
        .isEqualTo(200);
    for (ServiceProcess instance : List.of(one, other)) {
      JsonNode again = view(instance);
      assertThat(again.path("cards")).isEmpty();
      assertThat(again.at("/extension/org.oncohooks/suppressed/0/card").asText()).isEqualTo(card);
    }
  }

  @Test
  @Order(3)
  @DisplayName("F7: one is killed under load; what was acknowledged is there once, in one chain")
  void loseNothingWhenOneIsKilled() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Set<Integer> statuses = ConcurrentHashMap.newKeySet();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Thread caller = new Thread(() -> feed(over, statuses));
      caller.start();
      callers.add(caller);
    }
    awaitMore(100);
    other.kill();
    awaitMore(100);
    over.set(true);
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(statuses).contains(200, 502).isSubsetOf(200, 502, 503);
    assertThat(one.terminate()).isEqualTo(143);
    try (LedgerReader ledger = LedgerReader.open(database)) {
      assertThat(ledger.verify().broken()).isEmpty();
      Map<String, Integer> kept = new HashMap<>();
      ledger.feedback(line -> kept.merge(line.card(), 1, Integer::sum));
      assertThat(kept.keySet()).containsAll(acknowledged);
      assertThat(kept.values()).allMatch(times -> times == 1);
    }
  }

  private void awaitMore(int feedbacks) throws InterruptedException {
    int until = acknowledged.size() + feedbacks;
    while (acknowledged.size() < until) {
      Thread.sleep(10);
    }
  }

  /** As a caller that goes on with the next feedback if one was not taken. */
  private void feed(AtomicBoolean over, Set<Integer> statuses) {
    while (!over.get()) {
      String card = UUID.randomUUID().toString();
      try {
        int status = send(proxy.url(), FEEDBACK, token(FEEDBACK), overridden(card)).statusCode();
        statuses.add(status);
        if (status == 200) {
          acknowledged.add(card);
        }
      } catch (IOException e) {
        statuses.add(-1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
