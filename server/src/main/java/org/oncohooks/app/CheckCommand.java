package org.oncohooks.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.oncohooks.Finding;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code oncohooks check}: everything that is wrong with the content, for its authors. */
@Command(
    name = "check",
    description = "Compile and check the content; list every finding as file:line:col message.",
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;

  /** 0 if the content can be served, 1 if not. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    Loaded loaded = KnowledgeLoader.load(content.folder());
    loaded.findings().forEach(out::println);
    loaded
        .knowledge()
        .ifPresentOrElse(k -> out.println(words(k)), () -> out.println(words(loaded)));
    out.flush();
    return loaded.knowledge().isPresent() ? 0 : 1;
  }

  private static String words(Knowledge knowledge) {
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
        + ".";
  }

  private static String words(Loaded loaded) {
    long errors = loaded.findings().stream().filter(Finding::isError).count();
    return "The content does not check: " + errors + (errors == 1 ? " error." : " errors.");
  }
}
