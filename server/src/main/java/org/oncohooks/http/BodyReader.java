package org.oncohooks.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * Reads a request's body to its end without holding a thread while it waits, up to a limit.
 *
 * <p>Content-Length, where there is one, was checked against the limit before.
 */
final class BodyReader implements Runnable {

  private static final int FIRST = 8 << 10;

  /** A body has to be whole by then, however steadily it trickles. */
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final Request request;
  private final int limit;
  private final Receiver receiver;
  private final long began = System.nanoTime();
  private byte[] buffer;
  private int size;

  /** Gets exactly one call. */
  interface Receiver {
    void whole(byte[] body);

    void tooLarge();

    void tooSlow();

    /** The sender is gone or broke the protocol. */
    void failed(Throwable cause);
  }

  BodyReader(Request request, int limit, Receiver receiver) {
    this.request = request;
    this.limit = limit;
    this.receiver = receiver;
    long length = request.getLength();
    this.buffer = new byte[length >= 0 ? (int) Math.min(length, limit) : FIRST];
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
      if (System.nanoTime() - began > WITHIN.toNanos() && !chunk.isLast()) {
        chunk.release();
        receiver.tooSlow();
        return;
      }
      boolean fits = append(chunk.getByteBuffer());
      boolean last = chunk.isLast();
      chunk.release();
      if (!fits) {
        receiver.tooLarge();
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

  private boolean append(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (more > limit - size) {
      return false;
    }
    if (size + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(limit, Math.max(buffer.length * 2, size + more)));
    }
    bytes.get(buffer, size, more);
    size += more;
    return true;
  }
}
