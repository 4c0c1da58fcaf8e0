package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Finding;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/**
 * Where the content lies when the command line does not say: in the checkout, in the distribution's
 * own folder, or where the process was started; and reading it, for the authors' commands.
 */
final class ContentFolder {

  private ContentFolder() {}

  /**
   * @param home folder of the checkout or distribution; may be empty
   * @param workingFolder where the process was started
   */
  static Optional<Path> find(Optional<Path> home, Path workingFolder) {
    List<Path> places =
        home.map(h -> List.of(h, h.resolve("content"), workingFolder))
            .orElse(List.of(workingFolder));
    return places.stream().filter(ContentFolder::holdsContent).findFirst();
  }

  static boolean holdsContent(Path folder) {
    return Files.isDirectory(folder.resolve("cql"))
        && Files.isDirectory(folder.resolve("fhir-resources"));
  }

  /** Compiles and checks it, with the CQL that this distribution keeps compiled. */
  static Loaded load(Path folder) {
    return KnowledgeLoader.load(
        folder, CqlCacheFolder.ofThisDistribution().map(CompiledCqlCache::new));
  }

  /**
   * As {@link #load}, for a command that needs content without errors.
   *
   * @param err gets the errors
   * @throws org.oncohooks.ProblemException if there are any
   */
  static Knowledge knowledge(Path folder, PrintWriter err) {
    Loaded loaded = load(folder);
    loaded.findings().stream().filter(Finding::isError).forEach(err::println);
    return loaded
        .knowledge()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.FAULT,
                        "content-does-not-check",
                        "The content does not check. Mend the findings above.")
                    .asException());
  }
}
