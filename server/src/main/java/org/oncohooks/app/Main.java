package org.oncohooks.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.oncohooks.ProblemException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The command line; {@code serve} is meant when no command is named. */
@Command(
    name = "oncohooks",
    description = "Clinical decision support for breast cancer over CDS Hooks.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel =
        "[serve | dev | lint | test | explain | repl | new | case | prefetch | package | load |"
            + " ledger | feedback]",
    footer = {
      "",
      "Without a command: serve.",
      "",
      "Examples:",
      "  oncohooks                                    serve a demo on this machine; its page is at /",
      "  oncohooks dev                                serve what an author saves",
      "  oncohooks test --only ScreeningDue           run the cases of one library",
      "  oncohooks explain ScreeningDue/alive         say why a card came or not",
      "  oncohooks lint --help                        more about a command, with examples"
    },
    subcommands = {
      ServeCommand.class,
      DevCommand.class,
      LintCommand.class,
      LintCommand.Check.class,
      TestCommand.class,
      ExplainCommand.class,
      ReplCommand.class,
      NewCommand.class,
      CaseCommand.class,
      PrefetchCommand.class,
      PackageCommand.class,
      LoadCommand.class,
      LedgerCommand.class,
      FeedbackCommand.class
    })
public final class Main {

  private static final Set<String> ABOUT_ITSELF = Set.of("-h", "--help", "-V", "--version");

  /** Commands that read the configuration file. */
  private static final Set<String> CONFIGURED = Set.of("serve", "dev");

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(execute(commandLine(), arguments, System.getenv()));
  }

  /** The exit code. */
  static int execute(CommandLine line, String[] arguments, Map<String, String> environment) {
    String[] all = withCommand(arguments);
    if (!CONFIGURED.contains(all[0])) {
      return line.execute(all);
    }
    CommandSpec command = line.getSubcommands().get(all[0]).getCommandSpec();
    try {
      return line.execute(ConfigArguments.with(command, all, environment));
    } catch (ProblemException e) {
      line.getErr().println(e.problem().text());
      line.getErr().flush();
      return 1;
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main()).setExecutionExceptionHandler(Main::told);
  }

  /** A problem is told in its own words; anything else is a fault of the program. */
  private static int told(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (!(e instanceof ProblemException refused)) {
      throw e;
    }
    command.getErr().println(refused.problem().text());
    command.getErr().flush();
    return 1;
  }

  static String[] withCommand(String[] arguments) {
    boolean named =
        arguments.length > 0
            && (ABOUT_ITSELF.contains(arguments[0]) || !arguments[0].startsWith("-"));
    if (named) {
      return arguments;
    }
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }
}
