package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.LedgerKey;
import org.oncohooks.ledger.LedgerReader.Line;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oncohooks feedback}: what clinicians did with the cards. */
@Command(
    name = "feedback",
    description = "Tell what clinicians did with the cards.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[report | export]",
    footer = {
      "",
      "Examples:",
      "  oncohooks feedback report --data /var/lib/oncohooks",
      "  oncohooks feedback export --format ndjson --data /var/lib/oncohooks > feedback.ndjson"
    },
    subcommands = {FeedbackCommand.Report.class, FeedbackCommand.Export.class})
final class FeedbackCommand {

  /** {@code oncohooks feedback report}. */
  @Command(
      name = "report",
      description =
          "Count by recommendation how often its card was shown, accepted and overridden, and for"
              + " which reasons.",
      mixinStandardHelpOptions = true)
  static final class Report implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private DatabaseOptions database;
    @Mixin private OnRecord onRecord;

    /** 0, or 2 if the ledger can't be read, or can't be written to note this. */
    @Override
    public Integer call() {
      return LedgerReading.noted(
          LedgerReading.job(Entry.Job.Kind.FEEDBACK_COUNTED, "feedback by recommendation"),
          onRecord,
          database.required(),
          command,
          (ledger, out) -> {
            FeedbackReport report = new FeedbackReport();
            ledger.shown(report::shown);
            ledger.feedback(report::answered);
            report.print(out);
            return 0;
          });
    }
  }

  /** {@code oncohooks feedback export}. */
  @Command(
      name = "export",
      description = "Write every entry of feedback, in the order in which it came.",
      mixinStandardHelpOptions = true)
  static final class Export implements Callable<Integer> {

    /** What is written. */
    enum Format {
      csv,
      ndjson
    }

    @Spec private CommandSpec command;
    @Mixin private DatabaseOptions database;
    @Mixin private OnRecord onRecord;

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "csv",
        description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Format format;

    @Option(
        names = "--comments",
        description = "with what users wrote, which may name patients (default: without)")
    private boolean comments;

    @Option(
        names = "--ledger-key",
        paramLabel = "FILE",
        description = "file of the ledger's key, for --comments (default: ledger.key in --data)")
    private Path keyFile;

    /** 0, or 2 if the ledger can't be read, or can't be written to note this. */
    @Override
    public Integer call() {
      Needs.oneOf(command, "--ledger-key", "--comments");
      DatabaseSettings settings = database.required();
      return LedgerReading.noted(
          LedgerReading.job(
              Entry.Job.Kind.FEEDBACK_EXPORTED,
              comments ? "all feedback with comments" : "all feedback without comments"),
          onRecord,
          settings,
          command,
          (ledger, out) -> {
            Optional<LedgerKey> key = comments ? Optional.of(key(settings)) : Optional.empty();
            if (format == Format.csv) {
              out.print(FeedbackCsv.HEADER);
              ledger.feedback(line -> out.print(FeedbackCsv.row(line, comment(line, key))));
            } else {
              ledger.feedback(line -> out.println(json(line, comment(line, key))));
            }
            return 0;
          });
    }

    private LedgerKey key(DatabaseSettings settings) {
      Path file = LedgerOfSite.keyFile(Optional.ofNullable(keyFile), settings);
      OthersCanRead.warn("the ledger's key", file);
      return LedgerKey.read(file);
    }

    private static Optional<String> comment(Line line, Optional<LedgerKey> key) {
      return key.flatMap(k -> line.comment().map(k::decrypt));
    }

    private static ObjectNode json(Line line, Optional<String> comment) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("sequence", line.sequence()).put("received", line.received().toString());
      node.put("tenant", line.tenant()).put("service", line.service());
      node.put("card", line.card()).put("known", line.known());
      line.recommendation().ifPresent(r -> node.put("recommendation", r));
      line.evidence().ifPresent(e -> node.put("evidence", e));
      node.put("outcome", line.outcome()).put("at", line.at().toString());
      if (!line.suggestions().isEmpty()) {
        ArrayNode suggestions = node.putArray("suggestions");
        line.suggestions().forEach(suggestions::add);
      }
      line.reason()
          .ifPresent(
              reason -> {
                ObjectNode coding = node.putObject("reason");
                coding.put("system", reason.system()).put("code", reason.code());
                reason.display().ifPresent(display -> coding.put("display", display));
              });
      comment.ifPresent(text -> node.put("comment", text));
      return node;
    }
  }

  /** RFC 4180, and nothing that a spreadsheet would take for a formula. */
  static final class FeedbackCsv {

    static final String HEADER =
        "sequence,received,tenant,service,card,known,recommendation,evidence,outcome,at,suggestions,"
            + "reason system,reason code,reason display,comment\r\n";

    private FeedbackCsv() {}

    static String row(Line line, Optional<String> comment) {
      Function<Function<Entry.Reason, String>, String> reason =
          part -> line.reason().map(part).orElse("");
      return List.of(
                  Long.toString(line.sequence()),
                  line.received().toString(),
                  line.tenant(),
                  line.service(),
                  line.card(),
                  Boolean.toString(line.known()),
                  line.recommendation().orElse(""),
                  line.evidence().orElse(""),
                  line.outcome(),
                  line.at().toString(),
                  String.join(" ", line.suggestions()),
                  reason.apply(Entry.Reason::system),
                  reason.apply(Entry.Reason::code),
                  reason.apply(r -> r.display().orElse("")),
                  comment.orElse(""))
              .stream()
              .map(FeedbackCsv::cell)
              .collect(Collectors.joining(","))
          + "\r\n";
    }

    private static String cell(String text) {
      boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
      String safe = formula ? "'" + text : text;
      boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
  }
}
