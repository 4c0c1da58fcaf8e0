package org.oncohooks.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.database.Database;
import org.oncohooks.database.Tables;

/** A {@link LedgerStore} in SQLite or PostgreSQL, shared by all instances on one database. */
final class SqlLedgerStore implements LedgerStore {

  /** Its tables; what waits for it must not wait for patients that are written, nor long. */
  static final Tables TABLES =
      new Tables("ledger", "org/oncohooks/ledger", true, 4, 1, Duration.ofSeconds(3));

  private static final String CARD = "sequence, card, tenant, patient, recommendation, evidence";

  /**
   * SQLite keeps to the order of a cross join: left to itself it reads all of a tenant's feedback
   * instead of the few cards of one patient.
   */
  static final String ANSWERS =
      "select c.recommendation, c.evidence, f.outcome,"
          + " case when f.at < f.received then f.at else f.received end, c.card"
          + " from ledger_card c cross join ledger_feedback f"
          + " where f.tenant = c.tenant and f.card = c.card"
          + " and c.tenant = ? and c.patient = ? and c.evidence is not null"
          + " and f.at >= ? and f.received >= ?";

  private final Database database;

  /**
   * @param fingerprint of the key whose hashes the ledger holds
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE}; {@code INCORRECT} if the ledger was
   *     begun with another key
   */
  SqlLedgerStore(Database database, String fingerprint) {
    this(database);
    requireKey(fingerprint);
  }

  /** One that is only read, which takes no key. */
  SqlLedgerStore(Database database) {
    this.database = database;
  }

  /** Begins it where nothing was written yet, for whichever key comes first. */
  void begun() {
    database.write(
        handle ->
            handle
                .createUpdate(
                    "insert into ledger_head (only_row, sequence, hash, key_fingerprint)"
                        + " values (1, ?, ?, '') on conflict do nothing")
                .bind(0, LedgerHead.EMPTY.sequence())
                .bind(1, LedgerHead.EMPTY.hash())
                .execute());
  }

