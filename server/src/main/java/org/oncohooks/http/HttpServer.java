package org.oncohooks.http;

import java.io.IOException;
import java.net.BindException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** The listener with its routes and servlets. Thread-safe; started and stopped once. */
public final class HttpServer implements AutoCloseable {

  private static final int HEADER_BYTES = 8 << 10;

  private final Server server;
  private final ServerConnector connector;
  private final HttpSettings settings;
  private final Optional<Tls> tls;

  /**
   * @param routes what answers where; the first that matches does
   * @param mounts servlets below paths that no route has
   */
  public HttpServer(HttpSettings settings, List<Route> routes, List<Mount> mounts) {
    this(settings, routes, mounts, Set.of());
  }

  /**
   * @param origins of browser pages that may call, such as {@code https://ehr.example.org}
   */
  public HttpServer(
      HttpSettings settings, List<Route> routes, List<Mount> mounts, Set<String> origins) {
    this(settings, routes, mounts, origins, path -> Optional.empty());
  }

  /**
   * @param documents files by their path; asked where no route is
   */
  public HttpServer(
      HttpSettings settings,
      List<Route> routes,
      List<Mount> mounts,
      Set<String> origins,
      Function<String, Optional<Document>> documents) {
    this(settings, routes, mounts, origins, documents, Optional.empty(), RequestObserver.none());
  }

  /**
   * @param files for TLS; empty = plain HTTP
   * @param observer is told of every request
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the files can't be used
   */
  public HttpServer(
      HttpSettings settings,
      List<Route> routes,
      List<Mount> mounts,
      Set<String> origins,
      Function<String, Optional<Document>> documents,
      Optional<TlsFiles> files,
      RequestObserver observer) {
    this.settings = settings;
    this.tls = files.map(Tls::new);
    QueuedThreadPool threads =
        new QueuedThreadPool(settings.threads(), Math.min(4, settings.threads()));
    threads.setName("http");
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setHttpCompliance(HttpCompliance.STRICT); // a proxy must not read lines unlike us
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
    http.setIdleTimeout(settings.idle().toMillis());
    connector = tls.map(t -> secure(t, http)).orElseGet(() -> plain(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.idle().toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.connections(), connector));
    SlowConnections slow = new SlowConnections(settings.head(), settings.exchange());
    connector.addBean(slow);
    ErrorAnswers errors = new ErrorAnswers(!origins.isEmpty());
    server.setErrorHandler(errors);
    server.setRequestLog(new RequestLine(observer));
    server.setStopTimeout(settings.stopWithin().toMillis());
    Handler.Sequence places = new Handler.Sequence();
    places.addHandler(new RouteHandler(routes, settings, observer));
    places.addHandler(new DocumentHandler(documents));
    mounts.forEach(
        mount ->
            places.addHandler(new MountHandler(mount, errors, settings, this::address, observer)));
    server.setHandler(
        new GracefulHandler(new Recorder(CrossOrigin.around(places, origins, mounts), slow)));
  }

  private ServerConnector plain(HttpConfiguration http) {
    return new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
  }

  private ServerConnector secure(Tls secured, HttpConfiguration http) {
    // which name a caller uses is not looked at, here as elsewhere
    http.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory inner = new HttpConnectionFactory(http);
    return new ServerConnector(
        server, 1, 1, new SslConnectionFactory(secured.context(), inner.getProtocol()), inner);
  }

  /** When the certificate in use ends; empty without TLS. */
  public Optional<Instant> certificateEnd() {
    return tls.map(Tls::end);
  }

  /**
   * @throws org.oncohooks.ProblemException {@code CONFLICT} if the port is in use, {@code
   *     UNAVAILABLE} if the address can't be bound
   */
  public void start() {
    try {
      server.start();
      tls.ifPresent(t -> t.watch(connector.getScheduler()));
    } catch (IOException e) {
      stop();
      throw bindProblem(e).asException(e);
    } catch (Exception e) { // the last resort of http: Server.start declares it
      stop();
      throw new IllegalStateException("the HTTP server did not start", e);
    }
  }

  private Problem bindProblem(IOException e) {
    String where = settings.host() + ":" + settings.port();
    boolean inUse = e instanceof BindException || e.getCause() instanceof BindException;
    return inUse
        ? Problem.of(
            ProblemCategory.CONFLICT,
            "port-in-use",
            "Can't listen on "
                + where
                + ": the port is in use or the address is not this machine's."
                + " Choose another with --port.")
        : Problem.of(
            ProblemCategory.UNAVAILABLE, "cannot-listen", "Can't listen on " + where + ".");
  }

  private String address() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return (tls.isPresent() ? "https://" : "http://") + host + ":" + port();
  }

  /** The port that is listened on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Stops listening, lets running requests finish for the time set, then stops. */
  public void stop() {
    try {
      server.stop();
    } catch (Exception e) { // the last resort of http: Server.stop declares it
      throw new IllegalStateException("the HTTP server did not stop in time", e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * Whether no coding but chunked lies around the body: another would be read as if it were none.
   */
  private static boolean isReadAsSent(Request request) {
    return request.getHeaders().getFields(HttpHeader.TRANSFER_ENCODING).stream()
        .allMatch(field -> "chunked".equalsIgnoreCase(String.valueOf(field.getValue()).strip()));
  }

  /** Gives each request its id before anything else sees it. */
  private static final class Recorder extends Handler.Wrapper {

    private final SlowConnections slow;

    private Recorder(Handler handler, SlowConnections slow) {
      super(handler);
      this.slow = slow;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Exchange.begin(request);
      slow.watch(request);
      if (!isReadAsSent(request)) {
        LingeringClose.refuse(request, response, Refusal.of(400), callback);
        return true;
      }
      return super.handle(request, response, callback);
    }
  }
}
