package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.database.DatabaseSettings;

final class SqlitePatientStoreTest extends SqlPatientStoreContract {

  @TempDir private Path folder;

  @Override
  DatabaseSettings settings() {
    return new DatabaseSettings.Sqlite(folder.resolve("data"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void folderThatIsMadeIsForItsOwnerAlone() throws IOException {
    store(InstantSource.system());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
        .isEqualTo("rwx------");
  }
}
