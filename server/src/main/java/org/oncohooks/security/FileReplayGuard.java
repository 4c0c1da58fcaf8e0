package org.oncohooks.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Remembers token ids in memory and in a file, so that a token can't be used again after a restart.
 * An id is written before its call is answered. It is not forced to the disk: a process that is
 * killed loses nothing, a machine that loses power may lose the last seconds.
 *
 * <p>The file holds records of 24 bytes: 16 of a SHA-256 over tenant and id, 8 of the end in
 * seconds. It is written anew, with what still counts, when it has grown and at each start.
 */
public final class FileReplayGuard implements ReplayGuard {

  private static final int RECORD = 24;
  private static final int COMPACT_BEYOND = 100_000;

  private final Path file;
  private final FileChannel lock;
  private final MemoryReplayGuard memory;
  private FileChannel channel;
  private int records;
  private int compactBeyond = COMPACT_BEYOND;

  /**
   * @param folder for the file; made if it is not there
   * @throws ProblemException {@code UNAVAILABLE} if it can't be read and written, {@code CONFLICT}
   *     if another process uses it
   */
  public FileReplayGuard(Path folder, InstantSource clock) {
    this.file = folder.resolve("token-ids");
    this.memory = new MemoryReplayGuard(clock);
    try {
      Files.createDirectories(folder);
      lock =
          FileChannel.open(
              folder.resolve("token-ids.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      requireAlone(folder);
      read();
      channel = written();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private void requireAlone(Path folder) throws IOException {
    FileLock mine;
    try {
      mine = lock.tryLock();
    } catch (OverlappingFileLockException e) {
      mine = null;
    }
    if (mine == null) {
      lock.close();
      throw Problem.of(
              ProblemCategory.CONFLICT,
              "data-in-use",
              "Another process uses the data folder " + folder + ".")
          .asException();
    }
  }

  private void read() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    byte[] key = new byte[16];
    while (bytes.remaining() >= RECORD) { // a last record may be torn
      bytes.get(key);
      memory.isFirst(HexFormat.of().formatHex(key), Instant.ofEpochSecond(bytes.getLong()));
    }
  }

  /** A new file with what still counts, in place of the old one. */
  private FileChannel written() throws IOException {
    Map<String, Instant> current = memory.current();
    ByteBuffer bytes = ByteBuffer.allocate(current.size() * RECORD);
    current.forEach((key, until) -> put(bytes, key, until));
    Path fresh = file.resolveSibling("token-ids.new");
    Files.write(fresh, bytes.array());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    records = current.size();
    compactBeyond = Math.max(COMPACT_BEYOND, 2 * records);
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private static void put(ByteBuffer bytes, String key, Instant until) {
    bytes.put(HexFormat.of().parseHex(key)).putLong(until.getEpochSecond());
  }

  @Override
  public synchronized boolean isFirst(String tenant, String id, Instant until) {
    String key = MemoryReplayGuard.key(tenant, id);
    if (!memory.isFirst(key, until)) {
      return false;
    }
    try {
      append(key, until);
      return true;
    } catch (IOException e) {
      memory.forget(key);
      throw unavailable(e);
    }
  }

  private void append(String key, Instant until) throws IOException {
    if (records >= compactBeyond) {
      channel.close();
      channel = written();
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(RECORD);
    put(bytes, key, until);
    bytes.flip();
    long end = channel.size();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      channel.truncate(end); // half a record would shift all that follow
      throw e;
    }
    records++;
  }

  private static ProblemException unavailable(IOException e) {
    return Problem.of(
            ProblemCategory.UNAVAILABLE,
            "token-ids-not-kept",
            "The service can't keep what it has to remember; try again later.")
        .asException(e);
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
      lock.close();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }
}
