package org.oncohooks.app;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the ledger which recommendations get little time because they ran away, for whom, and
 * since when they no longer do. On a thread of its own, since evaluations don't wait for that; what
 * the ledger can't take is kept until it can.
 */
final class RunawayRules implements GuardedEngine.Watch, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunawayRules.class);
  private static final Duration WRITE = Duration.ofSeconds(2);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int MOST = 1000;
  private static final Entry.Event END = new Entry.Event("stopped", "");

  private final Ledger ledger;
  private final InstantSource clock;
  private final BlockingQueue<Entry.Event> events = new LinkedBlockingQueue<>(MOST);
  private final Thread writer = new Thread(this::write, "runaway-rules");
  private volatile boolean closing;

  RunawayRules(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
    writer.setDaemon(true);
    writer.start();
  }

  @Override
  public void tell(GuardedEngine.Quarantined rule, String version, boolean held, String why) {
    String text =
        clock.instant()
            + ": "
            + rule.recommendation().canonical()
            + " of content "
            + version
            + (held ? " gets little time for " : " gets all its time again for ")
            + (rule.caller().isEmpty() ? "everybody" : "tenant " + rule.caller())
            + ": "
            + why;
    Entry.Event event = new Entry.Event(held ? "rule-quarantined" : "rule-released", text);
    if (!events.offer(event)) {
      LOG.error("not noted in the ledger: {}", text);
    }
  }

  private void write() {
    try {
      for (Entry.Event next = events.take(); next != END; next = events.take()) {
        while (!isWritten(next) && !closing) {
          Thread.sleep(AGAIN.toMillis());
        }
      }
    } catch (InterruptedException e) {
      events.forEach(left -> LOG.error("not noted in the ledger: {}", left.text()));
    }
  }

  private boolean isWritten(Entry.Event event) {
    try {
      ledger.record(event, WRITE);
      return true;
    } catch (ProblemException e) {
      if (closing) {
        LOG.error("not noted in the ledger: {}", event.text());
      }
      return false;
    }
  }

  /** What is known is written, if that can be done at once. */
  @Override
  public void close() {
    closing = true;
    events.offer(END);
    try {
      writer.join(WRITE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt();
  }
}
