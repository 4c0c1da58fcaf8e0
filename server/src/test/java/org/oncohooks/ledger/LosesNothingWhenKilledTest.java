package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.TestPostgres;

/**
 * A process that writes with 16 threads is killed at random moments, again and again: what it
 * acknowledged is there exactly once, what is there was sent, and the chain is whole.
 */
@DisplayName("F7: killed with SIGKILL")
class LosesNothingWhenKilledTest {

  private static final int KILLS = Integer.getInteger("oncohooks.kills", 10);
  private static final long SEED = 20260601;

  @TempDir private Path folder;

  @Test
  void inSqlite() throws Exception {
    Path data = folder.resolve("data");
    kill(new DatabaseSettings.Sqlite(data), data.toString());
  }

  @Test
  void inPostgres() throws Exception {
    DatabaseSettings.Postgres settings = TestPostgres.database();
    kill(settings, settings.url(), settings.user());
  }

  private void kill(DatabaseSettings settings, String... place) throws Exception {
    Random random = new Random(SEED);
    Set<String> calls = new HashSet<>();
    Set<String> feedback = new HashSet<>();
    for (int i = 0; i < KILLS; i++) {
      writeUntilKilled(random.nextInt(50, 1500), calls, feedback, place);
    }
    assertThat(feedback).hasSizeGreaterThan(KILLS);
    try (LedgerReader ledger = LedgerReader.open(settings)) {
      LedgerReader.Verdict verdict = ledger.verify();
      assertThat(verdict.broken()).isEmpty();
      Map<String, Integer> kept = new HashMap<>();
      ledger.feedback(line -> kept.merge(line.card(), 1, Integer::sum));
      assertThat(missing(feedback, kept.keySet())).as("acknowledged and not kept").isEmpty();
      assertThat(kept.values()).allMatch(times -> times == 1);
      // a call is acknowledged before its feedback is sent, so that no other can be there
      assertThat(missing(kept.keySet(), calls)).as("kept and never sent").isEmpty();
      long[] shown = {0};
      ledger.shown(recommendation -> shown[0]++);
      assertThat(shown[0]).isBetween((long) calls.size(), calls.size() + 16L * KILLS);
      assertThat(verdict.rows()).isEqualTo(shown[0] + kept.size());
      System.out.printf(
          "%d kills: %d calls and %d feedbacks acknowledged, %d rows, chain whole%n",
          KILLS, calls.size(), feedback.size(), verdict.rows());
    }
  }

  /** What the second lacks of the first; AssertJ's own way takes the square of their sizes. */
  private static Set<String> missing(Set<String> wanted, Set<String> there) {
    Set<String> missing = new HashSet<>(wanted);
    missing.removeAll(there);
    return missing;
  }

  private void writeUntilKilled(
      int millis, Set<String> calls, Set<String> feedback, String... place) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(LedgerWriter.class.getName());
    command.add(folder.resolve("ledger.key").toString());
    command.addAll(List.of(place));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      Thread killer = null;
      StringBuilder line = new StringBuilder();
      for (int c = read(said); c >= 0; c = read(said)) {
        if (c != '\n') {
          line.append((char) c);
          continue;
        }
        String text = line.toString();
        line.setLength(0);
        if (killer == null && text.startsWith("CALL ")) {
          killer = new Thread(() -> killAfter(process, millis));
          killer.start();
        }
        if (text.startsWith("CALL ")) {
          assertThat(calls.add(text.substring(5))).isTrue();
        } else if (text.startsWith("FEEDBACK ")) {
          assertThat(feedback.add(text.substring(9))).isTrue();
        } else {
          throw new AssertionError("nothing was to fail but the process: " + text);
        }
      }
      // the last line may be cut off: it was said, and not heard whole
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(137);
    } finally {
      process.destroyForcibly();
    }
  }

  /** The stream may be closed under the reader when the process dies. */
  private static int read(BufferedReader said) {
    try {
      return said.read();
    } catch (IOException e) {
      return -1;
    }
  }

  private static void killAfter(Process process, int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.toHandle().destroyForcibly();
  }
}
