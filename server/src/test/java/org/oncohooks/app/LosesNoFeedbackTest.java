package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.LedgerReader;
import org.oncohooks.records.TestPostgres;

/**
 * The real process under the feedback of 16 callers over HTTP, killed at random moments again and
 * again, at last told to stop: what got 200 is there once, what is there was sent, and the chain is
 * whole.
 */
@DisplayName("F7, F9: what got 200 is there once, after SIGKILL and after SIGTERM")
class LosesNoFeedbackTest {

  private static final int CALLERS = 16;
  private static final int KILLS = Integer.getInteger("oncohooks.service-kills", 3);
  private static final long SEED = 20260601;

  @TempDir private Path folder;

  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();

  @Test
  @Timeout(3600)
  void inSqlite() throws Exception {
    killAndStop(
        new DatabaseSettings.Sqlite(folder.resolve("data")),
        "--data",
        folder.resolve("data").toString());
  }

  @Test
  @Timeout(3600)
  void inPostgres() throws Exception {
    DatabaseSettings.Postgres settings = TestPostgres.database();
    killAndStop(
        settings,
        "--database-url",
        settings.url(),
        "--database-user",
        settings.user(),
        "--ledger-key",
        folder.resolve("ledger.key").toString());
  }

  private void killAndStop(DatabaseSettings settings, String... database) throws Exception {
    Random random = new Random(SEED);
    long longestStart = 0;
    for (int i = 0; i <= KILLS; i++) {
      int before = acknowledged.size();
      long began = System.nanoTime();
      try (ServiceProcess service = start(database)) {
        longestStart = Math.max(longestStart, System.nanoTime() - began);
        List<Thread> callers = callers(service.url().resolve("/cds-services/two-alerts/feedback"));
        while (acknowledged.size() == before) {
          Thread.sleep(10);
        }
        Thread.sleep(random.nextInt(1500));
        if (i < KILLS) {
          service.kill();
        } else {
          assertThat(service.terminate()).isEqualTo(143);
        }
        for (Thread caller : callers) {
          caller.join();
        }
      }
    }
    assertThat(statuses).isSubsetOf(200, 503);
    try (LedgerReader ledger = LedgerReader.open(settings)) {
      LedgerReader.Verdict verdict = ledger.verify();
      assertThat(verdict.broken()).isEmpty();
      Map<String, Integer> kept = new HashMap<>();
      ledger.feedback(line -> kept.merge(line.card(), 1, Integer::sum));
      assertThat(missing(acknowledged, kept.keySet())).as("acknowledged and not kept").isEmpty();
      assertThat(missing(kept.keySet(), sent)).as("kept and never sent").isEmpty();
      assertThat(kept.values()).allMatch(times -> times == 1);
      System.out.printf(
          "%d kills of the service: %d feedbacks acknowledged over HTTP, %d kept, chain of %d rows"
              + " whole, longest start %d ms%n",
          KILLS, acknowledged.size(), kept.size(), verdict.rows(), longestStart / 1_000_000);
    }
  }

  /** What the second lacks of the first; AssertJ's own way takes the square of their sizes. */
  private static Set<String> missing(Set<String> wanted, Set<String> there) {
    Set<String> missing = new HashSet<>(wanted);
    missing.removeAll(there);
    return missing;
  }

  private ServiceProcess start(String... database) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("--content", TestContent.folder().toString()));
    arguments.addAll(List.of(database));
    return ServiceProcess.start(folder, arguments.toArray(String[]::new));
  }

  private List<Thread> callers(URI place) {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Thread caller = new Thread(() -> call(place));
      caller.start();
      callers.add(caller);
    }
    return callers;
  }

  /** Sends feedback on ever new cards until nobody answers any more. */
  private void call(URI place) {
    HttpClient client = HttpClient.newHttpClient();
    while (true) {
      String card = UUID.randomUUID().toString();
      String body =
          "{\"feedback\":[{\"card\":\"%s\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\"2026-06-01T16:00:00Z\"}]}"
              .formatted(card);
      HttpRequest request =
          HttpRequest.newBuilder(place)
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build();
      sent.add(card);
      try {
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        statuses.add(answer.statusCode());
        if (answer.statusCode() == 200) {
          acknowledged.add(card);
        }
      } catch (IOException e) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
