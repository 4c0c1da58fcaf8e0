package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.lint.Lint;
import org.oncohooks.lint.Remark;
import org.oncohooks.lint.Rule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oncohooks lint}: everything that is wrong or doubtful in the content, for its authors. */
@Command(
    name = "lint",
    description =
        "Compile and check the content; list every finding as file:line:col severity message, with"
            + " the mend. Exit code 1 if there is any.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks lint                    what keeps the content from being served, and what is"
          + " doubtful",
      "  oncohooks lint --errors           only what keeps it from being served",
      "  oncohooks lint --only BoneDensity  the files of one library, and errors wherever they are",
      "  oncohooks lint --content my/folder",
      "",
      "A finding that is to stay gets an entry in cql/lint.yaml: rule, file, about (a part of the"
          + " message), reason."
    })
class LintCommand implements Callable<Integer> {

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;

  @Option(
      names = "--errors",
      description = "look only for what keeps the content from being served")
  private boolean errorsOnly;

  @Option(
      names = "--only",
      paramLabel = "LIBRARY",
      description =
          "tell what is doubtful in the files of one library alone: its CQL, cases, PlanDefinition"
              + " and what that proposes; errors are told wherever they are")
  private String only;

  /** 0 if there is nothing to mend, 1 if there is. */
  @Override
  public Integer call() {
    return run(errorsOnly);
  }

  int run(boolean errors) {
    PrintWriter out = command.commandLine().getOut();
    Path folder = content.folder();
    Set<String> files = only == null ? Set.of("") : Lint.filesOf(folder, only);
    Loaded loaded;
    List<Remark> remarks;
    try (Working working = Working.on(command, "compiling the content")) {
      loaded = ContentFolder.load(folder);
      working.at("looking through content and cases");
      remarks =
          Lint.of(folder, loaded).stream()
              .filter(remark -> !errors || remark.finding().isError())
              .filter(remark -> remark.finding().isError() || isIn(files, remark.finding().file()))
              .filter(remark -> !(content.isPackage() && remark.rule() == Rule.CASES))
              .toList();
    }
    remarks.forEach(out::println);
    long wrong = remarks.stream().filter(remark -> remark.finding().isError()).count();
    out.println(
        loaded.knowledge().map(k -> words(k, remarks.size())).orElseGet(() -> words(wrong)));
    if (content.isPackage() && !errors) {
      out.println("A package holds no cases: what they show was not looked at.");
    }
    out.flush();
    return remarks.isEmpty() ? 0 : 1;
  }

  private static boolean isIn(Set<String> files, String file) {
    return files.contains(file)
        || files.stream().anyMatch(f -> (f.isEmpty() || f.endsWith("/")) && file.startsWith(f));
  }

  private static String words(Knowledge knowledge, int findings) {
    long recommendations =
        knowledge.services().stream()
            .flatMap(service -> service.entries().stream())
            .map(entry -> entry.recommendation().id())
            .distinct()
            .count();
    return "The content checks: "
        + knowledge.services().size()
        + " services, "
        + recommendations
        + " recommendations, version "
        + knowledge.version()
        + (findings == 0
            ? "."
            : ". " + findings + (findings == 1 ? " finding" : " findings") + " to look at.");
  }

  private static String words(long errors) {
    return "The content does not check: "
        + errors
        + (errors == 1 ? " error." : " errors.")
        + " More is looked for once that is mended.";
  }

  /** The name under which {@code lint --errors} was known before. */
  @Command(
      name = "check",
      description = "The same as lint --errors.",
      mixinStandardHelpOptions = true)
  static final class Check extends LintCommand {

    @Override
    public Integer call() {
      return run(true);
    }
  }
}
