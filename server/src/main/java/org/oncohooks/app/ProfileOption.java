package org.oncohooks.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether what is written has to hold to profiles. */
final class ProfileOption {

  @Option(
      names = "--validate-profiles",
      paramLabel = "DIR",
      description =
          "checks what is written by HAPI's validator too, which lies in this folder with FHIR"
              + " packages (.tgz) of profiles (default: structure and required elements alone)")
  private Path folder;

  Optional<Path> folder() {
    return Optional.ofNullable(folder);
  }
}
