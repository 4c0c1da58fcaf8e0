package org.oncohooks.database;

import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Where SQLite and PostgreSQL differ. */
public enum Dialect {
  /** A transaction that writes is the only one, from its beginning. */
  SQLITE("sqlite", "", TransactionIsolationLevel.SERIALIZABLE) {
    @Override
    public void lock(Handle handle, String name) {}

    @Override
    public void share(Handle handle, String name) {}

    @Override
    Optional<String> readingLimit(Duration longest) {
      return Optional.empty();
    }
  },

  POSTGRESQL(
      "postgresql", " order by type, id for update", TransactionIsolationLevel.REPEATABLE_READ) {
    @Override
    public void lock(Handle handle, String name) {
      handle
          .createQuery("select pg_advisory_xact_lock(hashtextextended(?, 0))")
          .bind(0, name)
          .mapToMap()
          .one();
    }

    @Override
    public void share(Handle handle, String name) {
      handle
          .createQuery("select pg_advisory_xact_lock_shared(hashtextextended(?, 0))")
          .bind(0, name)
          .mapToMap()
          .one();
    }

    @Override
    Optional<String> readingLimit(Duration longest) {
      return Optional.of("set statement_timeout = " + longest.toMillis());
    }
  };

  private final String folder;
  private final String forUpdate;
  private final TransactionIsolationLevel snapshot;

  Dialect(String folder, String forUpdate, TransactionIsolationLevel snapshot) {
    this.folder = folder;
    this.forUpdate = forUpdate;
    this.snapshot = snapshot;
  }

  /** Holds a name to the end of the transaction; another that wants it waits. */
  public abstract void lock(Handle handle, String name);

  /** Holds a name together with others that share it; {@link #lock} waits for all of them. */
  public abstract void share(Handle handle, String name);

  /** What ends a connection's statements that take longer, where the driver does not. */
  abstract Optional<String> readingLimit(Duration longest);

  /** Where the migrations are, as Flyway writes it. */
  String migrations(Tables tables) {
    return "classpath:" + tables.migrations() + "/" + folder;
  }

  /** What locks the rows that a select reads, always in the same order. */
  public String forUpdate() {
    return forUpdate;
  }

  /** Isolation of a transaction whose queries have to see the same. */
  TransactionIsolationLevel snapshot() {
    return snapshot;
  }
}
