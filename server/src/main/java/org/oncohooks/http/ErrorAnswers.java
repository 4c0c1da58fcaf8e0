package org.oncohooks.http;

import java.io.EOFException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors that Jetty or a mounted servlet found: an OperationOutcome, with no more said. */
final class ErrorAnswers extends ErrorHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
  private static final int CAUSES = 8;

  private final boolean forPages;

  /**
   * @param forPages whether browser pages may call
   */
  ErrorAnswers(boolean forPages) {
    this.forPages = forPages;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (forPages && !Exchange.isBegun(request)) {
      // of a head that could not be read the origin isn't known; what is said tells nothing
      response.getHeaders().put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    Exchange exchange = Exchange.of(request);
    Refusal refusal = Refusal.of(response.getStatus());
    if (refusal.status() == 500
        && request.getAttribute(ERROR_EXCEPTION) instanceof Throwable failure
        && !isCallersDoing(failure)) {
      LOG.error("request {} failed: {}", exchange.id(), SafeTrace.of(failure));
    }
    Answers.refuse(response, exchange, refusal, callback);
    return true;
  }

  /** The caller hung up or stopped moving, which is no fault of the service. */
  private static boolean isCallersDoing(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(CAUSES)
        .anyMatch(
            e ->
                e instanceof EOFException
                    || e instanceof ClosedChannelException
                    || e instanceof SocketException
                    || e instanceof TimeoutException);
  }
}
