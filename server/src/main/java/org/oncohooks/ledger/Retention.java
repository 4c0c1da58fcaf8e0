package org.oncohooks.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.oncohooks.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from a ledger what is older than it is to be kept: at the start and every hour, whole
 * days (UTC), so that one row a day says it. Instances on one database may all do so; one deletes.
 */
public final class Retention implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final long EVERY_MINUTES = 60;
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final Duration keep;
  private final InstantSource clock;
  private final ScheduledExecutorService hourly =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "ledger-retention");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Begins at once.
   *
   * @param keep how long rows are kept
   */
  public Retention(Ledger ledger, Duration keep, InstantSource clock) {
    this.ledger = ledger;
    this.keep = keep;
    this.clock = clock;
    hourly.scheduleWithFixedDelay(this::delete, 0, EVERY_MINUTES, TimeUnit.MINUTES);
  }

  private void delete() {
    Instant before = clock.instant().minus(keep).truncatedTo(ChronoUnit.DAYS);
    try {
      ledger
          .deleteBefore(before)
          .ifPresent(
              last -> LOG.info("ledger: rows to {} are deleted, all before {}", last, before));
    } catch (ProblemException e) {
      LOG.warn("ledger: old rows are not deleted: {}; tried again in an hour", e.problem().code());
    }
  }

  @Override
  public void close() {
    hourly.shutdownNow();
    try {
      hourly.awaitTermination(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
