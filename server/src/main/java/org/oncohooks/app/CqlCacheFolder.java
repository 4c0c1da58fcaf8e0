package org.oncohooks.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where compiled CQL is kept between starts: beside the jar that is running. */
final class CqlCacheFolder {

  private CqlCacheFolder() {}

  /** Empty where the classes do not come from a jar, or its folder can't be written. */
  static Optional<Path> ofThisDistribution() {
    try {
      Path code =
          Path.of(CqlCacheFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Optional.of(code)
          .filter(Files::isRegularFile)
          .map(Path::getParent)
          .filter(Files::isWritable)
          .map(folder -> folder.resolve("cql-cache"));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
