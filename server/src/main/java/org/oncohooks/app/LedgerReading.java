package org.oncohooks.app;

import java.io.PrintWriter;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
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
