package org.oncohooks.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where compiled CQL is kept between starts: beside the jar that is running. */
final class CqlCacheFolder {

  private CqlCacheFolder() {}

  /**
   * Empty where the classes do not come from a jar, or there is no such folder and none can be
   * made; what is there may be read only, as in a container.
   */
  static Optional<Path> ofThisDistribution() {
    try {
      Path code =
          Path.of(CqlCacheFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Optional.of(code)
          .filter(Files::isRegularFile)
          .map(Path::getParent)
          .map(folder -> folder.resolve("cql-cache"))
          .filter(cache -> Files.isDirectory(cache) || Files.isWritable(cache.getParent()));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
