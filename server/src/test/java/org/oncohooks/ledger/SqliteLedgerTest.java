package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;

final class SqliteLedgerTest extends SqlLedgerContract {

  @TempDir private Path folder;

  @Override
  DatabaseSettings settings() {
    return new DatabaseSettings.Sqlite(folder.resolve("data"));
  }

  @Override
  FluentConfiguration flyway() {
    Path data = folder.resolve("data");
    data.toFile().mkdirs();
    return Flyway.configure()
        .dataSource("jdbc:sqlite:" + data.resolve("ledger.db"), "", "")
        .locations("classpath:org/oncohooks/ledger/sqlite");
  }

  @Override
  List<String> unprotect() {
    return List.of("drop trigger ledger_update", "drop trigger ledger_delete");
  }

  @Test
  void isNotMadeByReading() {
    ProblemException none =
        catchThrowableOfType(ProblemException.class, () -> LedgerReader.open(settings()));
    assertThat(none.problem().category()).isEqualTo(ProblemCategory.NOT_FOUND);
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
