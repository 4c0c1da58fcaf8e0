package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.TestPostgres;

final class PostgresLedgerTest extends SqlLedgerContract {

  private final DatabaseSettings.Postgres settings = TestPostgres.database();

  @Override
  DatabaseSettings settings() {
    return settings;
  }

  @Override
  FluentConfiguration flyway() {
    return Flyway.configure()
        .dataSource(settings.url(), settings.user(), settings.password())
        .locations("classpath:org/oncohooks/ledger/postgresql");
  }

  @Override
  List<String> unprotect() {
    return List.of("drop trigger ledger_change on ledger", "drop trigger ledger_delete on ledger");
  }

  /** As a host that froze or lost its network in the middle: its connection stays open. */
  @Test
  void oneThatStandsStillWithinAnEntryDoesNotKeepTheOthersWaiting() throws Exception {
    CountDownLatch holds = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Ledger other = ledger();
    Thread frozen =
        new Thread(
            () -> {
              try (LedgerStore store = open(key)) {
                store.append(
                    t -> {
                      holds.countDown();
                      try {
                        return released.await(60, TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        return false;
                      }
                    });
              } catch (ProblemException e) {
                // its connection is gone
              }
            });
    frozen.start();
    try {
      assertThat(holds.await(30, TimeUnit.SECONDS)).isTrue();
      Deadline soon = Deadline.after(Duration.ofSeconds(30));
      boolean recorded = false;
      while (!recorded && !soon.expired()) {
        try {
          other.record(call("p", "c1"), LONG);
          recorded = true;
        } catch (ProblemException e) {
          Thread.sleep(200);
        }
      }
      assertThat(recorded).isTrue();
    } finally {
      released.countDown();
      frozen.join();
    }
  }
}
