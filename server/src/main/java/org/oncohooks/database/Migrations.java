package org.oncohooks.database;

import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/** Brings tables to this version, or says that they are of another. */
record Migrations(Dialect dialect, Tables tables, DataSource source) {

  private Flyway flyway() {
    return Flyway.configure()
        .dataSource(source)
        .locations(dialect.migrations(tables))
        .table(tables.name() + "_history")
        .baselineOnMigrate(tables.besideOthers())
        .baselineVersion("0")
        .ignoreMigrationPatterns(new String[0])
        .load();
  }

  /**
   * @throws ProblemException {@code FAULT} if the tables are not this service's, or are of a later
   *     version
   */
  void migrate() {
    try {
      flyway().migrate();
    } catch (FlywayException e) {
      if (DatabaseProblems.isOfDatabase(e)) {
        throw e;
      }
      throw others(e);
    }
  }

  /**
   * @throws ProblemException {@code NOT_FOUND} if the tables are not there, {@code FAULT} if they
   *     are of an earlier or a later version
   */
  void require() {
    MigrationInfoService info = flyway().info();
    if (info.current() == null) {
      throw Problem.of(
              ProblemCategory.NOT_FOUND,
              "database-tables-none",
              "The database has no tables of this kind ("
                  + tables.name()
                  + "): no service has used it.")
          .asException();
    }
    if (info.pending().length > 0) {
      throw Problem.of(
              ProblemCategory.FAULT,
              "database-tables-old",
              "The database's tables are of an earlier version of the service and are only read"
                  + " here. Start the service of this version on it once, which migrates them, or"
                  + " use the command of the version that wrote them.")
          .asException();
    }
    if (Stream.of(info.applied()).map(MigrationInfo::getState).anyMatch(s -> !s.isResolved())) {
      throw others(null);
    }
  }

  private static ProblemException others(FlywayException cause) {
    return Problem.of(
            ProblemCategory.FAULT,
            "database-tables",
            "The database's tables are not those of this version: it holds something else, or"
                + " a later version of the service has been there. Give the service a database"
                + " of its own, and do not go back to an earlier version.")
        .asException(cause);
  }
}
