package org.oncohooks.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A database of SQLite and the two files beside it: what was written and is not in it yet, and who
 * reads and writes now (sqlite.org/wal.html).
 */
record SqliteFile(Path path) {

  static SqliteFile of(DatabaseSettings.Sqlite settings, Tables tables) {
    return new SqliteFile(settings.folder().resolve(tables.name() + ".db").toAbsolutePath());
  }

  private Path log() {
    return path.resolveSibling(path.getFileName() + "-wal");
  }

  private Path memory() {
    return path.resolveSibling(path.getFileName() + "-shm");
  }

  /** The folder, or a file that is there, if it can't be written. */
  Optional<Path> firstReadOnly() {
    return Stream.of(path.getParent(), path, log(), memory())
        .filter(file -> Files.exists(file) && !Files.isWritable(file))
        .findFirst();
  }

  /**
   * Connections that read, also where nothing can be written: then beside what a service has there,
   * or, when no service is using it, the file alone.
   *
   * @param wait for what writes
   */
  DataSource toRead(Duration wait) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout((int) wait.toMillis());
    String url = path.toUri().toString();
    if (firstReadOnly().isPresent()) {
      config.setReadOnly(true);
      boolean inUse = Files.exists(memory());
      if (!inUse && isFilled(log())) {
        throw Problem.of(
                ProblemCategory.UNAVAILABLE,
                "database-read-only",
                "The last writes to "
                    + path
                    + " are in "
                    + log().getFileName()
                    + " beside it, and can't be read where nothing can be written. Copy both into a"
                    + " folder that can be written, and read them there.")
            .asException();
      }
      url += inUse ? "" : "?immutable=1";
    }
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + url);
    return source;
  }

  private static boolean isFilled(Path file) {
    try {
      return Files.exists(file) && Files.size(file) > 0;
    } catch (IOException e) {
      return true;
    }
  }
}
