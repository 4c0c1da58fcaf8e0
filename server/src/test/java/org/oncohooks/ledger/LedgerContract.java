package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every ledger does, whatever it is kept in. */
abstract class LedgerContract {

  static final Instant NOW = Instant.parse("2026-06-01T17:00:00.123456789Z");
  static final Duration LONG = Duration.ofSeconds(60);
  static final String RECOMMENDATION = "https://example.org/PlanDefinition/a|1";

  final LedgerKey key = LedgerKey.random();

  private final List<Ledger> opened = new ArrayList<>();
  private LedgerStore store;

  /** On the same empty place throughout one test. */
  abstract LedgerStore open(LedgerKey key);

  Ledger ledger() {
    return ledger(InstantSource.fixed(NOW));
  }

  Ledger ledger(InstantSource clock) {
    store = open(key);
    Ledger ledger = new Ledger(store, key, clock);
    opened.add(ledger);
    return ledger;
  }

  LedgerStore store() {
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(Ledger::close);
    opened.clear();
  }

  static Entry.Invocation call(String patient, String card) {
    return new Entry.Invocation(
        "open",
        Optional.of("Practitioner/u"),
        "service",
        "patient-view",
        "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        patient,
        "abc123",
        NOW,
        Duration.ofMillis(12),
        List.of(
            new Entry.Judged(
                RECOMMENDATION, Entry.Fate.SHOWN, Optional.of("e1"), Optional.empty())),
        List.of(
            new Entry.Shown(
                card, "topic", Optional.of(RECOMMENDATION), Optional.of("e1"), List.of("s1"))),
        Optional.empty(),
        Optional.empty());
  }

  static Entry.Feedback overridden(String card, Instant at) {
    return new Entry.Feedback(
        "open",
        "service",
        card,
        false,
        List.of(),
        Optional.of(
            new Entry.Reason("https://example.org/reasons", "done", Optional.of("Döne 😀"))),
        Optional.of("CANARY said so \u0000 \ud800"),
        at);
  }

  private LedgerReader.Verdict verdict() {
    return new LedgerCheck(store).run();
  }

