package org.oncohooks.app;

import picocli.CommandLine.Command;

/** {@code oncohooks dev}: the demo, which serves what authors save. */
@Command(
    name = "dev",
    description = {
      "Serve as 'serve' does, and what is saved in cql/ and fhir-resources/ as soon as it checks."
          + " A library's cases run when one of them is saved, or something that they depend on."
          + " Errors and results are told"
          + " here and in the workbench; the last content that checked goes on being served."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks dev",
      "  oncohooks dev --content my/folder --port 8081"
    })
final class DevCommand extends ServeCommand {

  @Override
  boolean watches() {
    return true;
  }
}
