package org.oncohooks.http;

import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.oncohooks.security.Admission;
import org.oncohooks.security.Caller;
import org.oncohooks.security.Door;
import org.oncohooks.security.RequestHead;

/** Shows a request's head to a door, and sends away whom it does not let in. */
final class Doorkeeper {

  private Doorkeeper() {}

  /** The caller; empty if it was refused, and the refusal is on its way. */
  static Optional<Caller> admit(
      Door door, String path, Request request, Response response, Callback callback) {
    Exchange exchange = Exchange.of(request);
    long cpu = Exchange.threadCpuNanos();
    Admission admission = door.admit(head(request, path));
    exchange.worked(Exchange.threadCpuNanos() - cpu);
    if (admission instanceof Admission.Admitted admitted) {
      admitted.caller().tenant().ifPresent(tenant -> exchange.notes().put("tenant", tenant));
      // for servlets, which see nothing else of it
      request.setAttribute(Caller.class.getName(), admitted.caller());
      return Optional.of(admitted.caller());
    }
    Admission.Refused refused = (Admission.Refused) admission;
    refused.caller().tenant().ifPresent(tenant -> exchange.notes().put("tenant", tenant));
    exchange.notes().put("refused", refused.reason());
    Refusal refusal = Refusal.of(refused.problem());
    if (request.getLength() == 0) {
      Answers.refuse(response, exchange, refusal, callback);
    } else {
      LingeringClose.refuse(request, response, refusal, callback);
    }
    return Optional.empty();
  }

  private static RequestHead head(Request request, String path) {
    String query = Optional.ofNullable(request.getHttpURI().getQuery()).orElse("");
    return new RequestHead(
        request.getMethod(),
        path,
        query,
        values(request, HttpHeader.AUTHORIZATION.asString()),
        values(request, "If-None-Exist"));
  }

  private static List<String> values(Request request, String header) {
    return request.getHeaders().getFields(header).stream()
        .map(field -> Optional.ofNullable(field.getValue()).orElse(""))
        .toList();
  }
}
