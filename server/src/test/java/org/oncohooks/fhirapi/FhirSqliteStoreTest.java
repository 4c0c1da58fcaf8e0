package org.oncohooks.fhirapi;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SqlPatientStore;

final class FhirSqliteStoreTest extends FhirStoreContract {

  @TempDir private Path folder;
  private Database database;

  @Override
  PatientStore store() {
    database = Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES);
    return new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC);
  }

  @AfterEach
  void close() {
    database.close();
  }
}
