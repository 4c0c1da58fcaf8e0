package org.oncohooks.app;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.ledger.LedgerKey;

/** Opens the ledger that is configured, and notes in it that the service starts. */
final class LedgerOfSite {

  /** Longer than a call waits: at its start nobody waits for the service. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration LAST_WORD = Duration.ofSeconds(1);

  private LedgerOfSite() {}

  /**
   * @param knowledge version of the content that is served
   * @throws ProblemException if it can't be opened or written
   */
  static Ledger open(ServeOptions options, InstantSource clock, String knowledge) {
    if (options.database().isEmpty()) {
      return Ledger.inMemory(clock);
    }
    DatabaseSettings database = options.database().get();
    Ledger ledger =
        Ledger.open(database, LedgerKey.readOrMake(keyFile(options.ledgerKey(), database)), clock);
    try {
      String text = "OncoHooks " + Version.text() + ", content " + knowledge;
      ledger.record(new Entry.Event("started", text), PATIENCE);
      return ledger;
    } catch (ProblemException e) {
      ledger.close();
      throw e;
    }
  }

  /** Notes that the service stops, if that can be written, and closes the ledger. */
  static void close(Ledger ledger) {
    try {
      ledger.record(new Entry.Event("stopped", "OncoHooks " + Version.text()), LAST_WORD);
    } catch (ProblemException e) {
      // what waits longer than this is not worth a stop that takes longer
    }
    ledger.close();
  }

  /** Where the key is: where the site says, or beside the SQLite file. */
  static Path keyFile(Optional<Path> named, DatabaseSettings database) {
    if (named.isPresent()) {
      return named.get();
    }
    if (database instanceof DatabaseSettings.Sqlite sqlite) {
      return sqlite.folder().resolve("ledger.key");
    }
    throw Problem.of(
            ProblemCategory.INCORRECT,
            "ledger-key-missing",
            "PostgreSQL needs --ledger-key FILE, the same for all instances: the secret with which"
                + " the ledger hides patients. It is made if it is not there.")
        .asException();
  }
}
