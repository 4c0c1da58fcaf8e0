package org.oncohooks.ehr;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.oncohooks.Deadline;

/**
 * One EHR's FHIR server, seen from here: how many questions it has to answer at once, and whether
 * it has failed so often just now that it is left alone. Thread-safe.
 */
final class EhrServer implements AutoCloseable {

  private static final int FAILURES = 5;
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** As long as others wait for the question that tries how it is. */
  private static final Duration TRIAL = Duration.ofMillis(500);

  private final ThreadPoolExecutor threads;

  /** Used as a counter only: what runs, and when, is ours. */
  private final CircuitBreaker<Object> breaker =
      CircuitBreaker.builder()
          .withFailureThreshold(FAILURES, WITHIN)
          .withDelay(PAUSE)
          .withSuccessThreshold(1)
          .build();

  EhrServer(FetchLimits limits) {
    threads =
        new ThreadPoolExecutor(
            limits.atOnce(),
            limits.atOnce(),
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(limits.waiting()),
            task -> {
              Thread thread = new Thread(task, "ehr");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Empty if too many questions wait already. */
  <T> Optional<Future<T>> ask(Callable<T> question) {
    try {
      return Optional.of(threads.submit(question));
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it may be asked now; waits a little while another question tries how it is, so that the
   * call with which it is back is answered whole. Who gets a yes has to report how it went.
   */
  boolean maySend(Deadline until) throws InterruptedException {
    Deadline patience = until.or(Deadline.after(TRIAL));
    while (!breaker.tryAcquirePermit()) {
      if (breaker.isOpen() || patience.expired()) {
        return false;
      }
      Thread.sleep(10);
    }
    return true;
  }

  void answered() {
    breaker.recordSuccess();
  }

  void failed() {
    breaker.recordFailure();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
