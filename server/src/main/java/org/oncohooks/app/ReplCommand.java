package org.oncohooks.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jline.terminal.Terminal;
import org.oncohooks.repl.Keyboard;
import org.oncohooks.repl.Repl;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oncohooks repl}: CQL expressions over a patient, one after the other. */
@Command(
    name = "repl",
    description =
        "Evaluate CQL expressions over a patient, with the content's libraries; from a terminal, or"
            + " line by line from standard input.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything could be evaluated, or a session at a terminal ended",
      "1:something could not",
      "2:the content can't be read, or the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  oncohooks repl --patient new-breast-lump",
      "  oncohooks repl --patient ScreeningDue/interval --set OverdueGraceMonths=0",
      "  echo 'ScreeningDue.\"Is Due\"' | oncohooks repl --patient request.json"
    })
final class ReplCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int UNREADABLE = 2;

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;
  @Mixin private TimeZoneOption timeZone;

  @Option(
      names = "--patient",
      paramLabel = "FILE|ID",
      description =
          "whose record is asked: a file with a Bundle, a Patient or a CDS Hooks request, a case as"
              + " Library/case, or the id of a sample patient (default: nobody's)")
  private String patient;

  @Option(
      names = "--now",
      paramLabel = "TIME",
      description =
          "the evaluation time, such as 2026-06-01T12:00:00-05:00 (default: the case's or request's,"
              + " else the clock's)")
  private String now;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a clinical setting; may be repeated")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "how long one expression may take (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Override
  public Integer call() throws IOException {
    if (seconds < 1) {
      throw new ParameterException(command.commandLine(), "--time-limit has to be 1 or more");
    }
    Path folder = content.folder();
    Optional<Terminal> terminal = Keyboard.terminal();
    PrintWriter out = terminal.map(Terminal::writer).orElse(command.commandLine().getOut());
    Optional<Repl> opened =
        Repl.open(
            folder, out, Duration.ofSeconds(seconds), InstantSource.system(), timeZone.zone());
    out.flush();
    if (opened.isEmpty()) {
      return UNREADABLE;
    }
    Repl repl = opened.get();
    if (patient != null) {
      repl.take(":patient " + patient);
    }
    if (now != null) {
      repl.take(":now " + now);
    }
    settings.forEach((name, value) -> repl.take(":set " + name + " " + value));
    if (terminal.isPresent()) {
      try (Terminal open = terminal.get()) {
        open.writer().println(":help lists the commands; tab completes names.");
        Keyboard.run(open, repl, history());
      }
      return 0;
    }
    piped(repl);
    return repl.allWell() ? 0 : FAILED;
  }

  private static Path history() {
    return Path.of(System.getProperty("user.home"), ".oncohooks_history");
  }

  private static void piped(Repl repl) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder entry = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      entry.append(line);
      if (Repl.isWhole(entry.toString())) {
        if (!repl.take(entry.toString())) {
          return;
        }
        entry.setLength(0);
      } else {
        entry.append('\n');
      }
    }
    repl.take(entry.toString());
  }
}
