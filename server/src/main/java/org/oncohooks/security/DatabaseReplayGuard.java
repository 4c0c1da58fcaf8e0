package org.oncohooks.security;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.database.Tables;

/**
 * Remembers token ids in PostgreSQL, so that a token counts once for all instances on one database.
 * An id is committed before its call is answered, but not forced to the disk: a database that loses
 * power may lose the last second of them.
 */
public final class DatabaseReplayGuard implements ReplayGuard {

  private static final Tables TABLES =
      new Tables("token_ids", "org/oncohooks/security", true, 1, 4, Duration.ofSeconds(1));

  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  private final Database database;
  private final InstantSource clock;
  private final AtomicReference<Instant> nextSweep = new AtomicReference<>(Instant.EPOCH);

  /**
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} or {@code FAULT} if the database
   *     can't be opened
   */
  public DatabaseReplayGuard(DatabaseSettings.Postgres settings, InstantSource clock) {
    this.database = Database.open(settings, TABLES);
    this.clock = clock;
  }

  @Override
  public boolean isFirst(String tenant, String id, Instant until) {
    String key = MemoryReplayGuard.key(tenant, id);
    return database.write(
        handle -> {
          handle.execute("set local synchronous_commit = off");
          sweep(handle);
          return handle.execute(
                  "insert into token_id (id, until) values (?, ?) on conflict do nothing",
                  key,
                  until.getEpochSecond())
              == 1;
        });
  }

  /** By one of all callers, once a minute. */
  private void sweep(Handle handle) {
    Instant now = clock.instant();
    Instant due = nextSweep.get();
    if (now.isAfter(due) && nextSweep.compareAndSet(due, now.plus(BETWEEN_SWEEPS))) {
      handle.execute("delete from token_id where until < ?", now.getEpochSecond());
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
