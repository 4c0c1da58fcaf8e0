package org.oncohooks.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Knowledge;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oncohooks package}: the content as one file. */
@Command(
    name = "package",
    description =
        "Write the content as one FHIR package: Libraries with CQL and ELM, PlanDefinitions,"
            + " ActivityDefinitions, value sets, code systems, Questionnaires.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks package --to package.tgz",
      "  oncohooks serve --content package.tgz"
    })
final class PackageCommand implements Callable<Integer> {

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      defaultValue = "package.tgz",
      description = "file to write (default: ${DEFAULT-VALUE})")
  private Path to;

  /** The first three numbers of the program's own version. */
  private static String version() {
    return Version.text().replace("-SNAPSHOT", "");
  }

  /** 0 if the package is written, 1 if the content does not check or the file can't be written. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    try (Working working = Working.on(command, "compiling the content")) {
      Path folder = content.folder();
      Knowledge knowledge = ContentFolder.knowledge(folder, err);
      working.at("packing");
      Path written = Files.createTempFile(to.toAbsolutePath().getParent(), "package-", ".tmp");
      try (OutputStream stream = Files.newOutputStream(written)) {
        ContentPackage.write(ContentFiles.read(folder), knowledge, version(), stream);
      }
      Files.move(written, to, StandardCopyOption.REPLACE_EXISTING);
      working.at("");
      out.println("wrote " + to + ": content " + knowledge.version());
      return 0;
    } catch (IOException e) {
      err.println("--to " + to + " can't be written.");
      return 1;
    }
  }
}
