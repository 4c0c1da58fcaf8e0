package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
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
