package org.oncohooks.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One line a request, without its path, query, headers or body. */
final class RequestLine implements RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger("org.oncohooks.requests");

  private final RequestObserver observer;

  RequestLine(RequestObserver observer) {
    this.observer = observer;
  }

  @Override
  public void log(Request request, Response response) {
    Exchange exchange = Exchange.of(request);
    long took = NanoTime.since(request.getBeginNanoTime());
    observer.served(exchange.served(response.getStatus(), took));
    if (LOG.isInfoEnabled() && !exchange.isQuiet(response.getStatus())) {
      LoggingEventBuilder event = LOG.atInfo();
      exchange.notes().forEach(event::addKeyValue);
      event.log(
          exchange.line(
              Exchange.method(request),
              response.getStatus(),
              took,
              Request.getContentBytesRead(request),
              Response.getContentBytesWritten(response)));
    }
  }
}
