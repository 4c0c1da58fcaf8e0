package org.oncohooks.http;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that bodies may take up at once, those still arriving included. Thread-safe. */
final class Room {

  private final AtomicLong left;

  Room(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  boolean take(long bytes) {
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  void giveBack(long bytes) {
    left.addAndGet(bytes);
  }
}
