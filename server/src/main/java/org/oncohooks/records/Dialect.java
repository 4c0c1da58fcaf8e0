package org.oncohooks.records;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Where SQLite and PostgreSQL differ. */
enum Dialect {
  /** A transaction that writes is the only one, from its beginning. */
  SQLITE("sqlite", "", TransactionIsolationLevel.SERIALIZABLE) {
    @Override
    void lock(Handle handle, String name) {}

    @Override
    void allowLong(Handle handle) {}
  },

  POSTGRESQL(
      "postgresql", " order by type, id for update", TransactionIsolationLevel.REPEATABLE_READ) {
    @Override
    void lock(Handle handle, String name) {
      handle
          .createQuery("select pg_advisory_xact_lock(hashtextextended(?, 0))")
          .bind(0, name)
          .mapToMap()
          .one();
    }

    @Override
    void allowLong(Handle handle) {
      handle.execute("set local statement_timeout = 0");
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
  abstract void lock(Handle handle, String name);

  /** Lets the statements of this transaction take as long as they need. */
  abstract void allowLong(Handle handle);

  /** Where the migrations are, as Flyway writes it. */
  String migrations() {
    return "classpath:org/oncohooks/records/" + folder;
  }

  /** What locks the rows that a select reads, always in the same order. */
  String forUpdate() {
    return forUpdate;
  }

  /** Isolation of a transaction whose queries have to see the same. */
  TransactionIsolationLevel snapshot() {
    return snapshot;
  }
}
