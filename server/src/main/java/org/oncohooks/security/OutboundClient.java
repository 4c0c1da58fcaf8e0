package org.oncohooks.security;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Gets from where an {@link OutboundPolicy} allows: without redirects, proxies and cookies, within
 * a time and a size. Asks again only on another connection or address, where one that was kept open
 * is closed or one address can't be reached. Thread-safe; holds idle connections.
 */
public final class OutboundClient implements AutoCloseable {

  private static final Duration CONNECT_WITHIN = Duration.ofMillis(500);

  /** As many as questions that are asked side by side, so that each finds one open. */
  private static final int IDLE_CONNECTIONS = 64;

  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private final OutboundPolicy policy;
  private final OkHttpClient http;

  public OutboundClient(OutboundPolicy policy) {
    this.policy = policy;
    Dns pinned = policy::addresses;
    this.http =
        new OkHttpClient.Builder()
            .dns(pinned)
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            // a kept connection that the other end has closed meanwhile is no failure of that end
            .retryOnConnectionFailure(true)
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 30, TimeUnit.SECONDS))
            .connectTimeout(CONNECT_WITHIN)
            .build();
  }

  /**
   * @param status HTTP status; a redirect is a status like any other
   * @param contentType in lower case, without parameters
   * @param body whole
   */
  public record Reply(int status, Optional<String> contentType, byte[] body) {}

  /** What was sent is larger than the caller of {@link #get} takes. */
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("the answer is too large");
    }
  }

  /** The policy does not allow the place; nothing was sent, nobody was asked. */
  public static final class NotAllowed extends IOException {
    private static final long serialVersionUID = 1L;

    NotAllowed() {
      super("the place may not be called");
    }
  }

  /**
   * @param headers such as Accept and Authorization; they go to this URL alone
   * @param maxBytes largest body that is read
   * @param within time from now to the last byte of the body
   * @throws IOException if no answer could be had: {@link NotAllowed}, {@link TooLarge}, {@link
   *     java.io.InterruptedIOException} when the time is over, others for the connection
   */
  public Reply get(URI url, Map<String, String> headers, int maxBytes, Duration within)
      throws IOException {
    HttpUrl target = target(url);
    Request.Builder request =
        new Request.Builder().url(target).header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    OkHttpClient timed = http.newBuilder().callTimeout(within).readTimeout(within).build();
    Call call = timed.newCall(request.build());
    try (Response response = call.execute()) {
      return new Reply(response.code(), contentType(response), body(response, maxBytes));
    } catch (RuntimeException e) {
      // the client's way to say that what came is no HTTP; the connection is not used again
      call.cancel();
      throw new ProtocolException("the answer is not HTTP");
    }
  }

  private HttpUrl target(URI url) throws IOException {
    HttpUrl target = HttpUrl.get(url);
    if (!policy.allows(url)
        || target == null
        || !target.scheme().equals(url.getScheme())
        || !target.host().equals(url.getHost().replaceAll("[\\[\\]]", ""))
        || !target.encodedPath().equals(url.getRawPath().isEmpty() ? "/" : url.getRawPath())) {
      throw new NotAllowed();
    }
    if (ADDRESS.matcher(target.host()).matches()) {
      // is connected to without being looked up
      policy.addresses(target.host());
    }
    return target;
  }

  private static Optional<String> contentType(Response response) {
    return Optional.ofNullable(response.header("Content-Type"))
        .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT));
  }

  private static byte[] body(Response response, int maxBytes) throws IOException {
    BufferedSource source = response.body().source();
    if (response.body().contentLength() > maxBytes || source.request(maxBytes + 1L)) {
      throw new TooLarge();
    }
    return source.readByteArray();
  }

  /** Closes idle connections. */
  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
