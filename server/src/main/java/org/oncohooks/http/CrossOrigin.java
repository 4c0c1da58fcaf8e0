package org.oncohooks.http;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Lets pages of the origins listed read the answers, errors too (CDS Hooks 2.0, Cross-Origin
 * Resource Sharing). A preflight is answered without authentication.
 */
final class CrossOrigin extends CrossOriginHandler {

  private static final Duration PREFLIGHT = Duration.ofMinutes(10);

  private CrossOrigin() {}

  /** The handler itself if no origin is allowed. */
  static Handler around(Handler handler, Set<String> origins) {
    if (origins.isEmpty()) {
      return handler;
    }
    CrossOrigin cors = new CrossOrigin();
    cors.setAllowedOriginPatterns(
        origins.stream().map(Pattern::quote).collect(Collectors.toUnmodifiableSet()));
    cors.setAllowedMethods(Set.of("GET", "POST", "PUT", "OPTIONS"));
    cors.setAllowedHeaders(Set.of("Accept", "Authorization", "Content-Type"));
    cors.setExposedHeaders(Set.of("Location", "ETag", "Retry-After", "X-Request-Id"));
    cors.setAllowCredentials(false);
    cors.setPreflightMaxAge(PREFLIGHT);
    cors.setHandler(handler);
    return cors;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (HttpMethod.OPTIONS.is(request.getMethod())
        && request.getHeaders().contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD)) {
      response.setStatus(HttpStatus.NO_CONTENT_204);
    }
    return super.handle(request, response, callback);
  }
}
