package org.oncohooks.decision;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Recommendation;

/**
 * Decides like {@link DecisionEngine}, for callers that must have an answer in time whatever the
 * CQL does. Each decision runs on a thread of its own; a recommendation that uses up its CPU time
 * is ended, or, where a single operator does not let itself be ended, left behind with its thread,
 * and the others go on. One that does so for several patients of a caller in a row gets little time
 * from then on, until it ends in time again. Thread-safe.
 */
public final class GuardedEngine implements AutoCloseable {

  /** How long a thread may take to notice that its time is up. */
  private static final Duration GRACE = Duration.ofMillis(100);

  /** Threads that compute for nobody take the others' time. */
  private static final int MOST_LEFT_BEHIND = 2;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Limits limits;
  private final Quarantine quarantine;
  private final Deadline warm;
  private final AtomicInteger threadNumbers = new AtomicInteger();
  private final AtomicInteger leftBehind = new AtomicInteger();

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

  /**
   * @param cpu most CPU time for one recommendation of one call
   * @param patients for how many of a caller's patients in a row it has to use that up until it
   *     gets a tenth of it for that caller
   * @param pause until it gets its full time again, once; each trial that fails doubles it
   * @param longestPause the longest time between two trials
   * @param coldFor how long after the start CPU time is not counted, while code is not yet compiled
   */
  public record Limits(
      Duration cpu, int patients, Duration pause, Duration longestPause, Duration coldFor) {

    public static Limits standard() {
      return new Limits(
          Duration.ofMillis(500),
          3,
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofMinutes(1));
    }

    public Limits withCpu(Duration most) {
      return new Limits(most, patients, pause, longestPause, coldFor);
    }
  }

  /**
   * @param cpu CPU time that the decision took
   */
  public record Guarded(Decision decision, Duration cpu) {}

  /**
   * A recommendation in quarantine, and for whom.
   *
   * @param caller as in {@link Question}
   */
  public record Quarantined(String caller, Recommendation recommendation) {}

  /** Is told which recommendations get little time from now on, and which no longer do. */
  public interface Watch {

    /**
     * Has to return at once: evaluations wait for it.
     *
     * @param version of the content
     * @param held whether it begins; else it ends
     * @param why in words; no patient data
     */
    void tell(Quarantined rule, String version, boolean held, String why);

    /** Tells nobody. */
    static Watch none() {
      return (rule, version, held, why) -> {};
    }
  }

  public GuardedEngine(Limits limits) {
    this(limits, Watch.none());
  }

  public GuardedEngine(Limits limits, Watch watch) {
    this.limits = limits;
    this.quarantine =
        new Quarantine(limits.patients(), limits.pause(), limits.longestPause(), watch);
    this.warm = Deadline.after(limits.coldFor());
  }

  /**
   * @return at the latest shortly after the question's deadline; what could not be evaluated until
   *     then is named
   * @throws ProblemException {@code INCORRECT} if a setting is unknown or of a wrong type
   */
  public Guarded decide(Question question) {
    Optional<Duration> cpu = warm.expired() ? Optional.of(limits.cpu()) : Optional.empty();
    DecisionRun run = new DecisionRun(question, quarantine, cpu);
    long nanos = 0;
    while (!run.isDone()) {
      Worker worker = new Worker(run);
      threads.execute(worker.task);
      nanos += await(worker, question.deadline(), cpu);
    }
    return new Guarded(run.decision(), Duration.ofNanos(nanos));
  }

