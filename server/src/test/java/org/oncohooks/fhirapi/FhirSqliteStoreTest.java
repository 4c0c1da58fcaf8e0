package org.oncohooks.fhirapi;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.records.Database;
import org.oncohooks.records.DatabaseSettings;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SqlPatientStore;

final class FhirSqliteStoreTest extends FhirStoreContract {

  @TempDir private Path folder;
  private Database database;

  @Override
  PatientStore store() {
    database = Database.open(new DatabaseSettings.Sqlite(folder));
    return new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC);
  }

  @AfterEach
  void close() {
    database.close();
  }
}
