package org.oncohooks.app;

import java.io.PrintWriter;
import java.time.InstantSource;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.LedgerReader;
import picocli.CommandLine.Model.CommandSpec;

/** What a command does with the ledger of a database, beside a service that may write it. */
@FunctionalInterface
interface LedgerReading {

  /** The ledger can't be read. */
  int UNREADABLE = 2;

  /**
   * @param out standard output of the command
   * @return the command's exit code
   */
  int read(LedgerReader ledger, PrintWriter out);

  /**
   * As {@link #of}, and notes who does that. Where it can't be noted, such as on a disk that can
   * only be read, nothing is told unless the caller wants it all the same.
   */
  static int noted(
      Entry.Job job,
      OnRecord onRecord,
      DatabaseSettings database,
      CommandSpec command,
      LedgerReading reading) {
    return of(
        database,
        command,
        (ledger, out) -> {
          try {
            LedgerReader.note(database, job, InstantSource.system().instant());
          } catch (ProblemException e) {
            PrintWriter err = command.commandLine().getErr();
            err.println("This is not noted in the ledger: " + e.problem().text());
            if (onRecord.isRequired()) {
              err.println(
                  "So nothing is told. Name a user of the database who may write the ledger, or a"
                      + " folder that can be written; or give "
                      + OnRecord.UNRECORDED
                      + ", and no row tells who did this.");
              return UNREADABLE;
            }
          }
          return reading.read(ledger, out);
        });
  }

  static Entry.Job job(Entry.Job.Kind kind, String what) {
    return new Entry.Job(kind, System.getProperty("user.name", "unknown"), what);
  }

  /** Reads; {@link #UNREADABLE} with the reason on the standard error if that can't be done. */
  static int of(DatabaseSettings database, CommandSpec command, LedgerReading reading) {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    try (LedgerReader ledger = LedgerReader.open(database)) {
      return reading.read(ledger, out);
    } catch (ProblemException e) {
      err.println(e.problem().text());
      return UNREADABLE;
    } finally {
      out.flush();
      err.flush();
    }
  }
}
