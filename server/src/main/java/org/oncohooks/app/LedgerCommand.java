package org.oncohooks.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.LedgerReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oncohooks ledger}: looks after the ledger, beside a service that writes it. */
@Command(
    name = "ledger",
    description = "Look after the ledger of calls and feedback.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[verify | audit]",
    footer = {
      "",
      "Examples:",
      "  oncohooks ledger verify --data /var/lib/oncohooks",
      "  oncohooks ledger audit --data /var/lib/oncohooks > audit.ndjson"
    },
    subcommands = {LedgerCommand.Verify.class, LedgerCommand.Audit.class})
final class LedgerCommand {

  /** {@code oncohooks ledger verify}. */
  @Command(
      name = "verify",
      description =
          "Read the whole ledger and hold every row against the one before. Names the first that"
              + " was changed, left out or put in.",
      mixinStandardHelpOptions = true)
  static final class Verify implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private DatabaseOptions database;

    @Option(
        names = "--holds",
        paramLabel = "HASH",
        description =
            "the last row's hash, as an earlier check gave it: tells whether the ledger still holds"
                + " that row, so that nothing was taken away at its end")
    private String hash;

    /** 0 if the ledger is whole, 1 if it is not, 2 if it can't be read. */
    @Override
    public Integer call() {
      return LedgerReading.of(database.required(), command, this::verify);
    }

    private int verify(LedgerReader ledger, PrintWriter out) {
      LedgerReader.Verdict verdict = ledger.verify();
      if (verdict.broken().isPresent()) {
        LedgerReader.Broken broken = verdict.broken().get();
        out.println("The ledger is broken at row " + broken.sequence() + ": " + broken.why() + ".");
        return 1;
      }
      if (hash != null && !ledger.holds(hash)) {
        out.println(
            "The ledger holds no row with the hash "
                + hash
                + ": rows were taken away"
                + (verdict.deleted() == 0
                    ? "."
                    : ", or it is one of the " + deleted(verdict) + "."));
        return 1;
      }
      out.println("The ledger is whole: " + verdict.rows() + " rows, the last " + verdict.hash());
      if (verdict.deleted() > 0) {
        out.println("It begins after the " + deleted(verdict) + ".");
      }
      return 0;
    }
  }

  private static String deleted(LedgerReader.Verdict verdict) {
    return verdict.deleted() + " rows that were deleted because of their age, as a row of it says";
  }

  /** {@code oncohooks ledger audit}. */
  @Command(
      name = "audit",
      description = "Write every row as a FHIR R4 AuditEvent, a line each.",
      mixinStandardHelpOptions = true)
  static final class Audit implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private DatabaseOptions database;
    @Mixin private OnRecord onRecord;

    /** 0, or 2 if the ledger can't be read, or can't be written to note this. */
    @Override
    public Integer call() {
      return LedgerReading.noted(
          LedgerReading.job(Entry.Job.Kind.AUDIT_EXPORTED, "all rows as AuditEvents"),
          onRecord,
          database.required(),
          command,
          (ledger, out) -> {
            ledger.auditEvents(out::println);
            return 0;
          });
    }
  }
}
