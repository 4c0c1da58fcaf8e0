package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.oncohooks.authoring.NewRecommendation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oncohooks new}: files for an author to fill. */
@Command(
    name = "new",
    description = "Begin something new: files that compile and hold, with TODO where you come in.",
    mixinStandardHelpOptions = true,
    subcommands = NewCommand.OfRecommendation.class)
final class NewCommand implements Runnable {

  @Spec private CommandSpec command;

  @Override
  public void run() {
    command.commandLine().usage(command.commandLine().getOut());
  }

  /** {@code oncohooks new recommendation}. */
  @Command(
      name = "recommendation",
      description =
          "Write the library, PlanDefinition, Library, suggestion and cases of a recommendation, and"
              + " add it to a service, last in precedence.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  oncohooks new recommendation BoneDensity --service metastatic-disease --title 'Bone"
            + " density before aromatase inhibitors'",
        "  oncohooks lint       names what is left to do"
      })
  static final class OfRecommendation implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private ContentOption content;

    @Parameters(paramLabel = "NAME", description = "name of its CQL library, such as BoneDensity")
    private String name;

    @Option(
        names = "--service",
        paramLabel = "ID",
        required = true,
        description = "service that is to speak it")
    private String service;

    @Option(
        names = "--title",
        paramLabel = "TEXT",
        description = "its title, for readers (default: the name in words)")
    private String title;

    /** 0 if the files are written, 1 if not. */
    @Override
    public Integer call() {
      PrintWriter out = command.commandLine().getOut();
      Path folder = content.authorsFolder();
      NewRecommendation.Made made =
          NewRecommendation.write(
              folder,
              name,
              service,
              Optional.ofNullable(title),
              LocalDate.now(java.time.ZoneId.systemDefault()));
      made.files().forEach(file -> out.println("wrote " + file));
      made.notes().forEach(out::println);
      out.println(
          "It compiles and its cases hold. Left to do: the TODOs, which 'oncohooks lint --only "
              + name
              + "' names; its place in the service, a clinical decision (it stands last now); and"
              + " status active instead of draft when it is reviewed. 'oncohooks dev' shows the"
              + " card.");
      return 0;
    }
  }
}
