package org.oncohooks.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.oncohooks.ProblemException;
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
      paramLabel = "PATH",
      description =
          "folder with cql/ and fhir-resources/, or a FHIR package (.tgz) of them (default: this"
              + " checkout's or distribution's)")
  private Path content;

  /** The folder to read; refused as a usage error if there is none. */
  Path folder() {
    if (isPackage()) {
      return unpacked();
    }
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

  /** Whether a FHIR package is named, which holds no cases and can't be written into. */
  boolean isPackage() {
    return content != null && Files.isRegularFile(content);
  }

  /**
   * As {@link #folder}, for a command that reads cases or writes files: a package is a usage error.
   */
  Path authorsFolder() {
    if (isPackage()) {
      throw refuse(
          "--content "
              + content
              + " is a package: it holds no cases, and nothing can be written into it; name the"
              + " folder with cql/ and fhir-resources/ that it was made of");
    }
    return folder();
  }

  /** A folder of this process, taken away when it ends. */
  private Path unpacked() {
    try {
      Path folder = Files.createTempDirectory("oncohooks-content-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "remove-content"));
      ContentPackage.unpack(content, folder);
      return folder;
    } catch (IOException e) {
      throw refuse("--content " + content + " can't be unpacked into the temporary folder");
    } catch (ProblemException e) {
      throw refuse("--content " + e.problem().text());
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // the system's temporary folder is cleared by others too
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
