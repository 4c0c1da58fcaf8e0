package org.oncohooks.ledger;

import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.TestPostgres;

final class PostgresLedgerTest extends SqlLedgerContract {

  private final DatabaseSettings.Postgres settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }

  @Override
  FluentConfiguration flyway() {
    return Flyway.configure()
        .dataSource(settings.url(), settings.user(), settings.password())
        .locations("classpath:org/oncohooks/ledger/postgresql");
  }

  @Override
  List<String> unprotect() {
    return List.of("drop trigger ledger_change on ledger", "drop trigger ledger_delete on ledger");
  }
}
