package org.oncohooks.records;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;

final class SqlitePatientStoreTest extends SqlPatientStoreContract {

  @TempDir private Path folder;

  @Override
  DatabaseSettings settings() {
    return new DatabaseSettings.Sqlite(folder.resolve("data"));
  }
}
