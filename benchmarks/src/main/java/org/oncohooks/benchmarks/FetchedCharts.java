package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * How many calls without prefetch are answered a second when each key has to be fetched from an
 * EHR, and how fast. Open loop: calls are sent by the clock, whether or not others were answered,
 * and timed from when they were due.
 */
final class FetchedCharts {

  private static final String SERVICE = "metastatic-pain";
  private static final Duration EHR_TAKES = Duration.ofMillis(50);
  private static final List<Integer> RATES = List.of(20, 50, 100, 150);
  private static final Duration WARM_UP = Duration.ofSeconds(30);
  private static final int WARM_UP_RATE = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(20);

  private final Path home;
  private final Path folder;
  private final Options options;
  private final PrintStream progress;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FetchedCharts(Path home, Path folder, Options options, PrintStream progress) {
    this.home = home;
    this.folder = folder;
    this.options = options;
    this.progress = progress;
  }

  /** Gives Markdown. */
  String measure(PatientChart chart) throws IOException {
    StringBuilder text = new StringBuilder(1024);
    text.append(Machine.text()).append(".\n\n");
    text.append(
        "| calls/s | answered with all evaluated | turned away | p50, ms | p95, ms | p99, ms |");
    text.append(" CPU ms a call |\n| --- | --- | --- | --- | --- | --- | --- |\n");
    try (SlowFhirServer ehr = new SlowFhirServer(chart, EHR_TAKES);
        ServerProcess server =
            ServerProcess.start(
                home,
                folder.resolve("server.log"),
                List.of(),
                List.of("--fhir-base", ehr.base(), "--fhir-at-once", "256"))) {
      HttpRequest call = call(server, ehr, chart);
      progress.println("warm-up ...");
      send(call, WARM_UP_RATE, options.warmup() > 5_000 ? WARM_UP : WARM_UP.dividedBy(3));
      for (int rate : RATES) {
        progress.println(rate + " calls/s ...");
        Duration before = server.use().cpu();
        Answers answers = send(call, rate, MEASURED);
        Duration cpu = server.use().cpu().minus(before);
        text.append(answers.row(rate, cpu));
      }
    }
    return text.toString();
  }

  private static HttpRequest call(ServerProcess server, SlowFhirServer ehr, PatientChart chart) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("hook", "patient-view").put("hookInstance", "3b1f0f4e-5f0c-4c52-9a55-0d4d6f1a6c10");
    body.put("fhirServer", ehr.base());
    body.putObject("context")
        .put("userId", "Practitioner/benchmark")
        .put("patientId", chart.patientId());
    body.putObject("extension").put("org.oncohooks.evaluationTime", HookCall.EVALUATED_AT);
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port() + "/cds-services/" + SERVICE))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body.toString()))
        .build();
  }

  private Answers send(HttpRequest call, int rate, Duration time) throws IOException {
    int calls = (int) (rate * time.toSeconds());
    Answers answers = new Answers(calls);
    long begin = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      int number = i;
      long due = begin + i * 1_000_000_000L / rate;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      client
          .sendAsync(call, BodyHandlers.ofString())
          .whenComplete((answer, failure) -> answers.add(number, due, answer));
    }
    try {
      answers.pending.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return answers;
  }

  /** What came of the calls of one rate. */
  private static final class Answers {

    private final CountDownLatch pending;
    private final AtomicLongArray nanos;
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger turnedAway = new AtomicInteger();

    Answers(int calls) {
      pending = new CountDownLatch(calls);
      nanos = new AtomicLongArray(calls);
    }

    void add(int number, long due, HttpResponse<String> answer) {
      nanos.set(number, System.nanoTime() - due);
      if (answer != null && answer.statusCode() == 503) {
        turnedAway.incrementAndGet();
      } else if (answer != null
          && answer.statusCode() == 200
          && !answer.body().contains("not-evaluated")) {
        whole.incrementAndGet();
      }
      pending.countDown();
    }

    String row(int rate, Duration cpu) {
      long[] sorted = new long[nanos.length()];
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = nanos.get(i);
      }
      Arrays.sort(sorted);
      return String.format(
          Locale.ROOT,
          "| %d | %d of %d | %d | %.0f | %.0f | %.0f | %.1f |%n",
          rate,
          whole.get(),
          sorted.length,
          turnedAway.get(),
          at(sorted, 0.5),
          at(sorted, 0.95),
          at(sorted, 0.99),
          cpu.toNanos() / 1e6 / sorted.length);
    }

    private static double at(long[] sorted, double share) {
      return sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }
  }
}
