package org.oncohooks.fhirapi;

import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.oncohooks.database.Database;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SqlPatientStore;
import org.oncohooks.records.TestPostgres;

final class FhirPostgresStoreTest extends FhirStoreContract {

  private Database database;

  @Override
  PatientStore store() {
    database = Database.open(TestPostgres.database(), SqlPatientStore.TABLES);
    return new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC);
  }

  @AfterEach
  void close() {
    database.close();
  }
}
