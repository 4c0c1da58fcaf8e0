package org.oncohooks.records;

import org.oncohooks.database.DatabaseSettings;

final class PostgresPatientStoreTest extends SqlPatientStoreContract {

  private final DatabaseSettings settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }
}
