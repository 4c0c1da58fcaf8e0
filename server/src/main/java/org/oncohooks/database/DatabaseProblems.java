package org.oncohooks.database;

import com.zaxxer.hikari.pool.HikariPool;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What a failure of the database means. Messages of drivers and libraries quote statements and
 * values, so that none of them is passed on; the state's five characters are.
 */
final class DatabaseProblems {

  private static final int CAUSES = 16;

  private DatabaseProblems() {}

  /** The failure as a caller may see it. */
  static ProblemException of(RuntimeException failure) {
    if (failure instanceof ProblemException known) {
      return known;
    }
    Optional<SQLException> sql = causes(failure, SQLException.class);
    if (sql.isEmpty() && causes(failure, HikariPool.PoolInitializationException.class).isEmpty()) {
      throw failure;
    }
    return (sql.isPresent() ? problem(sql.get()) : away("")).asException(failure);
  }

  /** Whether it was the database that failed, and not what a library found in it. */
  static boolean isOfDatabase(RuntimeException failure) {
    return causes(failure, SQLException.class).isPresent();
  }

  /**
   * Whether a connection was cut by the other end. Not one that fell silent: waiting for another
   * would take as long again.
   */
  static boolean isLostConnection(RuntimeException failure) {
    boolean silent = causes(failure, SocketTimeoutException.class).isPresent();
    String state = causes(failure, SQLException.class).map(DatabaseProblems::state).orElse("");
    boolean cut =
        switch (state) {
          // broken, and stopped by an administrator or after a crash
          case "08003", "08006", "57P01", "57P02" -> true;
          default -> false;
        };
    return cut && !silent && causes(failure, SQLTransientConnectionException.class).isEmpty();
  }

  /** Whether the same transaction may succeed when it is tried again at once. */
  static boolean passes(RuntimeException failure) {
    String state = causes(failure, SQLException.class).map(DatabaseProblems::state).orElse("");
    return switch (state) {
      // serialisation failure, deadlock, and a row that another transaction just inserted
      case "40001", "40P01", "23505" -> true;
      default -> false;
    };
  }

  private static Problem problem(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqliteProblem(sqlite.getResultCode())
        : postgresProblem(e);
  }

  private static Problem postgresProblem(SQLException e) {
    String state = state(e);
    if (state.equals("53100")) {
      return full(state);
    }
    if (state.equals("25006")) {
      return readOnly(state);
    }
    if (state.equals("42501")) {
      return notAllowed(state);
    }
    // cancelled by the statement timeout, or a lock that was not had in time
    if (state.equals("57014") || state.equals("55P03")) {
      return slow(state);
    }
    // no connection, a server that stops or starts, its limits, files that it can't read or write
    boolean gone =
        e instanceof SQLTransientConnectionException
            || state.startsWith("08")
            || state.startsWith("57P")
            || state.equals("25P03") // idle too long within a transaction: this process froze
            || state.startsWith("53")
            || state.startsWith("58");
    return gone ? away(state) : fault(state);
  }

  private static Problem sqliteProblem(SQLiteErrorCode code) {
    String name = code.name().toLowerCase(Locale.ROOT).replace('_', '-');
    // no room for the few pages in which those who read and write agree: nothing else lets that
    // fail
    if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
      return full(name);
    }
    return switch (SQLiteErrorCode.getErrorCode(code.code & 0xff)) {
      case SQLITE_FULL -> full(name);
      case SQLITE_READONLY, SQLITE_PERM -> readOnly(name);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_INTERRUPT -> slow(name);
      case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_PROTOCOL -> away(name);
      default -> fault(name);
    };
  }

  private static Problem away(String state) {
    return unavailable("database-away", "The database can't be reached.", state);
  }

  private static Problem full(String state) {
    return unavailable(
        "database-full",
        "The database's disk is full; what this was to write is not there.",
        state);
  }

  private static Problem readOnly(String state) {
    return unavailable(
        "database-read-only", "The database can't be written at present; nothing was.", state);
  }

  private static Problem slow(String state) {
    return unavailable("database-slow", "The database did not answer in time.", state);
  }

  private static Problem unavailable(String code, String text, String state) {
    return Problem.of(ProblemCategory.UNAVAILABLE, code, text + " Try again later." + said(state));
  }

  private static Problem notAllowed(String state) {
    return Problem.of(
        ProblemCategory.FAULT,
        "database-not-allowed",
        "The database's user is not allowed what the service asks of it." + said(state));
  }

  private static Problem fault(String state) {
    return Problem.of(
        ProblemCategory.FAULT,
        "database-error",
        "The database refused what the service asked of it." + said(state));
  }

  private static String said(String state) {
    return state.isEmpty() ? "" : " (" + state + ")";
  }

  private static String state(SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    return state.matches("[0-9A-Z]{5}") ? state : "";
  }

  /** The innermost exception of a kind: what was wrapped knows best. */
  private static <T> Optional<T> causes(Throwable failure, Class<T> kind) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause)
        .limit(CAUSES)
        .filter(kind::isInstance)
        .map(kind::cast)
        .reduce((outer, inner) -> inner);
  }
}
