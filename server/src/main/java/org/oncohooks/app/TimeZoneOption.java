package org.oncohooks.app;

import java.time.DateTimeException;
import java.time.ZoneId;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --time-zone}, for every command that reads dates. */
final class TimeZoneOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--time-zone",
      paramLabel = "ZONE",
      description = "zone in which a day begins and ends (default: this system's)")
  private String name;

  ZoneId zone() {
    try {
      return name == null ? ZoneId.systemDefault() : ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new ParameterException(
          command.commandLine(),
          "--time-zone has to be a zone such as America/Chicago or Europe/Berlin");
    }
  }
}
