package org.oncohooks.http;

import java.util.Set;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line a request, without its path, query, headers or body. */
final class RequestLine implements RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger("org.oncohooks.requests");
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  @Override
  public void log(Request request, Response response) {
    if (LOG.isInfoEnabled()) {
      String method = request.getMethod();
      LOG.info(
          Exchange.of(request)
              .line(
                  method != null && METHODS.contains(method) ? method : "-",
                  response.getStatus(),
                  NanoTime.since(request.getBeginNanoTime()),
                  Request.getContentBytesRead(request),
                  Response.getContentBytesWritten(response)));
    }
  }
}
