package org.oncohooks.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;

/**
 * Brings requests that were sent away before they were read into a ledger: the first of a kind
 * within a second or so, those that follow as one row a minute with their number. Whoever floods
 * the service with bad tokens fills no disk that way, and waits for nothing. Thread-safe.
 */
public final class Refusals implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration BETWEEN = Duration.ofMinutes(1);
  private static final Duration WRITE = Duration.ofSeconds(2);
  private static final Duration STOP = Duration.ofSeconds(5);

  /** Programs that a listed issuer vouches for may be many. */
  private static final int MOST_KINDS = 200;

  private static final Entry.Who SOMEBODY =
      new Entry.Who(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private record Kind(String place, String reason, Entry.Who who) {}

  private record Seen(long times, Instant since) {}

  private final Ledger ledger;
  private final InstantSource clock;
  private final Thread thread = new Thread(this::run, "ledger-refusals");
  private final Map<Kind, Deadline> resting = new HashMap<>();
  private final Map<Kind, Seen> seen = new LinkedHashMap<>();
  private boolean closing;

  /** Begins at once; to be closed before the ledger is. */
  public Refusals(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Counts one, and returns at once.
   *
   * @param place path of the face, not of the request
   * @param reason code
   * @param who as far as it is proven, and the issuer that the token claims if it is a listed one
   */
  public synchronized void add(String place, String reason, Entry.Who who) {
    Kind kind = new Kind(place, reason, who);
    if (seen.size() >= MOST_KINDS && !seen.containsKey(kind)) {
      kind = new Kind(place, reason, SOMEBODY);
    }
    seen.merge(
        kind,
        new Seen(1, clock.instant()),
        (before, one) -> new Seen(before.times() + one.times(), before.since()));
  }

  private void run() {
    while (!waitedToClose()) {
      write(false);
    }
    write(true);
  }

  private synchronized boolean waitedToClose() {
    try {
      if (!closing) {
        wait(SOON.toMillis());
      }
    } catch (InterruptedException e) {
      closing = true;
    }
    return closing;
  }

  /** What is due; what can't be written is counted on. */
  private void write(boolean all) {
    resting.values().removeIf(Deadline::expired);
    due(all)
        .forEach(
            (kind, what) -> {
              try {
                ledger.record(
                    new Entry.Refusal(
                        kind.place(), kind.reason(), kind.who(), what.times(), what.since()),
                    WRITE);
                resting.put(kind, Deadline.after(BETWEEN));
              } catch (ProblemException e) {
                putBack(kind, what);
              }
            });
  }

  private synchronized Map<Kind, Seen> due(boolean all) {
    Map<Kind, Seen> due = new LinkedHashMap<>();
    for (Iterator<Map.Entry<Kind, Seen>> each = seen.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Kind, Seen> one = each.next();
      if (all || !resting.containsKey(one.getKey())) {
        due.put(one.getKey(), one.getValue());
        each.remove();
      }
    }
    return due;
  }

  private synchronized void putBack(Kind kind, Seen what) {
    seen.merge(
        kind, what, (later, first) -> new Seen(later.times() + first.times(), first.since()));
  }

  /** What is counted is written, if that can be done. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    try {
      thread.join(STOP.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
