package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.database.Tables;

final class PostgresPatientStoreTest extends SqlPatientStoreContract {

  private final DatabaseSettings settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }

  /** A trigger that waits stands for the many rows of a large table. */
  private static void slow(Database database, String event, double seconds) {
    database.write(
        handle ->
            handle.execute(
                "create function slow() returns trigger language plpgsql as $$ begin perform"
                    + " pg_sleep("
                    + seconds
                    + "); return null; end $$; create trigger slow after "
                    + event
                    + " for each statement execute function slow()"));
  }

  @Test
  void anIndexThatTakesLongerThanAWriteMayIsMadeAnewAllTheSame() {
    Tables impatient =
        new Tables(
            "oncohooks", SqlPatientStore.TABLES.migrations(), false, 2, 2, Duration.ofMillis(400));
    try (Database database = Database.open(settings, impatient)) {
      new SqlPatientStore(database, InstantSource.fixed(FIRST), ZoneOffset.UTC)
          .transaction(List.of(Write.put(patient("ann")), Write.put(observation("o", "ann"))));
      slow(database, "delete on resource_token", 3);
      PatientStore chicago =
          new SqlPatientStore(database, InstantSource.fixed(FIRST), ZoneId.of("America/Chicago"));
      assertThat(chicago.search(query("Observation", "date", "gt2026-03-02T02:00:00Z")).total())
          .isEqualTo(1);
    }
  }

  @Test
  void whatIsWrittenWhileTheIndexIsMadeAnewLeavesNoRowsOfAnotherWay() throws Exception {
    ExecutorService starting = Executors.newSingleThreadExecutor();
    try (Database one = Database.open(settings, SqlPatientStore.TABLES);
        Database other = Database.open(settings, SqlPatientStore.TABLES)) {
      PatientStore utc = new SqlPatientStore(one, InstantSource.fixed(FIRST), ZoneOffset.UTC);
      utc.transaction(List.of(Write.put(patient("ann")), Write.put(observation("o", "ann"))));
      // when all resources have been gone through, and nothing is committed
      slow(one, "delete on resource_index", 2);
      ZoneId zone = ZoneId.of("America/Chicago");
      Future<SqlPatientStore> chicago =
          starting.submit(() -> new SqlPatientStore(other, InstantSource.fixed(SECOND), zone));
      while (one.query(PostgresPatientStoreTest::sleeping) == 0) {
        assertThat(chicago.isDone()).isFalse();
        Thread.sleep(10);
      }
      List<Write> changed =
          List.of(Write.put(observation("o", "ann").put("effectiveDateTime", "2031-01-01")));
      assertThatThrownBy(() -> utc.transaction(changed))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo("index-other"));
      PatientStore after = chicago.get();
      assertThat(after.search(query("Observation", "date", "2031")).total()).isZero();
      after.transaction(changed);
      assertThat(after.search(query("Observation", "date", "2031")).total()).isEqualTo(1);
      assertThat(after.search(query("Observation", "date", "2026")).total()).isZero();
    } finally {
      starting.shutdownNow();
    }
  }

  private static int sleeping(Handle handle) {
    return handle
        .createQuery(
            "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
                + " and datname = current_database()")
        .mapTo(Integer.class)
        .one();
  }
}
