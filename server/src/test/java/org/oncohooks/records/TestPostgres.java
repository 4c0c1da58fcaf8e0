package org.oncohooks.records;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.oncohooks.database.DatabaseSettings;

/** A real PostgreSQL, started once for all tests of a run; each test gets a database of its own. */
public final class TestPostgres {

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  private static final class Server {
    private static final EmbeddedPostgres POSTGRES = start();
  }

  /** A server of the caller's own, to be stopped and started. */
  public static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An empty database. */
  public static DatabaseSettings.Postgres database() {
    String name = "test" + DATABASES.incrementAndGet();
    try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
    return settings(Server.POSTGRES, name);
  }

  /** How the service connects to a database of a server. */
  public static DatabaseSettings.Postgres settings(EmbeddedPostgres server, String database) {
    return new DatabaseSettings.Postgres(
        "jdbc:postgresql://localhost:" + server.getPort() + "/" + database, "postgres", "");
  }
}
