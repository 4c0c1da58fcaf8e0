package org.oncohooks.app;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Notices files that are saved, made or removed below some folders. Looks at them twice a second:
 * that works on every file system, also where a change is not announced.
 */
final class SavedFiles {

  private static final long PAUSE_MILLIS = 500;

  private final long pauseMillis;
  private final List<Path> folders;
  private final Set<Path> without;
  private Map<Path, FileTime> known;

  SavedFiles(List<Path> folders) throws IOException {
    this(folders, Set.of(), PAUSE_MILLIS);
  }

  /**
   * @param without folders below those that are not looked at
   * @param pauseMillis between two looks
   */
  SavedFiles(List<Path> folders, Set<Path> without, long pauseMillis) throws IOException {
    this.folders = folders;
    this.without = without;
    this.pauseMillis = pauseMillis;
    this.known = look();
  }

  /**
   * Waits for a change since the last one, and until nothing changes any more.
   *
   * @return the files, at least one
   */
  SortedSet<Path> await() throws IOException, InterruptedException {
    Set<Path> changed = changed();
    while (changed.isEmpty()) {
      Thread.sleep(pauseMillis);
      changed = changed();
    }
    SortedSet<Path> all = new TreeSet<>();
    while (!changed.isEmpty()) {
      all.addAll(changed);
      Thread.sleep(pauseMillis / 5);
      changed = changed();
    }
    return all;
  }

  private Set<Path> changed() throws IOException {
    Map<Path, FileTime> before = known;
    known = look();
    Set<Path> changed = new HashSet<>(before.keySet());
    changed.addAll(known.keySet());
    changed.removeIf(file -> Objects.equals(before.get(file), known.get(file)));
    return changed;
  }

  private Map<Path, FileTime> look() throws IOException {
    Map<Path, FileTime> times = new HashMap<>();
    for (Path folder : folders) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path below, BasicFileAttributes attributes) {
              return without.contains(below)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              times.put(file, attributes.lastModifiedTime());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              // removed since it was listed; the next look tells
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path below, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return times;
  }
}
