package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
import org.oncohooks.OwnJava;
import org.oncohooks.database.Database;
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
  private static final Duration KEPT = Duration.ofMillis(300);

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

  @Test
  void inSqliteWhileItDeletesWhatIsOld() throws Exception {
    Path data = folder.resolve("data");
    killWhileItDeletes(new DatabaseSettings.Sqlite(data), data.toString());
  }

  @Test
  void inPostgresWhileItDeletesWhatIsOld() throws Exception {
    DatabaseSettings.Postgres settings = TestPostgres.database();
    killWhileItDeletes(settings, settings.url(), settings.user());
  }

  private void killWhileItDeletes(DatabaseSettings settings, String... place) throws Exception {
    Random random = new Random(SEED);
    Map<String, Instant> feedback = new HashMap<>();
    for (int i = 0; i < Math.max(3, KILLS / 5); i++) {
      writeUntilKilled(
          random.nextInt(200, 1500),
          List.of("-Doncohooks.retain=" + KEPT.toMillis()),
          new HashSet<>(),
          feedback,
          place);
      try (LedgerReader ledger = LedgerReader.open(settings)) {
        LedgerReader.Verdict verdict = ledger.verify();
        assertThat(verdict.broken()).isEmpty();
        Instant[] deletedBefore = {Instant.EPOCH};
        ledger.auditEvents(
            event -> {
              String text = event.path("outcomeDesc").asText();
              if (event.path("action").asText().equals("D")) {
                deletedBefore[0] = Instant.parse(text.substring(text.lastIndexOf(' ') + 1));
              }
            });
        assertThat(verdict.deleted() > 0).isEqualTo(deletedBefore[0].isAfter(Instant.EPOCH));
        Set<String> kept = new HashSet<>();
        ledger.feedback(line -> kept.add(line.card()));
        Set<String> young = new HashSet<>(feedback.keySet());
        young.removeIf(card -> feedback.get(card).isBefore(deletedBefore[0]));
        assertThat(missing(young, kept)).as("acknowledged, young and not kept").isEmpty();
        if (i > 0) {
          assertThat(verdict.deleted()).isPositive();
        }
      }
    }
    try (Ledger ledger =
        Ledger.open(
            settings, LedgerKey.read(folder.resolve("ledger.key")), InstantSource.system())) {
      ledger.deleteBefore(Instant.now().plus(KEPT));
    }
    try (Database database = Database.openExisting(settings, SqlLedgerStore.TABLES)) {
      for (String table : List.of("ledger", "ledger_card", "ledger_feedback")) {
        String count = "select count(*) from " + table;
        int rows = database.query(h -> h.createQuery(count).mapTo(Integer.class).one());
        assertThat(rows).as(table).isEqualTo(table.equals("ledger") ? 1 : 0);
      }
    }
  }

  private void kill(DatabaseSettings settings, String... place) throws Exception {
    Random random = new Random(SEED);
    Set<String> calls = new HashSet<>();
    Map<String, Instant> acknowledged = new HashMap<>();
    for (int i = 0; i < KILLS; i++) {
      writeUntilKilled(random.nextInt(50, 1500), List.of(), calls, acknowledged, place);
    }
    Set<String> feedback = acknowledged.keySet();
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
      int millis,
      List<String> properties,
      Set<String> calls,
      Map<String, Instant> feedback,
      String... place)
      throws Exception {
    List<String> options =
        new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
    options.addAll(properties);
    List<String> command = OwnJava.command(LedgerWriter.class, options.toArray(String[]::new));
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
          String[] words = text.split(" ");
          assertThat(feedback.put(words[1], Instant.parse(words[2]))).isNull();
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
