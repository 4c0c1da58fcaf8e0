package org.oncohooks.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Connections to the database, its tables brought to this version, and its failures as {@link
 * Problem}s. Thread-safe.
 *
 * <p>There are two pools: what only reads must not wait for what writes, has to be answered sooner,
 * and in SQLite may go on beside the one connection that writes. A connection that fails is given
 * up and made anew, so that the service recovers by itself when the database does.
 */
public final class Database implements AutoCloseable {

  /** How long a start waits for a database that is not there yet. */
  private static final Duration START = Duration.ofSeconds(15);

  /** A hook has 2 seconds in all. */
  private static final Duration READ = Duration.ofMillis(1500);

  /** For a connection of the pool. */
  private static final Duration WAIT = Duration.ofSeconds(1);

  private static final int ATTEMPTS = 5;

  private final Dialect dialect;
  private final HikariDataSource reading;

  /** None where it is only read. */
  private final Optional<HikariDataSource> writing;

  /** Without limits of time; none where it is only read. */
  private final Optional<DataSource> maintaining;

  private final Jdbi reads;

  private Database(
      Dialect dialect,
      HikariDataSource reading,
      Optional<HikariDataSource> writing,
      Optional<DataSource> maintaining) {
    this.dialect = dialect;
    this.reading = reading;
    this.writing = writing;
    this.maintaining = maintaining;
    this.reads = Jdbi.create(reading);
  }

  /**
   * Connects, waiting up to 15 seconds for the database, and brings its tables to this version.
   *
   * @throws ProblemException {@code UNAVAILABLE} if the database can't be reached or written,
   *     {@code FAULT} if its tables are not this service's or are of a later version
   */
  public static Database open(DatabaseSettings settings, Tables tables) {
    if (settings instanceof DatabaseSettings.Sqlite sqlite) {
      make(sqlite.folder());
      SqliteFile file = SqliteFile.of(sqlite, tables);
      file.firstReadOnly()
          .ifPresent(
              path -> {
                throw readOnly(path).asException();
              });
    }
    return new Opening(settings, tables, UnaryOperator.identity()).open();
  }

  private static Problem readOnly(Path path) {
    return Problem.of(
        ProblemCategory.UNAVAILABLE,
        "database-read-only",
        path
            + " is read-only, or on a file system that is. Let the user of the service write to it"
            + " and to its folder, or name another folder.");
  }

  /**
   * Only to be read, beside a service that may write: the tables have to be there, and are left as
   * they are. A file of SQLite may be read-only.
   *
   * @throws ProblemException {@code NOT_FOUND} if there is no such database or it has no such
   *     tables, {@code FAULT} if they are of another version
   */
  public static Database openExisting(DatabaseSettings settings, Tables tables) {
    if (settings instanceof DatabaseSettings.Sqlite sqlite
        && !Files.exists(SqliteFile.of(sqlite, tables).path())) {
      throw Problem.of(
              ProblemCategory.NOT_FOUND,
              "database-not-there",
              "There is no " + tables.name() + ".db in " + sqlite.folder() + ".")
          .asException();
    }
    return new Opening(settings, tables, UnaryOperator.identity()).openToRead();
  }

