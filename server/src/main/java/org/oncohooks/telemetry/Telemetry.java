package org.oncohooks.telemetry;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Monitor;
import org.oncohooks.http.RequestObserver;

/** Metrics always, traces where a collector is configured. Thread-safe. */
public final class Telemetry implements Monitor, RequestObserver, AutoCloseable {

  private final Metrics metrics;
  private final Optional<Traces> traces;

  /**
   * @param version of the service
   * @param collector base URL of an OTLP/HTTP receiver; empty = no traces
   */
  public Telemetry(String version, Optional<URI> collector) {
    this.metrics = new Metrics(version);
    this.traces = collector.map(url -> new Traces(url, version));
  }

  public Metrics metrics() {
    return metrics;
  }

  @Override
  public Step begin(String part, String label, String value) {
    Step counted = metrics.begin(part, label, value);
    return traces
        .map(t -> t.begin(part, label, value))
        .map(traced -> both(counted, traced))
        .orElse(counted);
  }

  private static Step both(Step counted, Step traced) {
    return new Step() {
      @Override
      public void ended(String outcome) {
        counted.ended(outcome);
        traced.ended(outcome);
      }

      @Override
      public void close() {
        counted.close();
        traced.close();
      }
    };
  }

  @Override
  public Work begin(
      String method, String place, Optional<String> traceparent, Map<String, String> notes) {
    return traces
        .map(t -> t.begin(method, place, traceparent, notes))
        .orElseGet(() -> metrics.begin(method, place, traceparent, notes));
  }

  @Override
  public void served(Served request) {
    metrics.served(request);
  }

  /** Sends the traces that are left. */
  @Override
  public void close() {
    traces.ifPresent(Traces::close);
  }
}
