package org.oncohooks.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Puts answers on the wire: never cached, never sniffed. */
final class Answers {

  private static final String JSON = "application/json";
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField RETRY_SOON = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

  /** The same whether there was no token or a wrong one (RFC 6750, section 3). */
  private static final HttpField CHALLENGE =
      new PreEncodedHttpField(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"oncohooks\"");

  private Answers() {}

  static void send(
      Response response,
      Exchange exchange,
      int status,
      String type,
      byte[] body,
      Callback callback) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, type);
    headers.put(NO_STORE).put(NO_SNIFF).put("X-Request-Id", exchange.id());
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    response.setStatus(status);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  static void refuse(Response response, Exchange exchange, Refusal refusal, Callback callback) {
    exchange.notes().put("problem", refusal.code());
    if (refusal.mayBeTriedAgain()) {
      response.getHeaders().put(RETRY_SOON);
    }
    if (refusal.status() == HttpStatus.UNAUTHORIZED_401) {
      response.getHeaders().put(CHALLENGE);
    }
    send(response, exchange, refusal.status(), JSON, refusal.json(), callback);
  }
}
