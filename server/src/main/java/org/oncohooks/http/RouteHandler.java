package org.oncohooks.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.security.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the route, reads the body within its limits, calls the endpoint, sends its answer. */
final class RouteHandler extends Handler.Abstract {

  private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);
  private static final byte[] NOTHING = {};

  private final List<Route> routes;
  private final HttpSettings settings;
  private final Room room;
  private final Gate gate;
  private final RequestObserver observer;

  RouteHandler(List<Route> routes, HttpSettings settings, RequestObserver observer) {
    this.routes = List.copyOf(routes);
    this.observer = observer;
    this.settings = settings;
    this.room = new Room(settings.bodies());
    this.gate = new Gate(settings.working(), settings.threads() / 2, settings.patience());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null) {
      return false;
    }
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> variables = route.match(path);
      if (variables.isEmpty()) {
        continue;
      }
      if (route.methods().contains(request.getMethod())) {
        Exchange.of(request).of(route);
        Doorkeeper.admit(route.door(), path, request, response, callback)
            .ifPresent(
                caller ->
                    new Turn(request, response, callback, route, variables.get(), caller).begin());
        return true;
      }
      allowed.addAll(route.methods());
    }
    if (allowed.isEmpty()) {
      return false;
    }
    String use = String.join(", ", allowed);
    allowed.add(HttpMethod.OPTIONS.asString());
    response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", allowed));
    if (HttpMethod.OPTIONS.is(request.getMethod())) {
      response.setStatus(HttpStatus.NO_CONTENT_204);
      callback.succeeded();
    } else {
      refuseMethod(request, response, callback, use);
    }
    return true;
  }

  private static void refuseMethod(
      Request request, Response response, Callback callback, String use) {
    Problem problem =
        Problem.of(ProblemCategory.METHOD_NOT_ALLOWED, "method-not-allowed", "Use " + use + ".");
    Answers.refuse(response, Exchange.of(request), Refusal.of(problem), callback);
  }

  /** One request on its way through one route. */
  private final class Turn implements BodyReader.Receiver {

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Route route;
    private final Map<String, String> variables;
    private final Caller caller;
    private final Exchange exchange;

    private Turn(
        Request request,
        Response response,
        Callback callback,
        Route route,
        Map<String, String> variables,
        Caller caller) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.route = route;
      this.variables = variables;
      this.caller = caller;
      this.exchange = Exchange.of(request);
    }

    void begin() {
      if (!route.readsBody()) {
        answer(NOTHING, Deadline.after(settings.deadline()), Runnable::run);
        return;
      }
      Optional<Problem> refused = refusedByHeaders();
      if (refused.isPresent()) {
        refuseBody(refused.get());
      } else {
        BodyReader.read(request, caller.party(), settings.maxBody(), room, this);
      }
    }

    private Optional<Problem> refusedByHeaders() {
      if (request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)) {
        return Optional.of(
            Problem.of(
                ProblemCategory.UNSUPPORTED_MEDIA_TYPE,
                "content-encoding",
                "Send the body as it is, without Content-Encoding."));
      }
      if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
        return Optional.of(
            Problem.of(
                ProblemCategory.UNSUPPORTED_MEDIA_TYPE,
                "content-type",
                "Send Content-Type: application/json, in UTF-8."));
      }
      if (request.getLength() > settings.maxBody()) {
        return Optional.of(bodyTooLarge());
      }
      return Optional.empty();
    }

    private Problem bodyTooLarge() {
      return Problem.of(
          ProblemCategory.TOO_LARGE,
          "body-too-large",
          "The body is larger than " + settings.maxBody() + " bytes. Send less prefetch.");
    }

    private void refuseBody(Problem problem) {
      LingeringClose.refuse(request, response, Refusal.of(problem), callback);
    }

    @Override
    public void whole(byte[] body) {
      Deadline deadline = Deadline.after(settings.deadline());
      gate.enter(
          caller.party(),
          request,
          () -> answer(body, deadline, waits -> gate.whileAway(caller.party(), waits)),
          () -> Answers.refuse(response, exchange, Refusal.busy(), callback));
    }

    private void answer(byte[] body, Deadline deadline, Consumer<Runnable> away) {
      RequestObserver.Work work = exchange.work(observer, request);
      try {
        answered(body, deadline, away);
      } finally {
        work.end(response.getStatus());
      }
    }

    private void answered(byte[] body, Deadline deadline, Consumer<Runnable> away) {
      long cpu = Exchange.threadCpuNanos();
      try {
        Call call =
            new Call(exchange.id(), caller, variables, body, deadline, exchange.notes(), away);
        byte[] answer = route.endpoint().answer(call);
        exchange.worked(Exchange.threadCpuNanos() - cpu + call.cpuElsewhere().toNanos());
        Answers.send(response, exchange, 200, route.type(), answer, callback);
      } catch (ProblemException e) {
        exchange.worked(Exchange.threadCpuNanos() - cpu);
        if (e.problem().category() == ProblemCategory.FAULT) {
          LOG.error(
              "request {} failed: {} {} {}",
              exchange.id(),
              e.problem().code(),
              e.problem().places(),
              SafeTrace.of(e));
        }
        Answers.refuse(response, exchange, Refusal.of(e.problem()), callback);
      } catch (RuntimeException | StackOverflowError e) {
        exchange.worked(Exchange.threadCpuNanos() - cpu);
        LOG.error("request {} failed: {}", exchange.id(), SafeTrace.of(e));
        Answers.refuse(response, exchange, Refusal.of(500), callback);
      }
    }

    @Override
    public void tooLarge() {
      refuseBody(bodyTooLarge());
    }

    @Override
    public void tooSlow() {
      LingeringClose.refuse(request, response, Refusal.of(408), callback);
    }

    @Override
    public void noRoom() {
      LingeringClose.refuse(request, response, Refusal.busy(), callback);
    }

    @Override
    public void failed(Throwable cause) {
      callback.failed(cause);
    }
  }

  /** {@code application/json} or {@code application/*+json}, in UTF-8 or without a charset. */
  private static boolean isJson(String contentType) {
    if (contentType == null) {
      return false;
    }
    String charset = MimeTypes.getCharsetFromContentType(contentType);
    if (charset != null && !charset.equalsIgnoreCase("utf-8")) {
      return false;
    }
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.equals("application/json")
        || lower.startsWith("application/") && lower.endsWith("+json");
  }
}
