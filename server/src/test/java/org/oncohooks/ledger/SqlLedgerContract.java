package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;

/** What a ledger in a database does besides. */
abstract class SqlLedgerContract extends LedgerContract {

  /** The same empty database throughout one test. */
  abstract DatabaseSettings settings();

  /** Lets rows be changed, as somebody could who owns the database. */
  abstract List<String> unprotect();

  @Override
  LedgerStore open(LedgerKey key) {
    return new SqlLedgerStore(Database.open(settings(), SqlLedgerStore.TABLES), key.fingerprint());
  }

  private void threeRows() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    ledger.record(List.of(overridden("c1", NOW)), LONG);
    ledger.record(new Entry.Event("started", "for a test"), LONG);
  }

  /** What nobody thought of is one caller's trouble, not that of all whose entries wait with it. */
  @Test
  void anEntryThatCanNotBeWrittenFailsAlone() throws Exception {
    Ledger ledger = ledger();
    ExecutorService callers = Executors.newFixedThreadPool(9);
    try {
      for (int round = 0; round < 5; round++) {
        List<Future<FeedbackReceipt>> good = new ArrayList<>();
        Entry.Feedback poison = overridden("poison", Instant.MAX);
        Future<FeedbackReceipt> bad = callers.submit(() -> ledger.record(List.of(poison), LONG));
        for (int i = 0; i < 8; i++) {
          Entry.Feedback entry = overridden("c" + round + "-" + i, NOW);
          good.add(callers.submit(() -> ledger.record(List.of(entry), LONG)));
        }
        assertThat(bad).failsWithin(LONG);
        for (Future<FeedbackReceipt> one : good) {
          assertThat(one.get().stored()).isEqualTo(1);
        }
      }
    } finally {
      callers.shutdownNow();
    }
    ledger.record(call("p", "after"), LONG);
    assertThat(ledger.isRecording()).isTrue();
  }

  private void tamperUnprotected(String... statements) {
    List<String> all = new ArrayList<>(unprotect());
    all.addAll(List.of(statements));
    tamper(all.toArray(String[]::new));
  }

  private void tamper(String... statements) {
    try (Database database = Database.open(settings(), SqlLedgerStore.TABLES)) {
      database.write(
          handle -> {
            for (String statement : statements) {
              handle.execute(statement);
            }
            return 0;
          });
    }
  }

  @Test
  void goesOnWhereItEndedBefore() {
    threeRows();
    close();
    Ledger after = ledger();
    after.record(call("p", "c2"), LONG);
    assertThat(store().rows(0, 10)).hasSize(4);
    assertThat(new LedgerCheck(store()).run().broken()).isEmpty();
    assertThat(after.answers("open", "p", NOW.minusSeconds(1), LONG)).hasSize(1);
  }

  /** Flyway over this database, to an earlier version. */
  abstract FluentConfiguration flyway();

  @Test
  void goesOnWithALedgerOfTheVersionBeforeAndFindsItsPatients() throws Exception {
    flyway()
        .table("ledger_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .target("2")
        .load()
        .migrate();
    String patient = key.patient("open", "", "anna");
    LedgerRow started =
        LedgerRow.after(
            LedgerHead.EMPTY, NOW, LedgerRow.EVENT, "{\"code\":\"started\",\"text\":\"before\"}");
    LedgerRow call =
        LedgerRow.after(
            started.head(),
            NOW,
            LedgerRow.INVOCATION,
            ("{'tenant':'open','service':'s','hook':'patient-view','hookInstance':'hmac:0','patient':'"
                    + patient
                    + "','knowledge':'abc','evaluatedAt':'2026-06-01T17:00:00Z','tookMs':1,"
                    + "'cards':[{'uuid':'c1','topic':'t','recommendation':'r|1','evidence':'e'}]}")
                .replace('\'', '"'));
    LedgerRow refused =
        LedgerRow.after(
            call.head(),
            NOW,
            LedgerRow.FEEDBACK,
            ("{'tenant':'open','service':'s','card':'c9','known':false,'outcome':'overridden',"
                    + "'at':'2026-06-01T17:00:00Z','reason':{'system':'x','code':'said \\\"patient\\\":\\\"'}}")
                .replace('\'', '"'));
    try (Connection connection = flyway().getDataSource().getConnection()) {
      for (LedgerRow row : List.of(started, call, refused)) {
        try (PreparedStatement insert =
            connection.prepareStatement("insert into ledger values (?, ?, ?, ?, ?, ?)")) {
          insert.setLong(1, row.sequence());
          insert.setLong(2, LedgerRow.micros(row.at()));
          insert.setString(3, row.kind());
          insert.setString(4, row.body());
          insert.setString(5, row.previous());
          insert.setString(6, row.hash());
          insert.executeUpdate();
        }
      }
      try (Statement statement = connection.createStatement()) {
        statement.executeUpdate(
            "insert into ledger_card values ('open', 'c1', '" + patient + "', 'r|1', 'e', 2)");
        statement.executeUpdate(
            "insert into ledger_feedback values ('open', 'c9', 'overridden', "
                + LedgerRow.micros(Instant.parse("2026-06-01T17:00:00Z"))
                + ", 3, "
                + LedgerRow.micros(NOW)
                + ")");
        statement.executeUpdate(
            "insert into ledger_head (only_row, sequence, hash, key_fingerprint) values (1, 3, '"
                + refused.hash()
                + "', '"
                + key.fingerprint()
                + "')");
      }
    }
    Ledger now = ledger();
    // an instance of the version before would leave its rows out of the index
    try (Connection connection = flyway().getDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () ->
                  statement.executeUpdate(
                      "insert into ledger (sequence, at, kind, body, previous, hash)"
                          + " values (4, 0, 'event', '{}', '', '')"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("body");
    }
    now.record(call(patient, "c2"), LONG);
    assertThat(new LedgerCheck(store()).run())
        .satisfies(verdict -> assertThat(verdict.broken()).isEmpty())
        .satisfies(verdict -> assertThat(verdict.rows()).isEqualTo(4));
    assertThat(store().rowsAbout(Set.of(patient), Long.MAX_VALUE, 10))
        .extracting(LedgerRow::sequence)
        .containsExactly(4L, 2L);
    assertThat(now.auditEventsAbout(Set.of(patient), 4, 10)).hasSize(1);
  }

  @Test
  void isOneLedgerForTwoInstances() {
    Ledger one = ledger();
    Ledger other = ledger();
    one.record(call("p", "c1"), LONG);
    other.record(List.of(overridden("c1", NOW)), LONG);
    one.record(List.of(overridden("c1", NOW)), LONG);
    assertThat(one.answers("open", "p", NOW.minusSeconds(1), LONG)).hasSize(1);
    assertThat(new LedgerCheck(store()).run())
        .satisfies(verdict -> assertThat(verdict.rows()).isEqualTo(2))
        .satisfies(verdict -> assertThat(verdict.broken()).isEmpty());
  }

  @Test
  void isReadByNoOtherKey() {
    ledger();
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> open(LedgerKey.random()).close());
    assertThat(refused.problem().category()).isEqualTo(ProblemCategory.INCORRECT);
    assertThat(refused.problem().text()).contains("another key");
  }

  @ParameterizedTest
  @CsvSource({"update ledger set entry = '{}'", "delete from ledger"})
  void letsNoRowBeChanged(String statement) {
    threeRows();
    assertThat(catchThrowableOfType(ProblemException.class, () -> tamper(statement))).isNotNull();
    assertThat(store().rows(0, 10)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "2, update ledger set entry = replace(entry; 'overridden'; 'accepted') where sequence = 2",
        "2, update ledger set at = at + 1 where sequence = 2",
        "2, update ledger set kind = 'event' where sequence = 2",
        "3, update ledger set previous = hash where sequence = 3",
        "1, delete from ledger where sequence = 1",
        "2, delete from ledger where sequence = 2",
        "3, delete from ledger where sequence = 3",
        "1, update ledger_feedback set at = at + 1",
        "1, delete from ledger_card",
        "1, delete from ledger_patient",
        "1, update ledger_patient set patient = 'other'",
        "1, update ledger_card set patient = 'other'",
        "3, update ledger_head set hash = 'x'",
      })
  void findsTheFirstRowThatWasChanged(long row, String statement) {
    threeRows();
    tamperUnprotected(statement.replace(';', ','));
    assertThat(new LedgerCheck(store()).run().broken().orElseThrow().sequence()).isEqualTo(row);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "2, update ledger_head set begin_sequence = 1",
        "2, update ledger_head set begin_sequence = 1; begin_hash = (select hash from ledger where sequence = 1)",
      })
  void findsABeginningThatNoRowTellsOf(long row, String statement) {
    threeRows();
    tamper(statement.replace(';', ','), "delete from ledger where sequence = 1");
    assertThat(new LedgerCheck(store()).run().broken().orElseThrow().sequence()).isEqualTo(row);
  }

  @Test
  void findsAChangedCardWhoseRowIsDeleted() {
    Ledger ledger = agedLedger(new AtomicReference<>(NOW));
    ledger.deleteBefore(NOW.plus(Duration.ofDays(1)));
    tamper("update ledger_card set patient = 'other'");
    assertThat(new LedgerCheck(store()).run().broken().orElseThrow().sequence()).isEqualTo(4);
  }

  @Test
  void deletesOnceForAllInstances() throws Exception {
    Ledger one = agedLedger(new AtomicReference<>(NOW));
    Ledger other = ledger();
    ExecutorService both = Executors.newFixedThreadPool(2);
    List<Optional<Long>> deleted = new ArrayList<>();
    try {
      for (Future<Optional<Long>> each :
          both.invokeAll(
              List.<Callable<Optional<Long>>>of(
                  () -> one.deleteBefore(NOW.plusSeconds(1)),
                  () -> other.deleteBefore(NOW.plusSeconds(1))))) {
        deleted.add(each.get());
      }
    } finally {
      both.shutdownNow();
    }
    assertThat(deleted).containsExactlyInAnyOrder(Optional.of(3L), Optional.empty());
    assertThat(store().rows(0, 10)).extracting(LedgerRow::sequence).containsExactly(4L, 5L);
    assertThat(new LedgerCheck(store()).run().broken()).isEmpty();
  }

  @Test
  void showsByAnOldHashThatTheEndWasRewritten() {
    threeRows();
    String noted = store().head().hash();
    String before = store().rows(0, 2).get(1).hash();
    tamperUnprotected(
        "delete from ledger where sequence = 3",
        "update ledger_head set sequence = 2, hash = '" + before + "'");
    assertThat(new LedgerCheck(store()).run().broken()).isEmpty();
    assertThat(new LedgerReader(store()).holds(noted)).isFalse();
    assertThat(new LedgerReader(store()).holds(before)).isTrue();
  }
}
