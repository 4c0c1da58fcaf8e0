package org.oncohooks.app;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Options that do something only beside another one: alone they are a mistake, and refused. */
final class Needs {

  private Needs() {}

  /** Whether an option is given, on the command line or in the configuration file. */
  static boolean given(CommandSpec command, String option) {
    ParseResult parsed = command.commandLine().getParseResult();
    return parsed != null && parsed.hasMatchedOption(option);
  }

  /**
   * @param option of the command
   * @param others of which it needs one
   * @throws ParameterException naming both, if the option is given and none of the others
   */
  static void oneOf(CommandSpec command, String option, String... others) {
    if (Stream.of(others).noneMatch(other -> given(command, other))) {
      nothing(command, option, "without " + String.join(" or ", List.of(others)));
    }
  }

  /**
   * @param why it does nothing, in words that follow these
   * @throws ParameterException if the option is given
   */
  static void nothing(CommandSpec command, String option, String why) {
    if (given(command, option)) {
      throw new ParameterException(
          command.commandLine(),
          option + " does nothing " + why + ": mend that, or take " + option + " away");
    }
  }
}
