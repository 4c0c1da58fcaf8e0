package org.oncohooks.ledger;

import java.util.List;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.TestPostgres;

final class PostgresLedgerTest extends SqlLedgerContract {

  private final DatabaseSettings settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }

  @Override
  List<String> unprotect() {
    return List.of("drop trigger ledger_change on ledger", "drop trigger ledger_delete on ledger");
  }
}
