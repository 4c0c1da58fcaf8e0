package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;

/** What SQLite says when something is wrong, and that no problem repeats what was bound. */
final class DatabaseProblemsTest {

  private static final String CANARY = "Wilhelmina Canary";

  @TempDir private Path folder;

  @Test
  void fullDiskIsUnavailableAndKeepsWhatWasThere() {
    try (Database database =
        Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES)) {
      SqlPatientStore store = new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC);
      store.transaction(List.of(Write.put(PatientStoreContract.patient("ann"))));
      // SQLite's own limit stands for the disk's: the same error from the same place
      database.write(
          handle -> handle.createQuery("pragma max_page_count = 1").mapTo(Long.class).one());

      Problem problem =
          problem(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  store.transaction(
                      List.of(
                          Write.put(
                              PatientStoreContract.patient("p" + i)
                                  .put("language", "x".repeat(10_000)))));
                }
              });
      assertThat(problem.category()).isEqualTo(ProblemCategory.UNAVAILABLE);
      assertThat(problem.code()).isEqualTo("database-full");
      assertThat(store.record("ann")).isPresent();
    }
  }

  @Test
  void databaseThatAnotherProcessHoldsIsSlow() throws SQLException {
    try (Database database =
            Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES);
        Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("oncohooks.db"));
        Statement statement = other.createStatement()) {
      SqlPatientStore store = new SqlPatientStore(database, InstantSource.system(), ZoneOffset.UTC);
      statement.execute("begin immediate");

      List<Write> writes = List.of(Write.put(PatientStoreContract.patient("ann")));
      Problem problem = problem(() -> store.transaction(writes));
      assertThat(problem.code()).isEqualTo("database-slow");
      assertThat(store.record("ann")).isEmpty();
      statement.execute("rollback");
      assertThat(store.transaction(writes)).hasSize(1);
    }
  }

  @Test
  void fileThatIsNoDatabaseIsNotOpened() throws IOException {
    Files.writeString(folder.resolve("oncohooks.db"), CANARY.repeat(1000));

    Problem problem =
        problem(
            () ->
                Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES).close());
    assertThat(problem.text()).doesNotContain(CANARY);
  }

  @Test
  void databaseOfSomethingElseIsNotTouched() throws SQLException {
    try (Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("oncohooks.db"));
        Statement statement = other.createStatement()) {
      statement.execute("create table resource (x text)");
    }

    assertThat(
            problem(
                    () ->
                        Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES)
                            .close())
                .code())
        .isEqualTo("database-tables");
  }

  @Test
  void whatWasBoundIsInNoProblem() {
    try (Database database =
        Database.open(new DatabaseSettings.Sqlite(folder), SqlPatientStore.TABLES)) {
      ProblemException failure =
          catchThrowableOfType(
              ProblemException.class,
              () ->
                  database.query(
                      handle -> handle.execute("insert into missing values (?)", CANARY)));

      assertThat(failure.getCause().getMessage()).contains(CANARY);
      assertThat(failure.problem().category()).isEqualTo(ProblemCategory.FAULT);
      assertThat(failure.problem().toString()).doesNotContain(CANARY).doesNotContain("insert");
    }
  }

  private static Problem problem(org.junit.jupiter.api.function.Executable work) {
    try {
      work.execute();
    } catch (ProblemException e) {
      return e.problem();
    } catch (Throwable e) {
      throw new AssertionError("no problem but " + e.getClass(), e);
    }
    throw new AssertionError("nothing failed");
  }
}