  private void requireKey(String fingerprint) {
    begun();
    String begunWith =
        database.write(
            handle -> {
              handle
                  .createUpdate(
                      "update ledger_head set key_fingerprint = ? where key_fingerprint = ''")
                  .bind(0, fingerprint)
                  .execute();
              return handle
                  .createQuery("select key_fingerprint from ledger_head")
                  .mapTo(String.class)
                  .one();
            });
    if (!begunWith.equals(fingerprint)) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "ledger-key-other",
              "The ledger was begun with another key. Patients would not be recognised; give the"
                  + " service the key that belongs to this ledger.")
          .asException();
    }
  }

  @Override
  public boolean isImmediate() {
    return false;
  }

  @Override
  public <T> T append(Function<Appending, T> work) {
    return database.write(
        handle -> {
          Transaction transaction = new Transaction(handle);
          T result = work.apply(transaction);
          transaction.flush();
          return result;
        });
  }

  private final class Transaction implements Appending {

    private final Handle handle;
    private final LedgerHead before;
    private LedgerHead begin;
    private final List<LedgerRow> rows = new ArrayList<>();
    private final List<IndexedCard> cards = new ArrayList<>();
    private final List<About> about = new ArrayList<>();

    /** Holds the head: whoever else appends waits for the end of this transaction. */
    private Transaction(Handle handle) {
      this.handle = handle;
      database.dialect().lock(handle, "ledger");
      this.before =
          handle
              .createQuery("select sequence, hash from ledger_head")
              .map((row, context) -> headOf(row))
              .one();
      this.begin = SqlLedgerStore.begin(handle);
    }

    @Override
    public LedgerHead head() {
      return rows.isEmpty() ? before : rows.get(rows.size() - 1).head();
    }

    @Override
    public LedgerHead begin() {
      return begin;
    }

    @Override
    public void beginAfter(LedgerHead last) {
      begin = last;
      handle
          .createUpdate("update ledger_head set begin_sequence = ?, begin_hash = ?")
          .bind(0, last.sequence())
          .bind(1, last.hash())
          .execute();
    }

    @Override
    public Optional<IndexedCard> card(String tenant, String card) {
      return handle
          .createQuery("select " + CARD + " from ledger_card where tenant = ? and card = ?")
          .bind(0, tenant)
          .bind(1, card)
          .map((row, context) -> cardOf(row))
          .findOne();
    }

    @Override
    public boolean add(IndexedFeedback feedback) {
      return handle
              .createUpdate(
                  "insert into ledger_feedback (tenant, card, outcome, at, sequence, received)"
                      + " values (?, ?, ?, ?, ?, ?) on conflict do nothing")
              .bind(0, feedback.tenant())
              .bind(1, feedback.card())
              .bind(2, feedback.outcome())
              .bind(3, LedgerRow.micros(feedback.at()))
              .bind(4, feedback.sequence())
              .bind(5, LedgerRow.micros(feedback.received()))
              .execute()
          == 1;
    }

    @Override
    public void add(IndexedCard card) {
      cards.add(card);
    }

    @Override
    public void add(LedgerRow row, Set<String> patients) {
      rows.add(row);
      patients.forEach(patient -> about.add(new About(patient, row.sequence())));
    }

    private void flush() {
      if (rows.isEmpty()) {
        return;
      }
      PreparedBatch batch =
          handle.prepareBatch(
              "insert into ledger (sequence, at, kind, entry, previous, hash)"
                  + " values (?, ?, ?, ?, ?, ?)");
      for (LedgerRow row : rows) {
        batch
            .bind(0, row.sequence())
            .bind(1, LedgerRow.micros(row.at()))
            .bind(2, row.kind())
            .bind(3, row.body())
            .bind(4, row.previous())
            .bind(5, row.hash())
            .add();
      }
      batch.execute();
      addCards();
      addPatients();
      LedgerHead head = head();
      handle
          .createUpdate("update ledger_head set sequence = ?, hash = ?")
          .bind(0, head.sequence())
          .bind(1, head.hash())
          .execute();
    }

    private void addPatients() {
      if (about.isEmpty()) {
        return;
      }
      PreparedBatch batch =
          handle.prepareBatch("insert into ledger_patient (patient, sequence) values (?, ?)");
      for (About one : about) {
        batch.bind(0, one.patient()).bind(1, one.sequence()).add();
      }
      batch.execute();
    }

    private void addCards() {
      if (cards.isEmpty()) {
        return;
      }
      PreparedBatch batch =
          handle.prepareBatch(
              "insert into ledger_card (tenant, card, patient, recommendation, evidence, sequence)"
                  + " values (?, ?, ?, ?, ?, ?)");
      for (IndexedCard card : cards) {
        batch
            .bind(0, card.tenant())
            .bind(1, card.card())
            .bind(2, card.patient())
            .bind(3, card.recommendation().orElse(null))
            .bind(4, card.evidence().orElse(null))
            .bind(5, card.sequence())
            .add();
      }
      batch.execute();
    }
  }

  /** A patient, and the row that is about them. */
  private record About(String patient, long sequence) {}

  @Override
  public List<Answered> answers(String tenant, String patient, Instant since) {
    long earliest = LedgerRow.micros(since);
    return database.query(
        handle ->
            handle
                .createQuery(ANSWERS)
                .bind(0, tenant)
                .bind(1, patient)
                .bind(2, earliest)
                .bind(3, earliest)
                .map(
                    (row, context) ->
                        new Answered(
                            row.getString(1),
                            row.getString(2),
                            row.getString(3),
                            LedgerRow.instant(row.getLong(4)),
                            row.getString(5)))
                .list());
  }

  @Override
  public LedgerHead head() {
    return database.query(
        handle ->
            handle
                .createQuery("select sequence, hash from ledger_head")
                .map((row, context) -> headOf(row))
                .findOne()
                .orElse(LedgerHead.EMPTY));
  }

  @Override
  public LedgerHead begin() {
    return database.query(SqlLedgerStore::begin);
  }

  private static LedgerHead begin(Handle handle) {
    return handle
        .createQuery("select begin_sequence, begin_hash from ledger_head")
        .map((row, context) -> headOf(row))
        .findOne()
        .orElse(LedgerHead.EMPTY);
  }

  @Override
  public int sweep(int most) {
    return database.write(
        handle -> {
          database.dialect().lock(handle, "ledger");
          Optional<Long> last =
              handle
                  .createQuery(
                      "select max(sequence) from (select sequence from ledger where sequence <="
                          + " (select begin_sequence from ledger_head)"
                          + " order by sequence limit ?) as oldest")
                  .bind(0, most)
                  .mapTo(Long.class)
                  .findOne();
          if (last.isEmpty()) {
            return 0;
          }
          for (String deletion :
              List.of(
                  "delete from ledger_patient where sequence <= ?",
                  "delete from ledger_feedback where sequence <= ?",
                  "delete from ledger_card where sequence <= ? and not exists (select 1 from"
                      + " ledger_feedback f where f.tenant = ledger_card.tenant"
                      + " and f.card = ledger_card.card)")) {
            handle.createUpdate(deletion).bind(0, last.get()).execute();
          }
          return handle
              .createUpdate("delete from ledger where sequence <= ?")
              .bind(0, last.get())
              .execute();
        });
  }

  private static IndexedCard cardOf(ResultSet row) throws SQLException {
    return new IndexedCard(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Optional.ofNullable(row.getString(5)),
        Optional.ofNullable(row.getString(6)));
  }

  private static LedgerHead headOf(ResultSet row) throws SQLException {
    return new LedgerHead(row.getLong(1), row.getString(2));
  }

  @Override
  public List<LedgerRow> rows(long after, int most) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "select sequence, at, kind, entry, previous, hash from ledger"
                        + " where sequence > ? and sequence >"
                        + " (select begin_sequence from ledger_head)"
                        + " order by sequence limit ?")
                .bind(0, after)
                .bind(1, most)
                .map((row, context) -> rowOf(row))
                .list());
  }

  private static LedgerRow rowOf(ResultSet row) throws SQLException {
    return new LedgerRow(
        row.getLong(1),
        LedgerRow.instant(row.getLong(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }

  @Override
  public List<LedgerRow> rowsAbout(Set<String> patients, long before, int most) {
    if (patients.isEmpty()) {
      return List.of();
    }
    String any = String.join(", ", Collections.nCopies(patients.size(), "?"));
    return database.query(
        handle -> {
          Query query =
              handle.createQuery(
                  "select sequence, at, kind, entry, previous, hash from ledger where sequence in"
                      + " (select sequence from ledger_patient where patient in ("
                      + any
                      + ") and sequence < ? and sequence >"
                      + " (select begin_sequence from ledger_head)"
                      + " order by sequence desc limit ?) order by sequence desc");
          int at = 0;
          for (String patient : patients) {
            query.bind(at++, patient);
          }
          return query.bind(at++, before).bind(at, most).map((row, context) -> rowOf(row)).list();
        });
  }

  @Override
  public Map<Long, Set<String>> patients(long after, long last) {
    Map<Long, Set<String>> patients = new HashMap<>();
    database
        .query(
            handle ->
                handle
                    .createQuery(
                        "select patient, sequence from ledger_patient"
                            + " where sequence > ? and sequence <= ?")
                    .bind(0, after)
                    .bind(1, last)
                    .map((row, context) -> new About(row.getString(1), row.getLong(2)))
                    .list())
        .forEach(
            one ->
                patients.computeIfAbsent(one.sequence(), n -> new HashSet<>()).add(one.patient()));
    return patients;
  }

  @Override
  public List<IndexedCard> cards(long after, long last) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "select " + CARD + " from ledger_card where sequence > ? and sequence <= ?")
                .bind(0, after)
                .bind(1, last)
                .map((row, context) -> cardOf(row))
                .list());
  }

  @Override
  public List<IndexedFeedback> feedback(long after, long last) {
    return database.query(
        handle ->
            handle
                .createQuery(
                    "select sequence, tenant, card, outcome, at, received"
                        + " from ledger_feedback where sequence > ? and sequence <= ?")
                .bind(0, after)
                .bind(1, last)
                .map(
                    (row, context) ->
                        new IndexedFeedback(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            LedgerRow.instant(row.getLong(5)),
                            LedgerRow.instant(row.getLong(6))))
                .list());
  }

  @Override
  public List<Database.Pool> pools() {
    return database.pools();
  }

  @Override
  public void close() {
    database.close();
  }
}
