package org.oncohooks.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line; {@code serve} is meant when no command is named. */
@Command(
    name = "oncohooks",
    description = "Clinical decision support for breast cancer over CDS Hooks.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "[serve | check | load | ledger | feedback]",
    footer = {"", "Without a command: serve."},
    subcommands = {
      ServeCommand.class,
      CheckCommand.class,
      LoadCommand.class,
      LedgerCommand.class,
      FeedbackCommand.class
    })
public final class Main {

  private static final Set<String> ABOUT_ITSELF = Set.of("-h", "--help", "-V", "--version");

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(withCommand(arguments)));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main());
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
