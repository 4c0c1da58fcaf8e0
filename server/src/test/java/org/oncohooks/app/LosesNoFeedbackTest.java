package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.ledger.LedgerReader;

/** The real process under the feedback of 16 callers, killed, and told to stop. */
class LosesNoFeedbackTest {

  private static final int CALLERS = 16;

  @TempDir private Path data;

  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Integer> statuses = ConcurrentHashMap.newKeySet();

  @Test
  @Timeout(300)
  @DisplayName("F7, F9: what got 200 is there once, after SIGKILL and after SIGTERM")
  void whenItIsKilledAndWhenItIsTerminated() throws Exception {
    assertThat(serveUntil(Process::destroyForcibly)).isEqualTo(137);
    assertThat(serveUntil(Process::destroyForcibly)).isEqualTo(137);
    // Process.destroy would close the stream too
    assertThat(serveUntil(process -> process.toHandle().destroy())).isEqualTo(143);

    assertThat(acknowledged).isNotEmpty();
    assertThat(statuses).isSubsetOf(200, 503);
    try (LedgerReader ledger = LedgerReader.open(new DatabaseSettings.Sqlite(data))) {
      assertThat(ledger.verify().broken()).isEmpty();
      Map<String, Integer> kept = new HashMap<>();
      ledger.feedback(line -> kept.merge(line.card(), 1, Integer::sum));
      assertThat(kept.keySet()).containsAll(acknowledged);
      assertThat(kept.values()).allMatch(times -> times == 1);
    }
  }

  private interface End {
    void of(Process process);
  }

  private int serveUntil(End end) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.oncohooks.app.Main",
                "--port",
                "0",
                "--data",
                data.toString(),
                "--content",
                TestContent.folder().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      URI place = URI.create(listening(said)).resolve("/cds-services/two-alerts/feedback");
      int before = acknowledged.size();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        Thread caller = new Thread(() -> call(place));
        caller.start();
        callers.add(caller);
      }
      while (acknowledged.size() < before + 10 * CALLERS) {
        Thread.sleep(10);
        assertThat(process.isAlive()).isTrue();
      }
      end.of(process);
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
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

  private static String listening(BufferedReader said) throws IOException {
    String url = "";
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.startsWith("Listening on ")) {
        url = line.substring("Listening on ".length()).split(" ")[0];
      }
      if (line.startsWith("Ctrl-C")) {
        return url;
      }
    }
    throw new AssertionError("it did not start");
  }
}
