package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one process. What a method has returned from is durable; what waits at the same
 * time is committed together. Thread-safe.
 *
 * <p>Nobody waits long: once a write has failed or hung, the next callers are told so at once,
 * until a write has succeeded again, which is tried every second.
 */
public final class Ledger implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private static final int MOST_WAITING = 1024;
  private static final int MOST_TOGETHER = 256;
  private static final int READERS = 4;
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final int SWEPT_TOGETHER = 500;
  private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(20);
  private static final Duration STOP = Duration.ofSeconds(10);

  /** A commit that takes longer is taken for one that hangs. */
  private static final Duration HANGS = Duration.ofSeconds(1);

  private final LedgerStore store;
  private final LedgerKey key;
  private final InstantSource clock;
  private final Appender appender;
  private final FairQueue<Waiting> queue = new FairQueue<>(MOST_WAITING);
  private final ExecutorService readers;
  private final Thread writer;
  private final AtomicLong missed = new AtomicLong();
  private final AtomicReference<Missed> untold = new AtomicReference<>(Missed.NONE);
  private final LongAdder commits = new LongAdder();
  private final LongAdder committed = new LongAdder();
  private volatile boolean recording = true;

  /** When the commit at hand began; null if there is none. */
  private volatile Deadline writing;

  private volatile boolean closing;

  Ledger(LedgerStore store, LedgerKey key, InstantSource clock) {
    this.store = store;
    this.key = key;
    this.clock = clock;
    this.appender = new Appender(key);
    this.readers =
        new ThreadPoolExecutor(
            0, READERS, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), Ledger::daemon);
    this.writer = daemon(this::write);
    if (!store.isImmediate()) {
      writer.start();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "ledger");
    thread.setDaemon(true);
    return thread;
  }

  /** One that is forgotten when the process ends. */
  public static Ledger inMemory(InstantSource clock) {
    return new Ledger(new MemoryLedgerStore(), LedgerKey.random(), clock);
  }

  /**
   * One in a database. SQLite keeps it in a file of its own, {@code ledger.db}.
   *
   * @throws ProblemException {@code UNAVAILABLE} or {@code FAULT} if the database can't be opened,
   *     {@code INCORRECT} if the ledger was begun with another key
   */
  public static Ledger open(DatabaseSettings settings, LedgerKey key, InstantSource clock) {
    Database database = Database.open(settings, SqlLedgerStore.TABLES);
    try {
      return new Ledger(new SqlLedgerStore(database, key.fingerprint()), key, clock);
    } catch (ProblemException e) {
      database.close();
      throw e;
    }
  }

  public LedgerKey key() {
    return key;
  }

  /** False from the first write that fails or hangs to the next that succeeds. */
  public boolean isRecording() {
    return recording;
  }

  /** How many calls and accesses could not be recorded since the process began. */
  public long missed() {
    return missed.get();
  }

  /** The number of the last row. */
  public long last() {
    return store.head().sequence();
  }

  /** The number of the last row before the first; 0 if none was deleted. */
  public long begin() {
    return store.begin().sequence();
  }

  /**
   * Deletes the rows that were written before an instant, up to the first that was not; a new row
   * says so. Where this is cut off, the next one goes on.
   *
   * @return the number of the last row that is deleted now; empty if there was nothing to delete
   * @throws ProblemException {@code UNAVAILABLE} if the ledger can't be written
   */
  public Optional<Long> deleteBefore(Instant before) {
    LedgerHead last = lastBefore(before);
    boolean said =
        store.append(
            t -> {
              // another instance may have been faster
              if (last.sequence() <= t.begin().sequence()) {
                return false;
              }
              appender.append(t, List.of(new Entry.Deletion(last, before)), clock.instant());
              return true;
            });
    while (store.sweep(SWEPT_TOGETHER) > 0) {
      pause(); // who wants to append waits meanwhile
    }
    return said ? Optional.of(last.sequence()) : Optional.empty();
  }

  private LedgerHead lastBefore(Instant before) {
    LedgerHead last = store.begin();
    while (true) {
      List<LedgerRow> page = store.rows(last.sequence(), SWEPT_TOGETHER);
      for (LedgerRow row : page) {
        if (!row.at().isBefore(before)) {
          return last;
        }
        last = row.head();
      }
      if (page.isEmpty()) {
        return last;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_SWEEPS.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notWritten("the service stops").asException(e);
    }
  }

  /**
   * Rows after a number as FHIR R4 AuditEvents, in order; their ids are {@code ledger-} and their
   * number.
   *
   * @throws ProblemException {@code UNAVAILABLE} if they can't be read
   */
  public List<ObjectNode> auditEvents(long after, int most) {
    return store.rows(after, most).stream().map(AuditEvents::of).toList();
  }

  /**
   * Rows about one of some patients as FHIR R4 AuditEvents, the newest first.
   *
   * @param patients keyed hashes
   * @param before only rows with a number less than this
   * @throws ProblemException {@code UNAVAILABLE} if they can't be read
   */
  public List<ObjectNode> auditEventsAbout(Set<String> patients, long before, int most) {
    return store.rowsAbout(patients, before, most).stream().map(AuditEvents::of).toList();
  }

  /** What it is connected by; none in memory. */
  public List<Database.Pool> pools() {
    return store.pools();
  }

  /** How many callers wait for the next commit. */
  public int waiting() {
    return queue.size();
  }

  /** How long the one among them has waited who has waited longest. */
  public Duration lag() {
    return queue.heads().stream()
        .map(waiting -> waiting.since.passed())
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** How many commits there were since the process began. */
  public long commits() {
    return commits.sum();
  }

  /** How many entries they wrote. */
  public long committed() {
    return committed.sum();
  }

  /** As {@link #record(Entry.Invocation, Duration, boolean)}, of a call that is answered anyway. */
  public void record(Entry.Invocation call, Duration wait) {
    record(call, wait, true);
  }

  /**
   * @param wait how long at most
   * @param answeredAnyway whether the caller gets an answer with data even if this fails
   * @throws ProblemException {@code UNAVAILABLE} if the call could not be recorded, or not in time
   */
  public void record(Entry.Invocation call, Duration wait, boolean answeredAnyway) {
    counted(call, wait, answeredAnyway);
  }

  /**
   * @throws ProblemException as {@link #record(Entry.Invocation, Duration, boolean)}
   */
  public void record(Entry.Access access, Duration wait, boolean answeredAnyway) {
    counted(access, wait, answeredAnyway);
  }

  /**
   * @throws ProblemException as {@link #record(Entry.Invocation, Duration, boolean)}
   */
  public void record(Entry.Refusal refusal, Duration wait) {
    append(List.of(refusal), wait);
  }

  private void counted(Entry entry, Duration wait, boolean answeredAnyway) {
    try {
      append(List.of(entry), wait);
    } catch (ProblemException e) {
      missed.incrementAndGet();
      Instant now = clock.instant();
      untold.updateAndGet(sofar -> sofar.andOne(now, answeredAnyway));
      throw e;
    }
  }

  /**
   * All or nothing. Entries that are there already, with the same card, outcome and time from the
   * same tenant, are left as they are.
   *
   * @param wait how long at most
   * @throws ProblemException {@code UNAVAILABLE} if it is not known to be stored; sending it again
   *     is safe
   */
  public FeedbackReceipt record(List<Entry.Feedback> feedback, Duration wait) {
    List<Appender.Kept> kept = append(feedback, wait);
    int stored = (int) kept.stream().filter(Appender.Kept::isNew).count();
    int unknown = (int) kept.stream().filter(one -> !one.isKnown()).count();
    return new FeedbackReceipt(stored, kept.size() - stored, unknown);
  }

  /**
   * @throws ProblemException as {@link #record(Entry.Invocation, Duration, boolean)}
   */
  public void record(Entry.Event event, Duration wait) {
    append(List.of(event), wait);
  }

  /**
   * Answers to a patient's cards, given at or after an instant.
   *
   * @param patient keyed hash
   * @param wait how long at most
   * @throws ProblemException {@code UNAVAILABLE} if they can't be read, or not in time
   */
  public List<Answered> answers(String tenant, String patient, Instant since, Duration wait) {
    if (store.isImmediate()) {
      return store.answers(tenant, patient, since);
    }
    if (!recording) {
      throw notWritten("it does not record at present").asException();
    }
    Future<List<Answered>> answers;
    try {
      answers =
          readers.submit((Callable<List<Answered>>) () -> store.answers(tenant, patient, since));
    } catch (RejectedExecutionException e) {
      throw unavailable("ledger-busy", "Too many calls read the ledger.").asException(e);
    }
    return await(answers, wait);
  }

  private List<Appender.Kept> append(List<? extends Entry> entries, Duration wait) {
    if (store.isImmediate()) {
      return store.append(t -> appender.append(t, entries, clock.instant()));
    }
    if (!recording || closing) {
      throw notWritten("it does not record at present").asException();
    }
    Waiting waiting = new Waiting(List.copyOf(entries));
    if (!queue.offer(owner(entries), waiting)) {
      throw unavailable("ledger-busy", "Too many calls wait for the ledger.").asException();
    }
    try {
      return await(waiting.kept, wait);
    } catch (ProblemException e) {
      waiting.taken.compareAndSet(false, true); // or it is being written
      // a caller in a hurry gives up for himself alone
      Deadline now = writing;
      if (now != null && now.passed().compareTo(HANGS) > 0) {
        noLongerRecording("ledger-slow");
      }
      throw e;
    }
  }

  /** Whose entries they are, for taking turns. */
  private static String owner(List<? extends Entry> entries) {
    Entry first = entries.isEmpty() ? null : entries.get(0);
    if (first instanceof Entry.Invocation call) {
      return call.tenant();
    }
    if (first instanceof Entry.Feedback feedback) {
      return feedback.tenant();
    }
    if (first instanceof Entry.Access access) {
      return access.who().tenant().or(() -> access.who().issuer()).orElse("");
    }
    return "";
  }

  private static <T> T await(Future<T> future, Duration wait) {
    try {
      return future.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw notWritten("it did not answer in time").asException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notWritten("the service stops").asException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException known) {
        throw known;
      }
      throw new IllegalStateException("the ledger failed", e.getCause());
    }
  }

  private static Problem notWritten(String why) {
    return unavailable("ledger-unavailable", "The ledger is not available: " + why + ".");
  }

  private static Problem unavailable(String code, String text) {
    return Problem.of(ProblemCategory.UNAVAILABLE, code, text + " Try again later.");
  }

  /** Entries that one caller waits for. */
  private static final class Waiting {

    private final List<? extends Entry> entries;
    private final CompletableFuture<List<Appender.Kept>> kept = new CompletableFuture<>();

    /** By the writer, or given up by the caller. */
    private final AtomicBoolean taken = new AtomicBoolean();

    private final Deadline since = Deadline.after(Duration.ZERO);

    private Waiting(List<? extends Entry> entries) {
      this.entries = entries;
    }
  }

  /**
   * Calls of which no row tells yet.
   *
   * @param answered how many of them were answered with data; the others were refused
   * @param from when the first was answered or refused
   * @param to when the last was
   */
  private record Missed(long count, long answered, Instant from, Instant to) {

    private static final Missed NONE = new Missed(0, 0, Instant.EPOCH, Instant.EPOCH);

    private Missed andOne(Instant at, boolean wasAnswered) {
      return new Missed(count + 1, answered + (wasAnswered ? 1 : 0), count == 0 ? at : from, at);
    }

    /** What came since. */
    private Missed without(Missed told) {
      return count == told.count
          ? NONE
          : new Missed(count - told.count, answered - told.answered, told.to, to);
    }

    @Override
    public String toString() {
      return count == 0
          ? "every call could be recorded"
          : count
              + " calls could not be recorded, "
              + answered
              + " of them answered nevertheless, from "
              + from
              + " to "
              + to;
    }
  }

  /** The writer's life. */
  private void write() {
    while (!closing || queue.size() > 0) {
      try {
        queue.awaitOne(PROBE);
        List<Waiting> together = together();
        if (!together.isEmpty() || !recording || untold.get().count() > 0) {
          write(together);
        }
      } catch (InterruptedException e) {
        return; // close gave up waiting
      }
    }
  }

  /** What the next commit writes: so much that it is worth it, and no more than is done soon. */
  private List<Waiting> together() {
    List<Waiting> together = new ArrayList<>();
    int entries = 0;
    while (entries < MOST_TOGETHER) {
      Optional<Waiting> next = queue.poll();
      if (next.isEmpty()) {
        break;
      }
      if (!next.get().entries.isEmpty() && next.get().taken.compareAndSet(false, true)) {
        together.add(next.get());
        entries += next.get().entries.size();
      }
    }
    return together;
  }

  private void write(List<Waiting> together) {
    List<Entry> entries = new ArrayList<>();
    together.forEach(waiting -> entries.addAll(waiting.entries));
    Missed telling = untold.get();
    boolean again = !recording;
    if (again || telling.count() > 0) {
      entries.add(new Entry.Event("recording-again", telling.toString()));
    }
    try {
      writing = Deadline.after(Duration.ZERO);
      List<Appender.Kept> kept = store.append(t -> appender.append(t, entries, clock.instant()));
      writing = null;
      commits.increment();
      committed.add(entries.size());
      int from = 0;
      for (Waiting waiting : together) {
        waiting.kept.complete(List.copyOf(kept.subList(from, from + waiting.entries.size())));
        from += waiting.entries.size();
      }
      if (again || telling.count() > 0) {
        untold.updateAndGet(sofar -> sofar.without(telling));
        recording = true;
        LOG.warn("the ledger records again; {}", telling);
      }
    } catch (RuntimeException e) { // the last resort: whoever waits has to be told
      writing = null;
      boolean unavailable =
          e instanceof ProblemException known
              && known.problem().category() == ProblemCategory.UNAVAILABLE;
      if (unavailable || together.isEmpty()) {
        noLongerRecording(e instanceof ProblemException known ? known.problem().code() : "fault");
        together.forEach(waiting -> waiting.kept.completeExceptionally(e));
      } else if (together.size() > 1) {
        // an entry of one of them may be why; it is not the others' fault
        together.forEach(waiting -> write(List.of(waiting)));
      } else {
        LOG.error("an entry can't be recorded: {}", e.getClass().getName());
        together.get(0).kept.completeExceptionally(e);
        write(List.of()); // is it the ledger, and not just this entry?
      }
    }
  }

  private void noLongerRecording(String code) {
    if (recording) {
      recording = false;
      LOG.error("the ledger can't record: {}", code);
    }
  }

  /**
   * What waits is written first, and how many calls could not be; if that fails, the log has it.
   */
  @Override
  public void close() {
    closing = true;
    queue.offer("", new Waiting(List.of())); // wakes the writer
    readers.shutdownNow();
    try {
      writer.join(STOP.toMillis());
      if (writer.isAlive()) {
        LOG.error("the ledger did not finish in time");
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (untold.get().count() > 0) {
      LOG.error("the ledger stops, and no row tells that {}", untold);
    }
    store.close();
  }
}