  /** For a folder that is made here: nobody else on the machine is to read patients. */
  private static FileAttribute<?>[] ownersOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }

  private static void make(Path folder) {
    try {
      Files.createDirectories(folder, ownersOnly());
    } catch (IOException e) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE,
              "data-folder",
              "The data folder is not there and can't be made: " + folder)
          .asException(e);
    }
  }

  /**
   * How connections are made.
   *
   * @param around what every source of connections is put into; tests put faults there
   */
  record Opening(DatabaseSettings settings, Tables tables, UnaryOperator<DataSource> around) {

    Database open() {
      return settings instanceof DatabaseSettings.Sqlite sqlite
          ? sqlite(SqliteFile.of(sqlite, tables).path())
          : postgres((DatabaseSettings.Postgres) settings);
    }

    Database openToRead() {
      if (settings instanceof DatabaseSettings.Sqlite sqlite) {
        SqliteFile file = SqliteFile.of(sqlite, tables);
        DataSource source = file.toRead(READ);
        HikariConfig pool = pool("reading", source, tables.readers());
        // SQLite can't be told later
        pool.setReadOnly(file.firstReadOnly().isPresent());
        return openToRead(Dialect.SQLITE, source, pool);
      }
      DataSource source = postgres((DatabaseSettings.Postgres) settings, READ.plus(WAIT));
      return openToRead(Dialect.POSTGRESQL, source, pool("reading", source, tables.readers()));
    }

    private Database openToRead(Dialect dialect, DataSource source, HikariConfig config) {
      dialect.readingLimit(READ).ifPresent(config::setConnectionInitSql);
      try {
        new Migrations(dialect, tables, source).require();
        return new Database(
            dialect, new HikariDataSource(config), Optional.empty(), Optional.empty());
      } catch (RuntimeException e) {
        throw DatabaseProblems.of(e);
      }
    }

    private Database sqlite(Path file) {
      DataSource writes = sqlite(file, SQLiteConfig.TransactionMode.IMMEDIATE);
      DataSource reads = sqlite(file, SQLiteConfig.TransactionMode.DEFERRED);
      return open(
          Dialect.SQLITE,
          writes,
          pool("reading", reads, tables.readers()),
          pool("writing", writes, 1));
    }

    private static DataSource sqlite(Path file, SQLiteConfig.TransactionMode mode) {
      SQLiteConfig config = new SQLiteConfig();
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      // what is acknowledged has to outlive a power failure
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setBusyTimeout((int) READ.toMillis());
      config.setTransactionMode(mode);
      SQLiteDataSource source = new SQLiteDataSource(config);
      source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
      return source;
    }

    private Database postgres(DatabaseSettings.Postgres settings) {
      Duration write = tables.longestWrite();
      HikariConfig reading = pool("reading", postgres(settings, READ.plus(WAIT)), tables.readers());
      Dialect.POSTGRESQL.readingLimit(READ).ifPresent(reading::setConnectionInitSql);
      HikariConfig writing =
          pool("writing", postgres(settings, write.multipliedBy(2)), tables.writers());
      // what is acknowledged has to outlive a power failure, however the server is set up
      writing.setConnectionInitSql(
          "set statement_timeout = "
              + write.toMillis()
              // an instance that froze or lost its network keeps its locks from the others
              // otherwise
              + "; set idle_in_transaction_session_timeout = "
              + write.toMillis()
              + "; set synchronous_commit = on");
      return open(Dialect.POSTGRESQL, postgres(settings, Duration.ZERO), reading, writing);
    }

    private static DataSource postgres(DatabaseSettings.Postgres settings, Duration silence) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(settings.url());
      source.setUser(settings.user());
      source.setPassword(settings.password());
      source.setApplicationName("oncohooks");
      source.setConnectTimeout(2);
      source.setLoginTimeout(2);
      source.setSocketTimeout((int) (silence.toMillis() + 999) / 1000);
      source.setTcpKeepAlive(true);
      source.setReWriteBatchedInserts(true);
      return source;
    }

    private HikariConfig pool(String use, DataSource source, int size) {
      HikariConfig config = new HikariConfig();
      config.setPoolName(tables.name() + "-" + use);
      config.setDataSource(around.apply(source));
      config.setMaximumPoolSize(size);
      config.setExceptionOverrideClassName(EvictsReadOnly.class.getName());
      config.setMinimumIdle(1);
      config.setConnectionTimeout(WAIT.toMillis());
      config.setValidationTimeout(WAIT.toMillis() / 2);
      config.setInitializationFailTimeout(START.toMillis());
      return config;
    }

    private Database open(
        Dialect dialect, DataSource migrating, HikariConfig reading, HikariConfig writing) {
      HikariDataSource writes = null;
      try {
        writes = new HikariDataSource(writing);
        new Migrations(dialect, tables, migrating).migrate();
        return new Database(
            dialect, new HikariDataSource(reading), Optional.of(writes), Optional.of(migrating));
      } catch (RuntimeException e) {
        if (writes != null) {
          writes.close();
        }
        throw DatabaseProblems.of(e);
      }
    }
  }

  public Dialect dialect() {
    return dialect;
  }

  /**
   * A single query, which sees one state of the database.
   *
   * @throws ProblemException as all of this class: {@code UNAVAILABLE} or {@code FAULT}
   */
  public <T> T query(Function<Handle, T> work) {
    return read(() -> reads.withHandle(work::apply));
  }

  /** Several queries that see the same state of the database. */
  public <T> T snapshot(Function<Handle, T> work) {
    return read(() -> reads.inTransaction(dialect.snapshot(), work::apply));
  }

  /** Reads once more if the connection turns out to be of before a restart of the database. */
  private static <T> T read(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      if (!DatabaseProblems.isLostConnection(e)) {
        throw DatabaseProblems.of(e);
      }
    }
    try {
      return work.get();
    } catch (RuntimeException e) {
      throw DatabaseProblems.of(e);
    }
  }

  /**
   * A transaction that writes; when it returns, it has been committed.
   *
   * @param work done again from its beginning if another transaction came in between
   */
  public <T> T write(Function<Handle, T> work) {
    Jdbi writes = Jdbi.create(writing.orElseThrow());
    for (int attempt = 1; ; attempt++) {
      try {
        return writes.inTransaction(work::apply);
      } catch (RuntimeException e) {
        if (attempt == ATTEMPTS || !DatabaseProblems.passes(e)) {
          throw DatabaseProblems.of(e);
        }
      }
    }
  }

  /** A transaction that may take as long as it needs, on a connection of its own. */
  public <T> T maintain(Function<Handle, T> work) {
    try {
      return Jdbi.create(maintaining.orElseThrow()).inTransaction(work::apply);
    } catch (RuntimeException e) {
      throw DatabaseProblems.of(e);
    }
  }

  /**
   * Connections of one pool.
   *
   * @param waiting callers that wait for one
   */
  public record Pool(String name, int active, int idle, int waiting, int most) {}

  /** Both pools as they are now. */
  public List<Pool> pools() {
    return Stream.concat(Stream.of(reading), writing.stream()).map(Database::pool).toList();
  }

  private static Pool pool(HikariDataSource source) {
    HikariPoolMXBean now = source.getHikariPoolMXBean();
    return new Pool(
        source.getPoolName(),
        now.getActiveConnections(),
        now.getIdleConnections(),
        now.getThreadsAwaitingConnection(),
        source.getMaximumPoolSize());
  }

  /** Whether the database answers at present; waits for it no longer than a read would. */
  public boolean answers() {
    try {
      return query(handle -> handle.createQuery("select 1").mapTo(Integer.class).one()) == 1;
    } catch (ProblemException e) {
      return false;
    }
  }

  @Override
  public void close() {
    reading.close();
    writing.ifPresent(HikariDataSource::close);
  }
}
