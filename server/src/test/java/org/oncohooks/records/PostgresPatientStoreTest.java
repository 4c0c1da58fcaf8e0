package org.oncohooks.records;

final class PostgresPatientStoreTest extends SqlPatientStoreContract {

  private final DatabaseSettings settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }
}
