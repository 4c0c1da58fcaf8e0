package org.oncohooks.ledger;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;

/**
 * A process that writes into a ledger from 16 threads until it is killed, and says what was
 * acknowledged: {@code CALL id} and {@code FEEDBACK id time}, a line each. With the system property
 * {@code oncohooks.retain} it deletes what is older than that many milliseconds, all the time.
 */
final class LedgerWriter {

  private static final int WRITERS = 16;
  private static final Duration WAIT = Duration.ofSeconds(10);

  private LedgerWriter() {}

  /**
   * @param arguments the key's file, then a folder for SQLite or URL and user for PostgreSQL
   */
  public static void main(String[] arguments) {
    DatabaseSettings settings =
        arguments.length == 2
            ? new DatabaseSettings.Sqlite(Path.of(arguments[1]))
            : new DatabaseSettings.Postgres(arguments[1], arguments[2], "");
    Ledger ledger =
        Ledger.open(settings, LedgerKey.readOrMake(Path.of(arguments[0])), InstantSource.system());
    PrintStream out = System.out;
    Long retain = Long.getLong("oncohooks.retain");
    if (retain != null) {
      new Thread(() -> delete(ledger, Duration.ofMillis(retain), out)).start();
    }
    for (int i = 0; i < WRITERS; i++) {
      new Thread(() -> write(ledger, out)).start();
    }
  }

  private static void delete(Ledger ledger, Duration keep, PrintStream out) {
    while (true) {
      try {
        ledger.deleteBefore(Instant.now().minus(keep));
      } catch (ProblemException e) {
        say(out, "REFUSED " + e.problem().code());
      }
    }
  }

  private static void write(Ledger ledger, PrintStream out) {
    while (true) {
      String card = UUID.randomUUID().toString();
      try {
        ledger.record(LedgerContract.call("patient", card), WAIT);
        say(out, "CALL " + card);
        Instant at = Instant.now();
        ledger.record(List.of(LedgerContract.overridden(card, at)), WAIT);
        say(out, "FEEDBACK " + card + " " + at);
      } catch (ProblemException e) {
        say(out, "REFUSED " + e.problem().code());
      }
    }
  }

  private static void say(PrintStream out, String line) {
    synchronized (out) {
      out.print(line + "\n");
      out.flush();
    }
  }
}
