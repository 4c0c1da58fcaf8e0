package org.oncohooks.http;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.Sha256;

/** Sends files by their path; a browser that has one already is told so (RFC 9110, ETag). */
final class DocumentHandler extends Handler.Abstract {

  private static final Set<String> READS = Set.of("GET", "HEAD");

  private final Function<String, Optional<Document>> documents;

  /**
   * @param documents the file at a path; asked on every request
   */
  DocumentHandler(Function<String, Optional<Document>> documents) {
    this.documents = documents;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    Optional<Document> found = path == null ? Optional.empty() : documents.apply(path);
    if (found.isEmpty()) {
      return false;
    }
    Exchange exchange = Exchange.of(request);
    exchange.at("document");
    if (READS.contains(request.getMethod())) {
      send(found.get(), request, response, callback);
    } else {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      Problem problem =
          Problem.of(ProblemCategory.METHOD_NOT_ALLOWED, "method-not-allowed", "Use GET.");
      Answers.refuse(response, exchange, Refusal.of(problem), callback);
    }
    return true;
  }

  private static void send(
      Document document, Request request, Response response, Callback callback) {
    String tag = '"' + new Sha256().add(document.bytes()).hex() + '"';
    new TreeMap<>(document.headers()).forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.ETAG, tag);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.getHeaders().put("X-Request-Id", Exchange.of(request).id());
    if (tag.equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(HttpStatus.NOT_MODIFIED_304);
      callback.succeeded();
      return;
    }
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, document.mediaType());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, document.bytes().length);
    boolean body = !HttpMethod.HEAD.is(request.getMethod());
    response.write(true, body ? ByteBuffer.wrap(document.bytes()) : null, callback);
  }
}