  /**
   * Computes something else of a patient's, on a thread of its own that is left behind if a single
   * operator does not let itself be ended.
   *
   * @param work ends by itself at the deadline but for that
   * @throws ProblemException {@code TIMED_OUT}; {@code UNAVAILABLE} while too many threads that
   *     were left behind still compute; and what the work throws
   */
  public <T> T evaluate(Callable<T> work, Deadline deadline) {
    if (leftBehind.get() >= MOST_LEFT_BEHIND) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE,
              "evaluations-stuck",
              "Earlier evaluations still compute although nobody waits for them; try again later.")
          .asException();
    }
    AtomicBoolean waitedFor = new AtomicBoolean(true);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              try {
                return work.call();
              } finally {
                if (!waitedFor.getAndSet(false)) {
                  leftBehind.decrementAndGet();
                }
              }
            });
    threads.execute(task);
    try {
      return task.get(deadline.remaining().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (waitedFor.getAndSet(false)) {
        leftBehind.incrementAndGet();
      }
      throw CqlEvaluation.TIMED_OUT.asException(e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CqlEvaluation.TIMED_OUT.asException(e);
    }
  }

  /** The recommendations of this content that get little time or none at present. */
  public List<Quarantined> quarantined(Knowledge knowledge) {
    return quarantine.held(knowledge.version());
  }

  /**
   * Critical recommendations that get little time or none for every caller who has asked for them
   * in the last quarter of an hour; without those whose next trial waits for a call.
   */
  public List<Recommendation> lost(Knowledge knowledge) {
    return quarantine.lost(knowledge.version());
  }

  /** Forgets what ran away in other content than this; threads that hang in it go on. */
  public void serves(Knowledge knowledge) {
    quarantine.serves(knowledge.version());
  }

  /** How many threads compute something that nobody waits for any more. */
  public int stuckThreads() {
    return quarantine.stuckThreads() + leftBehind.get();
  }

  /** Threads that are stuck end with the process. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  private long await(Worker worker, Deadline deadline, Optional<Duration> cpu) {
    Duration look = cpu.orElse(limits.cpu());
    while (true) {
      Duration left = deadline.remaining().plus(GRACE);
      try {
        worker.task.get((left.compareTo(look) < 0 ? left : look).toNanos(), TimeUnit.NANOSECONDS);
        return worker.cpu();
      } catch (TimeoutException e) {
        boolean late = deadline.passed().compareTo(GRACE) >= 0;
        boolean hangs = worker.cpuOfStep().compareTo(limits.cpu().plus(GRACE)) > 0;
        if (late || hangs && cpu.isPresent()) {
          worker.giveUp(late, hangs);
          return worker.cpu();
        }
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      } catch (InterruptedException e) {
        worker.giveUp(true, false);
        Thread.currentThread().interrupt();
        return worker.cpu();
      }
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(cause);
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "decision-" + threadNumbers.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** One thread's part in one decision. */
  private final class Worker implements Runnable {

    private final DecisionRun run;
    private final int turn;
    private final FutureTask<Void> task = new FutureTask<>(this, null);
    private Quarantine.Admission hanging;

    private volatile long thread;
    private volatile long cpuBefore;
    private volatile long cpuBeforeStep;
    private volatile long cpuAfter = -1;

    private Worker(DecisionRun run) {
      this.run = run;
      this.turn = run.begin();
    }

    @Override
    public void run() {
      cpuBefore = THREADS.getCurrentThreadCpuTime();
      cpuBeforeStep = cpuBefore;
      thread = Thread.currentThread().getId();
      try {
        run.work(turn, () -> cpuBeforeStep = THREADS.getCurrentThreadCpuTime());
      } finally {
        synchronized (this) {
          cpuAfter = THREADS.getCurrentThreadCpuTime();
          if (hanging != null) {
            hanging.unstuck();
          }
        }
      }
    }

    /**
     * @param everything whether what comes after it has no time left either
     * @param hangs whether it has used up its CPU time, and is not just kept waiting by others
     */
    synchronized void giveUp(boolean everything, boolean hangs) {
      Optional<Quarantine.Admission> given =
          run.giveUp(turn, hangs ? CqlEvaluation.OVERRAN : CqlEvaluation.TIMED_OUT);
      if (everything) {
        run.giveUpTheRest();
      }
      if (given.isEmpty()) {
        return;
      }
      if (!hangs) {
        given.get().undecided();
      } else if (cpuAfter < 0) {
        hanging = given.get();
        hanging.stuck();
      } else {
        given.get().overran();
      }
    }

    private Duration cpuOfStep() {
      return Duration.ofNanos(now() - cpuBeforeStep);
    }

    private long cpu() {
      return now() - cpuBefore;
    }

    private long now() {
      long ended = cpuAfter;
      if (ended >= 0 || thread == 0) {
        return ended >= 0 ? ended : cpuBefore;
      }
      return Math.max(cpuBeforeStep, THREADS.getThreadCpuTime(thread));
    }
  }
}
