package org.oncohooks.http;

import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.security.Caller;

/**
 * Hands what lies below a path to a servlet, and names the path in the request log.
 *
 * <p>A servlet holds a thread until its answer is sent. So it gets whole bodies only, and few
 * requests at once: slow senders and slow readers leave threads to the routes.
 */
final class MountHandler extends Handler.Wrapper {

  private final Mount mount;
  private final Room room;
  private final Gate gate;
  private final RequestObserver observer;

  /**
   * @param address scheme, host and port of the listener; asked for when it listens
   */
  MountHandler(
      Mount mount,
      ErrorAnswers errors,
      HttpSettings settings,
      Supplier<String> address,
      RequestObserver observer) {
    super(context(mount, errors, address));
    this.observer = observer;
    this.mount = mount;
    this.room = new Room(settings.bodies());
    this.gate = new Gate(settings.working(), 0, settings.patience());
  }

  private static ServletContextHandler context(
      Mount mount, ErrorAnswers errors, Supplier<String> address) {
    ServletContextHandler context =
        new ServletContextHandler(mount.path(), ServletContextHandler.NO_SESSIONS);
    context.setErrorHandler(errors);
    // else a POST to the path itself is answered with a redirect, which clients follow by GET
    context.setAllowNullPathInContext(true);
    LazyServlet servlet =
        new LazyServlet(() -> mount.servlet().apply(address.get() + mount.path()));
    context.addServlet(new ServletHolder(servlet), "/*");
    return context;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !mount.holds(path)) {
      return false;
    }
    Exchange exchange = Exchange.of(request);
    exchange.at(mount.path() + "/*");
    response.getHeaders().put("X-Request-Id", exchange.id());
    if (!isPlain(request.getHttpURI().getPath(), path)) {
      Answers.refuse(response, exchange, Refusal.of(400), callback);
      return true;
    }
    Optional<Caller> caller = Doorkeeper.admit(mount.door(), path, request, response, callback);
    if (caller.isEmpty()) {
      return true;
    }
    int limit = mount.maxBody().applyAsInt(path.substring(mount.path().length()));
    Turn turn = new Turn(request, response, callback, caller.get().party(), limit);
    if (request.getLength() > limit) {
      turn.tooLarge();
    } else {
      BodyReader.read(request, caller.get().party(), limit, room, turn);
    }
    return true;
  }

  /**
   * Whether a path has one meaning only: the servlet reads it again, and must not see another place
   * than the one that the door was shown.
   */
  private static boolean isPlain(String raw, String canonical) {
    return raw.indexOf(';') < 0 && URIUtil.decodePath(raw).equals(canonical);
  }

  private void serve(Request request, Response response, Callback callback) {
    long cpu = Exchange.threadCpuNanos();
    RequestObserver.Work work = Exchange.of(request).work(observer, request);
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) { // the last resort of http: Handler.handle declares it
      Response.writeError(request, response, callback, e);
    } finally {
      Exchange.of(request).worked(Exchange.threadCpuNanos() - cpu);
      work.end(response.getStatus());
    }
  }

  /** One request on its way to the servlet. */
  private final class Turn implements BodyReader.Receiver {

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String caller;
    private final int limit;

    private Turn(Request request, Response response, Callback callback, String caller, int limit) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.caller = caller;
      this.limit = limit;
    }

    @Override
    public void whole(byte[] body) {
      gate.enter(
          caller,
          request,
          () -> serve(new ReadRequest(request, body), response, callback),
          this::busy);
    }

    private void busy() {
      Answers.refuse(response, Exchange.of(request), Refusal.busy(), callback);
    }

    @Override
    public void tooLarge() {
      String text = "The body is larger than " + limit + " bytes. Send it in smaller parts.";
      refuse(Refusal.of(Problem.of(ProblemCategory.TOO_LARGE, "body-too-large", text)));
    }

    @Override
    public void tooSlow() {
      refuse(Refusal.of(408));
    }

    @Override
    public void noRoom() {
      refuse(Refusal.busy());
    }

    private void refuse(Refusal refusal) {
      LingeringClose.refuse(request, response, refusal, callback);
    }

    @Override
    public void failed(Throwable cause) {
      callback.failed(cause);
    }
  }
}
