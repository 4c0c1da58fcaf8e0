package org.oncohooks.http;

import java.util.HashMap;
import java.util.Map;

/**
 * The bytes that bodies may take up at once, those still arriving included; of one caller no more
 * than three quarters, so that the others find room. Thread-safe.
 */
final class Room {

  private final long most;
  private final long mostOfOne;
  private final Map<String, Long> takenBy = new HashMap<>();
  private long taken;

  Room(long bytes) {
    this.most = bytes;
    this.mostOfOne = bytes / 4 * 3;
  }

  synchronized boolean take(String caller, long bytes) {
    long own = takenBy.getOrDefault(caller, 0L) + bytes;
    if (taken + bytes > most || own > mostOfOne) {
      return false;
    }
    taken += bytes;
    takenBy.put(caller, own);
    return true;
  }

  synchronized void giveBack(String caller, long bytes) {
    taken -= bytes;
    takenBy.computeIfPresent(caller, (who, own) -> own == bytes ? null : own - bytes);
  }
}
