package org.oncohooks.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.oncohooks.Monitor;
import org.oncohooks.http.RequestObserver;

/** Counts and times what it is told, for Prometheus. Thread-safe. */
public final class Metrics implements Monitor, RequestObserver {

  /** Answers are due within 500 ms and refused after 2 s. */
  private static final Duration[] BUCKETS =
      List.of(5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000).stream()
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private static final String NONE = "none";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /**
   * @param version of the service
   */
  public Metrics(String version) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      FunctionTimer.builder(
              "jvm.gc.collection",
              collector,
              GarbageCollectorMXBean::getCollectionCount,
              GarbageCollectorMXBean::getCollectionTime,
              TimeUnit.MILLISECONDS)
          .tag("collector", collector.getName())
          .description("collections of garbage")
          .register(registry);
    }
    gauge("build", "always 1; which version runs", Map.of("version", version), () -> 1);
  }

  /** All of it, in Prometheus's text format 0.0.4, as UTF-8. */
  public byte[] text() {
    return registry.scrape().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * A value that is asked for when it is read.
   *
   * @param name in lower case, words parted by periods
   * @param labels each with one of few values
   */
  public void gauge(
      String name, String description, Map<String, String> labels, Supplier<Number> value) {
    Gauge.builder("oncohooks." + name, value)
        .tags(tags(labels))
        .description(description)
        .register(registry);
  }

  /**
   * A number that only grows, kept elsewhere.
   *
   * @param counted where; held weakly, so it has to live as long as it is to be counted
   */
  public <T> void counter(
      String name,
      String description,
      Map<String, String> labels,
      T counted,
      ToDoubleFunction<T> value) {
    FunctionCounter.builder("oncohooks." + name, counted, value)
        .tags(tags(labels))
        .description(description)
        .register(registry);
  }

  private static List<Tag> tags(Map<String, String> labels) {
    return labels.entrySet().stream().map(e -> Tag.of(e.getKey(), e.getValue())).toList();
  }

  @Override
  public Step begin(String part, String label, String value) {
    Timer.Sample sample = Timer.start(registry);
    return new Step() {
      private String outcome = "done";

      @Override
      public void ended(String word) {
        outcome = word;
      }

      @Override
      public void close() {
        sample.stop(
            Timer.builder("oncohooks." + part)
                .tags(label, value, "outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry));
      }
    };
  }

  @Override
  public Work begin(
      String method, String place, Optional<String> traceparent, Map<String, String> notes) {
    return status -> {};
  }

  @Override
  public void served(Served request) {
    Map<String, String> notes = request.notes();
    String service = notes.getOrDefault("service", NONE);
    Timer.builder("oncohooks.requests")
        .description("requests, from the first byte to the end of the answer")
        .tags(
            "place",
            request.place(),
            "service",
            service,
            "status",
            Integer.toString(request.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(request.took());
    if (notes.containsKey("problem")) {
      count(
          "refusals",
          "requests that got no answer, by the problem's code; busy is shed load",
          Tags.of("place", request.place(), "problem", notes.get("problem")),
          1);
    }
    if (notes.containsKey("refused")) {
      count(
          "doors.refused",
          "callers that were not let in, by reason",
          Tags.of("place", request.place(), "reason", notes.get("refused")),
          1);
    }
    add("cards", "cards shown", service, notes.get("cards"));
    recommendations(service, "applies", notes);
    recommendations(service, "suppressed", notes);
    recommendations(service, "notEvaluated", notes);
    feedback(service, "stored", notes);
    feedback(service, "repeated", notes);
    feedback(service, "unknown", notes);
  }

  private void add(String name, String description, String service, String note) {
    if (note != null) {
      count(name, description, Tags.of("service", service), Integer.parseInt(note));
    }
  }

  private void recommendations(String service, String outcome, Map<String, String> notes) {
    if (notes.containsKey(outcome)) {
      count(
          "recommendations",
          "recommendations, by what became of them",
          Tags.of("service", service, "outcome", outcome),
          Integer.parseInt(notes.get(outcome)));
    }
  }

  private void feedback(String service, String result, Map<String, String> notes) {
    if (notes.containsKey(result)) {
      count(
          "feedback",
          "entries of feedback",
          Tags.of("service", service, "result", result),
          Integer.parseInt(notes.get(result)));
    }
  }

  private void count(String name, String description, Tags tags, int by) {
    Counter.builder("oncohooks." + name)
        .description(description)
        .tags(tags)
        .register(registry)
        .increment(by);
  }
}
