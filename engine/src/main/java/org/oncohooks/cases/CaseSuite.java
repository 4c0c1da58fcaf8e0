package org.oncohooks.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.knowledge.Knowledge;

/** Runs many cases side by side: the one way in which the build and the command line do it. */
public final class CaseSuite {

  private final Knowledge knowledge;
  private final int threads;

  /**
   * @param threads how many cases run at once, at least 1
   */
  public CaseSuite(Knowledge knowledge, int threads) {
    this.knowledge = knowledge;
    this.threads = threads;
  }

  /**
   * @param progress is told by any thread how many are done
   * @return a result for each case, in the order of the cases
   */
  public List<CaseResult> run(List<Case> cases, IntConsumer progress) {
    return run(cases, progress, () -> new CaseRunner(knowledge));
  }

  /** As {@link #run}, and counts what the expressions of the CQL gave. */
  public List<CaseResult> run(List<Case> cases, IntConsumer progress, CqlCoverage coverage) {
    List<CqlCoverage> parts = new ArrayList<>();
    List<CaseResult> results =
        run(
            cases,
            progress,
            () -> {
              CqlCoverage part = new CqlCoverage();
              synchronized (parts) {
                parts.add(part);
              }
              return new CaseRunner(knowledge.recording(part));
            });
    parts.forEach(coverage::add);
    return results;
  }

  private List<CaseResult> run(
      List<Case> cases, IntConsumer progress, java.util.function.Supplier<CaseRunner> runners) {
    CaseResult[] results = new CaseResult[cases.size()];
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Runnable work =
        () -> {
          CaseRunner runner = runners.get();
          for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
            results[i] = new CaseResult(cases.get(i), runner.run(cases.get(i)));
            progress.accept(done.incrementAndGet());
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(work));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a case broke its runner", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while cases run", e);
    } finally {
      pool.shutdownNow();
    }
    return List.of(results);
  }
}
