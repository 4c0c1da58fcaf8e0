package org.oncohooks.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.oncohooks.Monitor;
import org.oncohooks.http.RequestObserver;

/**
 * Sends what it is told as spans to an OpenTelemetry collector, by OTLP over HTTP. A collector that
 * is slow or gone costs spans and nothing else. Thread-safe.
 */
public final class Traces implements Monitor, RequestObserver, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The notes that a span repeats: ids of the content and counts. */
  private static final List<String> REPEATED =
      List.of("service", "tenant", "problem", "cards", "applies", "suppressed", "notEvaluated");

  private static final TextMapGetter<String> TRACEPARENT =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String header) {
          return List.of("traceparent");
        }

        @Override
        public String get(String header, String key) {
          return key.equals("traceparent") ? header : null;
        }
      };

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  /**
   * @param collector base URL of an OTLP/HTTP receiver, such as {@code http://127.0.0.1:4318}
   * @param version of the service
   */
  public Traces(URI collector, String version) {
    provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.builder()
                        .put("service.name", "oncohooks")
                        .put("service.version", version)
                        .build()))
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(
                                collector.toString().replaceFirst("/+$", "") + "/v1/traces")
                            .setTimeout(PATIENCE)
                            .build())
                    .setScheduleDelay(Duration.ofSeconds(1))
                    .build())
            .build();
    tracer = provider.get("org.oncohooks", version);
  }

  @Override
  public Work begin(
      String method, String place, Optional<String> traceparent, Map<String, String> notes) {
    Context caller =
        traceparent
            .map(
                header ->
                    W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), header, TRACEPARENT))
            .orElse(Context.root());
    Span span =
        tracer
            .spanBuilder(method + " " + place)
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute("http.request.method", method)
            .setAttribute("http.route", place)
            .startSpan();
    notes.put("trace", span.getSpanContext().getTraceId());
    Scope scope = span.makeCurrent();
    return status -> {
      scope.close();
      span.setAttribute("http.response.status_code", status);
      for (String name : REPEATED) {
        if (notes.containsKey(name)) {
          span.setAttribute("oncohooks." + name, notes.get(name));
        }
      }
      if (status >= 500) {
        span.setStatus(StatusCode.ERROR);
      }
      span.end();
    };
  }

  @Override
  public void served(Served request) {}

  @Override
  public Step begin(String part, String label, String value) {
    Span span = tracer.spanBuilder(part).setAttribute("oncohooks." + label, value).startSpan();
    Scope scope = span.makeCurrent();
    return new Step() {
      @Override
      public void ended(String outcome) {
        span.setAttribute("oncohooks.outcome", outcome);
      }

      @Override
      public void close() {
        scope.close();
        span.end();
      }
    };
  }

  /** Sends what is left. */
  @Override
  public void close() {
    provider.shutdown().join(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }
}
