package org.oncohooks.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Notices files that are saved, made or removed below some folders. Looks at them twice a second:
 * that works on every file system, also where a change is not announced.
 */
final class SavedFiles {

  private static final long PAUSE_MILLIS = 500;

  private final List<Path> folders;
  private Map<Path, FileTime> known;

  SavedFiles(List<Path> folders) throws IOException {
    this.folders = folders;
    this.known = look();
  }

  /** Waits for a change since the last one, and until nothing changes any more; gives a file. */
  Path await() throws IOException, InterruptedException {
    Optional<Path> changed = changed();
    while (changed.isEmpty()) {
      Thread.sleep(PAUSE_MILLIS);
      changed = changed();
    }
    Path first = changed.get();
    while (changed.isPresent()) {
      Thread.sleep(PAUSE_MILLIS / 5);
      changed = changed();
    }
    return first;
  }

  private Optional<Path> changed() throws IOException {
    Map<Path, FileTime> now = look();
    Map<Path, FileTime> before = known;
    known = now;
    Optional<Path> saved =
        now.entrySet().stream()
            .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
            .map(Map.Entry::getKey)
            .findFirst();
    return saved.or(
        () -> before.keySet().stream().filter(file -> !now.containsKey(file)).findFirst());
  }

  private Map<Path, FileTime> look() throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          try {
            times.put(file, Files.getLastModifiedTime(file));
          } catch (java.nio.file.NoSuchFileException e) {
            // removed since it was listed
          }
        }
      } catch (java.io.UncheckedIOException e) {
        // a folder went away while it was listed; the next look tells
      }
    }
    return times;
  }
}
