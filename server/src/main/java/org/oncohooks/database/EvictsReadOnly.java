package org.oncohooks.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * Gives up connections that refuse to write: a session keeps what its database said when it began,
 * long after the database takes writes again. Public, since the pool makes it by its name.
 */
public final class EvictsReadOnly implements SQLExceptionOverride {

  /** read_only_sql_transaction (PostgreSQL, appendix A). */
  private static final String READ_ONLY = "25006";

  @java.lang.Override
  public Override adjudicate(SQLException e) {
    return READ_ONLY.equals(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
  }
}
