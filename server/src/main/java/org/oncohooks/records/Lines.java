package org.oncohooks.records;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that can end at the end of each line and go on with the next. What was read before a
 * failure is given out before the failure is. Not thread-safe.
 */
final class Lines extends InputStream {

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private long line = 1;
  private boolean stops;
  private boolean stopped;
  private boolean over;
  private IOException failure;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The first line without its end; nothing if it is longer than the buffer. To be read first. */
  InputStream first() {
    int newline = -1;
    while (newline < 0 && end < buffer.length && fill()) {
      newline = newline(0, end);
    }
    boolean whole = newline >= 0 || over;
    return new ByteArrayInputStream(buffer, 0, whole ? newline < 0 ? end : newline : 0);
  }

  void stopAtLineEnds(boolean stop) {
    stops = stop;
  }

  /** Number of the line at whose beginning reading began, from 1. */
  long line() {
    return line;
  }

  /**
   * Leaves out what is left of the line.
   *
   * @return false if there is no other
   */
  boolean next() throws IOException {
    byte[] rest = new byte[1 << 13];
    int some;
    do {
      some = read(rest, 0, rest.length);
    } while (some >= 0);
    boolean more = stopped;
    stopped = false;
    line++;
    return more;
  }

  /**
   * @throws IOException as reading threw it
   */
  void requireReadable() throws IOException {
    if (failure != null && at == end) {
      throw failure;
    }
  }

  /** False at the end and after a failure. */
  private boolean fill() {
    if (over || failure != null) {
      return false;
    }
    if (at == end) {
      at = 0;
      end = 0;
    }
    try {
      int some = in.read(buffer, end, buffer.length - end);
      over = some < 0;
      end += Math.max(0, some);
    } catch (IOException e) {
      failure = e;
    }
    return !over && failure == null;
  }

  private int newline(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (stopped) {
      return -1;
    }
    if (at == end && !fill()) {
      requireReadable();
      return -1;
    }
    int some = Math.min(length, end - at);
    int newline = stops ? newline(at, at + some) : -1;
    if (newline >= 0) {
      some = newline - at;
      stopped = true;
    }
    System.arraycopy(buffer, at, into, offset, some);
    at += some + (stopped ? 1 : 0);
    return stopped && some == 0 ? -1 : some;
  }
}
