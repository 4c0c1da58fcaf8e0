package org.oncohooks.database;

import java.nio.file.Path;

/** Which database keeps the patients. */
public sealed interface DatabaseSettings {

  /**
   * One file of SQLite, for one instance of the service.
   *
   * @param folder a folder of this machine's own disk; made if it is not there
   */
  record Sqlite(Path folder) implements DatabaseSettings {}

  /**
   * PostgreSQL, for any number of instances.
   *
   * @param url {@code jdbc:postgresql://host:port/database}, without user and password
   * @param user who owns the tables
   * @param password empty text if none is asked for
   */
  record Postgres(String url, String user, String password) implements DatabaseSettings {

    @Override
    public String toString() {
      return "Postgres[" + url + ", " + user + "]";
    }
  }
}
