package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.database.FaultyConnections;
import org.oncohooks.records.TestPostgres;

/**
 * Each call to the database fails in its turn, before it is carried out and after. Whatever fails,
 * what was acknowledged is there, nothing is there twice or in part, and sending it again is safe.
 */
@DisplayName("F8: the n-th call fails, for every n")
class LedgerFaultsTest {

  private static final Instant NOW = LedgerContract.NOW;

  @TempDir private Path folder;

  @Test
  void inSqlite() {
    everyCallFails(new DatabaseSettings.Sqlite(folder));
  }

  @Test
  void inPostgres() {
    everyCallFails(TestPostgres.database());
  }

  private static void everyCallFails(DatabaseSettings settings) {
    LedgerKey key = LedgerKey.random();
    FaultyConnections connections = new FaultyConnections();
    try (SqlLedgerStore store =
        new SqlLedgerStore(connections.open(settings, SqlLedgerStore.TABLES), key.fingerprint())) {
      Appender appender = new Appender(key);
      for (boolean whenDone : new boolean[] {false, true}) {
        int n = 1;
        while (fails(connections, store, appender, n, whenDone)) {
          n++;
        }
        assertThat(n).as("calls of one transaction").isGreaterThan(7);
      }
    }
  }

  /** False once there is no n-th call. */
  private static boolean fails(
      FaultyConnections connections,
      SqlLedgerStore store,
      Appender appender,
      int n,
      boolean whenDone) {
    String card = UUID.randomUUID().toString();
    List<Entry> entries =
        List.of(LedgerContract.call("p", card), feedback(card), feedback(card + "x"));
    long before = store.head().sequence();
    connections.failAt(n, whenDone);
    boolean acknowledged;
    try {
      store.append(t -> appender.append(t, entries, NOW));
      acknowledged = true;
    } catch (ProblemException e) {
      acknowledged = false;
    }
    boolean failed = connections.hasFailed();
    connections.mend();
    int stored = (int) (store.head().sequence() - before);
    if (acknowledged) {
      assertThat(stored).as("call %d", n).isEqualTo(3);
    } else {
      assertThat(stored).as("call %d", n).isIn(0, 3);
    }
    List<Entry> again = List.of(feedback(card), feedback(card + "x"));
    store.append(t -> appender.append(t, again, NOW));
    assertThat(count(store, before, card)).as("call %d", n).isEqualTo(2);
    assertThat(new LedgerCheck(store).run().broken()).as("call %d", n).isEmpty();
    return failed;
  }

  private static Entry.Feedback feedback(String card) {
    return LedgerContract.overridden(card, NOW);
  }

  private static long count(LedgerStore store, long after, String card) {
    List<LedgerReader.Line> lines = new ArrayList<>();
    new LedgerReader(store).feedback(lines::add);
    return lines.stream()
        .filter(line -> line.sequence() > after && line.card().startsWith(card))
        .count();
  }
}
