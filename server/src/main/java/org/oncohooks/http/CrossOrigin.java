package org.oncohooks.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
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
 * Resource Sharing). A preflight is answered without authentication. Writing by PUT is offered
 * below the mounts alone.
 */
final class CrossOrigin extends CrossOriginHandler {

  private static final Duration PREFLIGHT = Duration.ofMinutes(10);

  private final List<Mount> mounts;

  private CrossOrigin(List<Mount> mounts) {
    this.mounts = mounts;
  }

  /** The handler itself if no origin is allowed. */
  static Handler around(Handler handler, Set<String> origins, List<Mount> mounts) {
    if (origins.isEmpty()) {
      return handler;
    }
    CrossOrigin cors = new CrossOrigin(List.copyOf(mounts));
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
      String path = request.getHttpURI().getCanonicalPath();
      if (path == null || mounts.stream().noneMatch(mount -> mount.holds(path))) {
        return super.handle(
            request, response, Callback.from(() -> narrow(response.getHeaders()), callback));
      }
    }
    return super.handle(request, response, callback);
  }

  private static void narrow(HttpFields.Mutable headers) {
    if (headers.contains(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS)) {
      headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, "GET,POST,OPTIONS");
    }
  }
}
