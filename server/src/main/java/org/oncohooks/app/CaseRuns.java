package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.CaseSuite;
import org.oncohooks.cases.Difference;
import org.oncohooks.coverage.CoverageReport;
import org.oncohooks.coverage.LibraryCoverage;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In development mode: runs the content's cases against what is served, one library after the
 * other, and keeps what the last run of each gave. Thread-safe; one run at a time.
 */
final class CaseRuns {

  private static final Logger LOG = LoggerFactory.getLogger(CaseRuns.class);
  private static final int MOST_FAILURES = 20;

  /** The service goes on answering meanwhile. */
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /**
   * What a library's cases gave.
   *
   * @param content version of the content
   * @param coverage what they evaluate of the library they are named after; empty if it has no CQL
   */
  private record Ran(
      String content,
      Instant at,
      int cases,
      List<CaseResult> failed,
      Optional<LibraryCoverage> coverage) {}

  /** How far a run is, in libraries. */
  private record Progress(int done, int all) {}

  private final Path tests;
  private final Supplier<Knowledge> knowledge;
  private final InstantSource clock;
  private final ReentrantLock running = new ReentrantLock();
  private final Map<String, Ran> ran = new TreeMap<>();
  private Optional<Progress> progress = Optional.empty();
  private Optional<String> problem = Optional.empty();
  private int finished;

  /**
   * @param tests folder with a folder of cases for each library; may be missing
   */
  CaseRuns(Path tests, Supplier<Knowledge> knowledge, InstantSource clock) {
    this.tests = tests;
    this.knowledge = knowledge;
    this.clock = clock;
  }

  /** The libraries that have cases. */
  List<String> libraries() throws IOException {
    if (!Files.isDirectory(tests)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(tests)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  Path folder() {
    return tests;
  }

  /**
   * Runs a library's cases now.
   *
   * @throws ProblemException if a case can't be read
   */
  List<CaseResult> run(String library) throws IOException {
    running.lock();
    try {
      return runOne(library);
    } finally {
      running.unlock();
    }
  }

  /**
   * Begins to run cases, in a thread of its own.
   *
   * @param body {@code {}} for all libraries, {@code {"only": "ScreeningDue"}} for one
   * @return as {@link #results}
   * @throws ProblemException if a run is under way, or there are no such cases
   */
  byte[] start(byte[] body) {
    String only = StrictJson.object(body).path("only").asText("");
    try {
      List<String> all = libraries();
      List<String> chosen = all.stream().filter(l -> only.isEmpty() || l.equals(only)).toList();
      if (chosen.isEmpty()) {
        throw Problem.of(
                ProblemCategory.NOT_PROCESSABLE,
                "no-cases",
                all.isEmpty()
                    ? "The content has no cases: nothing is in its folder cql/tests."
                    : "No library with cases is called so; see cql/tests.",
                "only")
            .asException();
      }
      begin(chosen.size());
      Thread thread = new Thread(() -> runAll(chosen), "cases");
      thread.setDaemon(true);
      thread.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return results();
  }

  private synchronized void begin(int libraries) {
    if (progress.isPresent()) {
      throw Problem.of(
              ProblemCategory.CONFLICT,
              "cases-running",
              "Cases are being run; ask again when they are done.")
          .asException();
    }
    progress = Optional.of(new Progress(0, libraries));
  }

  private void runAll(List<String> libraries) {
    try {
      for (int i = 0; i < libraries.size(); i++) {
        run(libraries.get(i));
        done(i + 1, libraries.size());
      }
    } catch (IOException | ProblemException e) {
      // it stands with the results
    } catch (RuntimeException e) { // the last resort of the thread
      LOG.error("cases were not run: {}", e.getClass().getName());
      failed("A case ended its run (" + e.getClass().getSimpleName() + ").");
    } finally {
      end();
    }
  }

  private synchronized void done(int libraries, int all) {
    progress = Optional.of(new Progress(libraries, all));
  }

  private synchronized void end() {
    progress = Optional.empty();
  }

  private synchronized void failed(String text) {
    problem = Optional.of(text);
    finished++;
  }

  private List<CaseResult> runOne(String library) throws IOException {
    Knowledge content = knowledge.get();
    try {
      List<Case> cases = CaseFolder.readAll(tests, library);
      CqlCoverage counted = new CqlCoverage();
      List<CaseResult> results = new CaseSuite(content, THREADS).run(cases, done -> {}, counted);
      Optional<LibraryCoverage> coverage =
          CoverageReport.of(content, counted).libraries().stream()
              .filter(each -> each.library().equals(library))
              .findFirst();
      List<CaseResult> failed = results.stream().filter(result -> !result.holds()).toList();
      keep(library, new Ran(content.version(), clock.instant(), cases.size(), failed, coverage));
      return results;
    } catch (ProblemException e) {
      failed(e.problem().text());
      throw e;
    } catch (IOException e) {
      failed("The cases of " + library + " can't be read.");
      throw e;
    }
  }

  private synchronized void keep(String library, Ran result) {
    if (result.cases() == 0) {
      ran.remove(library);
    } else {
      ran.put(library, result);
    }
    problem = Optional.empty();
    finished++;
  }

  /** Rises whenever there is something new to show. */
  synchronized int finished() {
    return finished;
  }

  synchronized boolean isRunning() {
    return progress.isPresent();
  }

  /**
   * {@code {running?: {done, all}, problem?, libraries: {NAME: {content, at, cases, failed,
   * failures: [{case, file, differences: [{what, expected, actual}]}], coverage?: {expressions:
   * {part, whole}, branches, defines}}}}}; at most 20 failures of a library.
   */
  synchronized byte[] results() {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    progress.ifPresent(
        run -> answer.putObject("running").put("done", run.done()).put("all", run.all()));
    problem.ifPresent(text -> answer.put("problem", text));
    ObjectNode libraries = answer.putObject("libraries");
    ran.forEach((library, result) -> write(result, libraries.putObject(library)));
    return answer.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void write(Ran result, ObjectNode into) {
    into.put("content", result.content())
        .put("at", result.at().toString())
        .put("cases", result.cases())
        .put("failed", result.failed().size())
        .putArray("failures");
    result.failed().stream()
        .limit(MOST_FAILURES)
        .forEach(failed -> write(failed, into.withArray("/failures").addObject()));
    result
        .coverage()
        .ifPresent(
            coverage -> {
              ObjectNode shares = into.putObject("coverage");
              write(coverage.expressions(), shares.putObject("expressions"));
              write(coverage.branches(), shares.putObject("branches"));
              write(coverage.definesReached(), shares.putObject("defines"));
            });
  }

  private void write(CaseResult failed, ObjectNode into) {
    into.put("case", failed.tested().name())
        .put(
            "file",
            "cql/tests/"
                + tests
                    .relativize(CaseFolder.fileOf(tests, failed.tested()))
                    .toString()
                    .replace('\\', '/'))
        .putArray("differences");
    for (Difference difference : failed.differences()) {
      into.withArray("/differences")
          .addObject()
          .put("what", difference.what())
          .put("expected", difference.expected())
          .put("actual", difference.actual());
    }
  }

  private static void write(LibraryCoverage.Share share, ObjectNode into) {
    into.put("part", share.part()).put("whole", share.whole());
  }
}