  @Test
  void chainsItsRows() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    ledger.record(List.of(overridden("c1", NOW)), LONG);
    ledger.record(new Entry.Event("started", "for a test"), LONG);
    List<LedgerRow> rows = store.rows(0, 10);
    assertThat(rows).extracting(LedgerRow::kind).containsExactly("invocation", "feedback", "event");
    assertThat(rows).extracting(LedgerRow::sequence).containsExactly(1L, 2L, 3L);
    assertThat(rows.get(1).previous()).isEqualTo(rows.get(0).hash());
    assertThat(verdict())
        .isEqualTo(new LedgerReader.Verdict(0, 3, rows.get(2).hash(), Optional.empty()));
  }

  @Test
  @DisplayName("R-86: comments and patients can not be read in the ledger")
  void saysWhoAndWhatButNotWhomNorWhatTheyWrote() {
    Ledger ledger = ledger();
    ledger.record(call(key.patient("open", "", "CANARY"), "c1"), LONG);
    ledger.record(List.of(overridden("c1", NOW)), LONG);
    assertThat(store.rows(0, 10)).noneMatch(row -> row.body().contains("CANARY"));
    List<LedgerReader.Line> lines = new ArrayList<>();
    new LedgerReader(store).feedback(lines::add);
    assertThat(lines)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.recommendation()).contains(RECOMMENDATION);
              assertThat(line.reason().orElseThrow().display()).contains("Döne 😀");
              assertThat(key.decrypt(line.comment().orElseThrow())).startsWith("CANARY said so");
            });
  }

  @Test
  void hidesAHookInstanceThatMayNameAPatient() {
    Ledger ledger = ledger();
    Entry.Invocation call = call("p", "c1");
    ledger.record(
        new Entry.Invocation(
            call.tenant(),
            Optional.of("Patient/CANARY"),
            call.service(),
            call.hook(),
            "CANARY",
            call.patient(),
            call.knowledge(),
            call.evaluatedAt(),
            call.took(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.of("data-missing")),
        LONG);
    assertThat(store.rows(0, 1).get(0).body()).doesNotContain("CANARY").contains("data-missing");
  }

  @Test
  void keepsFeedbackOnce() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    Entry.Feedback one = overridden("c1", NOW);
    Entry.Feedback later = overridden("c1", NOW.plusSeconds(1));
    assertThat(ledger.record(List.of(one, later, one), LONG))
        .isEqualTo(new FeedbackReceipt(2, 1, 0));
    assertThat(ledger.record(List.of(one), LONG)).isEqualTo(new FeedbackReceipt(0, 1, 0));
    assertThat(store.rows(0, 10)).hasSize(3);
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void keepsFeedbackOnACardThatItDoesNotKnow() {
    Ledger ledger = ledger();
    assertThat(ledger.record(List.of(overridden("none", NOW)), LONG))
        .isEqualTo(new FeedbackReceipt(1, 0, 1));
    assertThat(store.rows(0, 1).get(0).body()).contains("\"known\":false");
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void knowsThePatientsAnswers() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    ledger.record(call("other", "c2"), LONG);
    ledger.record(List.of(overridden("c1", NOW.minusSeconds(60)), overridden("c2", NOW)), LONG);
    Instant exact = Instant.parse("2026-06-01T16:59:00.123456Z");
    assertThat(ledger.answers("open", "p", exact, LONG))
        .containsExactly(new Answered(RECOMMENDATION, "e1", "overridden", exact, "c1"));
    assertThat(ledger.answers("open", "p", exact.plusMillis(1), LONG)).isEmpty();
    assertThat(ledger.answers("another", "p", exact, LONG)).isEmpty();
  }

  @Test
  void countsAnAnswerFromItsReceiptIfTheCallersClockIsAhead() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    Instant received = Instant.parse("2026-06-01T17:00:00.123456Z");
    for (Duration ahead : List.of(Duration.ofDays(400), Duration.ofDays(400 * 365))) {
      ledger.record(List.of(overridden("c1", NOW.plus(ahead))), LONG);
    }
    assertThat(ledger.answers("open", "p", Instant.EPOCH, LONG))
        .extracting(Answered::at)
        .containsExactly(received, received);
  }

  @Test
  void keepsWhatManyWriteAtOnce() throws Exception {
    Ledger ledger = ledger();
    Set<String> sent = new TreeSet<>();
    ExecutorService writers = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String card = UUID.randomUUID().toString();
        sent.add(card);
        done.add(writers.submit(() -> ledger.record(List.of(overridden(card, NOW)), LONG)));
      }
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      writers.shutdownNow();
    }
    Set<String> kept = new TreeSet<>();
    new LedgerReader(store).feedback(line -> assertThat(kept.add(line.card())).isTrue());
    assertThat(kept).isEqualTo(sent);
    assertThat(verdict()).extracting(LedgerReader.Verdict::rows).isEqualTo(200L);
    assertThat(verdict().broken()).isEmpty();
  }

  /** Three rows of the first day, an answer to the second card 300 days later. */
  final Ledger agedLedger(AtomicReference<Instant> now) {
    Ledger ledger = ledger(now::get);
    ledger.record(call("p", "c1"), LONG);
    ledger.record(call("p", "c2"), LONG);
    ledger.record(List.of(overridden("c1", NOW)), LONG);
    now.set(NOW.plus(Duration.ofDays(300)));
    ledger.record(List.of(overridden("c2", now.get())), LONG);
    now.set(NOW.plus(Duration.ofDays(400)));
    return ledger;
  }

  @Test
  void deletesWhatIsOldAndStaysWhole() {
    Ledger ledger = agedLedger(new AtomicReference<>(NOW));
    List<LedgerRow> before = store.rows(0, 10);
    Instant from = NOW.plus(Duration.ofDays(1));
    assertThat(ledger.deleteBefore(from)).contains(3L);
    assertThat(store.rows(0, 10)).extracting(LedgerRow::sequence).containsExactly(4L, 5L);
    assertThat(store.rows(4, 1).get(0).body()).contains("rows-deleted", before.get(2).hash());
    assertThat(verdict())
        .isEqualTo(new LedgerReader.Verdict(3, 2, store.head().hash(), Optional.empty()));
    LedgerReader reader = new LedgerReader(store);
    assertThat(reader.holds(before.get(3).hash())).isTrue();
    assertThat(reader.holds(before.get(2).hash())).isTrue(); // the first row says so
    assertThat(reader.holds(before.get(1).hash())).isFalse();
    assertThat(ledger.deleteBefore(from)).isEmpty();
    assertThat(store.head().sequence()).isEqualTo(5);
    ledger.record(call("p", "c3"), LONG);
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void remembersAnAnswerWhoseCardIsDeleted() {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    Ledger ledger = agedLedger(now);
    ledger.deleteBefore(NOW.plus(Duration.ofDays(1)));
    assertThat(ledger.answers("open", "p", Instant.EPOCH, LONG))
        .extracting(Answered::card)
        .containsExactly("c2");
    assertThat(store.cards(0, 10)).extracting(IndexedCard::card).containsExactly("c2");
    now.set(NOW.plus(Duration.ofDays(800)));
    assertThat(ledger.deleteBefore(NOW.plus(Duration.ofDays(700)))).contains(5L);
    assertThat(store.cards(0, 10)).isEmpty();
    assertThat(store.feedback(0, 10)).isEmpty();
    // the newest row says it, and is no older than the deletion
    assertThat(store.rows(0, 10)).extracting(LedgerRow::sequence).containsExactly(6L);
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void takesFeedbackOnADeletedCardAsOnAnUnknownOne() {
    Ledger ledger = agedLedger(new AtomicReference<>(NOW));
    ledger.deleteBefore(NOW.plus(Duration.ofDays(1)));
    assertThat(ledger.record(List.of(overridden("c1", NOW)), LONG))
        .isEqualTo(new FeedbackReceipt(1, 0, 1));
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void goesOnDeletingWhereItWasCutOff() {
    Ledger ledger = agedLedger(new AtomicReference<>(NOW));
    LedgerHead third = store.rows(2, 1).get(0).head();
    store.append(
        t ->
            new Appender(key)
                .append(t, List.of(new Entry.Deletion(third, NOW.plusSeconds(60))), NOW));
    assertThat(store.rows(0, 10)).extracting(LedgerRow::sequence).containsExactly(4L, 5L);
    assertThat(verdict().broken()).isEmpty();
    assertThat(ledger.deleteBefore(NOW.plusSeconds(60))).isEmpty();
    assertThat(store.sweep(10)).isZero();
    assertThat(store.feedback(0, 10)).extracting(IndexedFeedback::card).containsExactly("c2");
    assertThat(verdict().broken()).isEmpty();
  }

  @Test
  void findsRowsByHash() {
    Ledger ledger = ledger();
    ledger.record(call("p", "c1"), LONG);
    LedgerReader reader = new LedgerReader(store);
    assertThat(reader.holds(store.head().hash())).isTrue();
    assertThat(reader.holds("f".repeat(64))).isFalse();
  }

  @Test
  void readsNoCommentWithAnotherKey() {
    String sealed = key.encrypt("x");
    assertThat(key.decrypt(sealed)).isEqualTo("x");
    assertThatThrownBy(() -> LedgerKey.random().decrypt(sealed)).hasMessage("ledger-key-other");
    assertThatThrownBy(() -> key.decrypt("AA==")).hasMessage("ledger-key-other");
  }
}
