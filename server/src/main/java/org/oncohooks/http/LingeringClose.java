package org.oncohooks.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Ends an exchange whose body was refused half-way. Closing at once would reset the connection and
 * could take the answer from a sender that is still writing, so what arrives is thrown away for a
 * moment (RFC 9112, section 9.6).
 */
final class LingeringClose implements Runnable {

  private static final Duration MOMENT = Duration.ofMillis(100);

  private final Request request;
  private final Callback callback;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LingeringClose(Request request, Callback callback) {
    this.request = request;
    this.callback = callback;
  }

  /** Refuses a request whose body has not been read to its end. */
  static void refuse(Request request, Response response, Refusal refusal, Callback callback) {
    response.getHeaders().put(HttpHeader.CONNECTION, "close");
    Answers.refuse(
        response,
        Exchange.of(request),
        refusal,
        Callback.from(() -> begin(request, callback), callback::failed));
  }

  private static void begin(Request request, Callback callback) {
    LingeringClose lingering = new LingeringClose(request, callback);
    request
        .getComponents()
        .getScheduler()
        .schedule(lingering::close, MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    lingering.run();
  }

  @Override
  public void run() {
    while (!closed.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      boolean over = chunk.isLast() || Content.Chunk.isFailure(chunk);
      chunk.release();
      if (over) {
        close();
      }
    }
  }

  private void close() {
    if (closed.compareAndSet(false, true)) {
      callback.succeeded();
    }
  }
}
