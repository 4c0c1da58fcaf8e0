package org.oncohooks.ehr;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.oncohooks.patient.DataGap.Reason;
import org.oncohooks.security.OutboundClient;

/** Ends a fetch; carries nothing but the reason. */
final class FetchFailure extends Exception {

  private static final long serialVersionUID = 1L;

  /** What tells that the server is not well, rather than that the question was not. */
  private static final Set<Reason> OUTAGE =
      Set.of(
          Reason.UNREACHABLE,
          Reason.FETCH_TIMED_OUT,
          Reason.BROKEN_OFF,
          Reason.SERVER_ERROR,
          Reason.TOO_MANY_REQUESTS);

  private final Reason reason;

  FetchFailure(Reason reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }

  boolean isOutage() {
    return OUTAGE.contains(reason);
  }

  static FetchFailure of(IOException cause) {
    if (cause instanceof OutboundClient.TooLarge) {
      return new FetchFailure(Reason.FETCH_TOO_LARGE);
    }
    if (cause instanceof OutboundClient.NotAllowed) {
      return new FetchFailure(Reason.SERVER_NOT_ALLOWED);
    }
    if (cause instanceof InterruptedIOException) {
      return new FetchFailure(Reason.FETCH_TIMED_OUT);
    }
    if (cause instanceof SSLException) {
      return new FetchFailure(Reason.NOT_TRUSTED);
    }
    boolean unreachable =
        cause instanceof ConnectException
            || cause instanceof NoRouteToHostException
            || cause instanceof UnknownHostException;
    return new FetchFailure(unreachable ? Reason.UNREACHABLE : Reason.BROKEN_OFF);
  }

  static FetchFailure ofStatus(int status) {
    return new FetchFailure(
        switch (status) {
          case 401 -> Reason.UNAUTHORIZED;
          case 403 -> Reason.FORBIDDEN;
          case 404, 410 -> Reason.NOT_FOUND;
          case 429 -> Reason.TOO_MANY_REQUESTS;
          default -> {
            if (status >= 500) {
              yield Reason.SERVER_ERROR;
            }
            yield status >= 300 && status < 400 ? Reason.REDIRECTED : Reason.STATUS_UNEXPECTED;
          }
        });
  }
}
