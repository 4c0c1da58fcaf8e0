package org.oncohooks.app;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --content}, for every command that reads content. */
final class ContentOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--content",
      paramLabel = "DIR",
      description =
          "folder with cql/ and fhir-resources/ (default: this checkout's or distribution's)")
  private Path content;

  /** The folder to read; refused as a usage error if there is none. */
  Path folder() {
    if (content != null) {
      if (!ContentFolder.holdsContent(content)) {
        throw refuse("--content " + content + " holds no cql/ and fhir-resources/");
      }
      return content;
    }
    Optional<Path> home = Optional.ofNullable(System.getProperty("oncohooks.home")).map(Path::of);
    return ContentFolder.find(home, Path.of(""))
        .orElseThrow(() -> refuse("no content found; name its folder with --content"));
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
