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
import org.oncohooks.database.Database;
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

  /** However much feedback a tenant sends, a call looks at one patient's cards. */
  @Test
  void looksForAnswersFromThePatientsCards() {
    try (Database database = Database.open(settings(), SqlLedgerStore.TABLES)) {
      List<String> plan =
          database.query(
              handle ->
                  handle
                      .createQuery("explain query plan " + SqlLedgerStore.ANSWERS)
                      .bind(0, "open")
                      .bind(1, "p")
                      .bind(2, 0)
                      .bind(3, 0)
                      .map((row, context) -> row.getString("detail"))
                      .list());
      assertThat(plan).hasSize(2);
      assertThat(plan.get(0)).startsWith("SEARCH c USING INDEX ledger_card_patient");
      assertThat(plan.get(1)).startsWith("SEARCH f USING INDEX").contains("card=?");
    }
  }

  @Test
  void isNotMadeByReading() {
    ProblemException none =
        catchThrowableOfType(ProblemException.class, () -> LedgerReader.open(settings()));
    assertThat(none.problem().category()).isEqualTo(ProblemCategory.NOT_FOUND);
    assertThat(folder.resolve("data")).doesNotExist();
  }
}
