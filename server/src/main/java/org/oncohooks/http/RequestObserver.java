package org.oncohooks.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Is told of every request. Thread-safe; must not throw.
 *
 * <p>It is told nothing that a caller could choose freely: no path, query, header or body.
 */
public interface RequestObserver {

  /**
   * A request that is over.
   *
   * @param place pattern of the route ({@code /cds-services/{id}}) or of the mount ({@code
   *     /fhir/*}); a hyphen if there is none
   * @param status of the answer
   * @param notes what its log line says, by name
   * @param took from its first byte to the end of the answer
   */
  record Served(String place, int status, Map<String, String> notes, Duration took) {}

  /** Work on a request, which begins and ends on one thread. */
  @FunctionalInterface
  interface Work {
    void end(int status);
  }

  /**
   * A request has been read and let in, and is now worked on.
   *
   * @param method one of HTTP's
   * @param place as in {@link Served}
   * @param traceparent the caller's W3C Trace Context header, as sent
   * @param notes gets what its log line shall say
   */
  Work begin(String method, String place, Optional<String> traceparent, Map<String, String> notes);

  void served(Served request);

  /** Looks away. */
  static RequestObserver none() {
    return new RequestObserver() {
      @Override
      public Work begin(
          String method, String place, Optional<String> traceparent, Map<String, String> notes) {
        return status -> {};
      }

      @Override
      public void served(Served request) {}
    };
  }
}
