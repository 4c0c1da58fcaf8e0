package org.oncohooks.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the content lies when the command line does not say: in the checkout, in the distribution's
 * own folder, or where the process was started.
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
}
