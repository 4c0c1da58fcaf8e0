package org.oncohooks.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads a request's body to its end without holding a thread while it waits, up to a limit and as
 * far as there is room. The room is given back when the request is completed.
 *
 * <p>Memory is taken as bytes arrive: a length that is only announced costs nothing.
 */
final class BodyReader implements Runnable {

  private static final int FIRST = 8 << 10;

  /**
   * Larger steps, fewer copies; but a body that stops arriving holds up to so much more than it is.
   */
  private static final int GROWTH = 4;

  /** A body has to be whole by then, however steadily it trickles. */
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final Request request;
  private final int limit;
  private final int announced;
  private final String caller;
  private final Room room;
  private final Receiver receiver;
  private final long began = System.nanoTime();
  private byte[] buffer = {};
  private int size;

  /** Gets exactly one call. */
  interface Receiver {
    void whole(byte[] body);

    void tooLarge();

    void tooSlow();

    /** There is no room for it now. */
    void noRoom();

    /** The sender is gone or broke the protocol. */
    void failed(Throwable cause);
  }

  private BodyReader(Request request, String caller, int limit, Room room, Receiver receiver) {
    this.request = request;
    this.caller = caller;
    this.limit = limit;
    this.announced = request.getLength() < 0 ? limit : (int) Math.min(limit, request.getLength());
    this.room = room;
    this.receiver = receiver;
  }

  static void read(Request request, String caller, int limit, Room room, Receiver receiver) {
    BodyReader reader = new BodyReader(request, caller, limit, room, receiver);
    Request.addCompletionListener(request, failure -> reader.giveBack());
    reader.run();
  }

  private synchronized void giveBack() {
    room.giveBack(caller, buffer.length);
    buffer = new byte[0];
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        fail(chunk.getFailure());
        return;
      }
      boolean last = chunk.isLast();
      if (!last && System.nanoTime() - began > WITHIN.toNanos()) {
        chunk.release();
        receiver.tooSlow();
        return;
      }
      boolean fits = chunk.remaining() <= limit - size;
      boolean kept = fits && append(chunk.getByteBuffer());
      chunk.release();
      if (!kept) {
        if (fits) {
          receiver.noRoom();
        } else {
          receiver.tooLarge();
        }
        return;
      }
      if (last) {
        receiver.whole(size == buffer.length ? buffer : Arrays.copyOf(buffer, size));
        return;
      }
    }
  }

  private void fail(Throwable cause) {
    if (cause instanceof TimeoutException) {
      receiver.tooSlow();
    } else {
      receiver.failed(cause);
    }
  }

  private synchronized boolean append(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (size + more > buffer.length) {
      int larger = (int) Math.min(announced, Math.max(FIRST, (long) buffer.length * GROWTH));
      int enough = Math.min(limit, Math.max(larger, size + more));
      if (!room.take(caller, enough - buffer.length)) {
        return false;
      }
      buffer = Arrays.copyOf(buffer, enough);
    }
    bytes.get(buffer, size, more);
    size += more;
    return true;
  }
}
