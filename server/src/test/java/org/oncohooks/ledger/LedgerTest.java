package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.slf4j.LoggerFactory;

/** Nobody waits long for a ledger that fails or hangs, and it recovers by itself. */
class LedgerTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final String TWO_MISSED =
      "2 calls could not be recorded, 2 of them answered nevertheless, from "
          + LedgerContract.NOW
          + " to "
          + LedgerContract.NOW;

  private final FaultyLedgerStore store = new FaultyLedgerStore();
  private final Ledger ledger = store.ledger(InstantSource.fixed(LedgerContract.NOW));

  @AfterEach
  void close() {
    store.mend();
    ledger.close();
  }

  private static Entry.Feedback feedback() {
    return LedgerContract.overridden(UUID.randomUUID().toString(), LedgerContract.NOW);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void tellsThatItCanNotRecordAndRecoversByItself() throws Exception {
    store.fail();
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> ledger.record(LedgerContract.call("p", "c1"), LONG));
    assertThat(refused.problem().category()).isEqualTo(ProblemCategory.UNAVAILABLE);
    assertThat(ledger.isRecording()).isFalse();
    assertThatThrownBy(() -> ledger.record(LedgerContract.call("p", "c2"), LONG))
        .isInstanceOf(ProblemException.class);
    assertThat(ledger.missed()).isEqualTo(2);

    store.mend();
    until(ledger::isRecording);
    ledger.record(LedgerContract.call("p", "c3"), LONG);
    assertThat(store.rows(0, 10))
        .extracting(LedgerRow::kind)
        .containsExactly("event", "invocation");
    assertThat(store.rows(0, 1).get(0).body()).contains("recording-again", TWO_MISSED);
  }

  @Test
  void writesBeforeItStopsHowManyCallsCouldNotBeRecorded() throws Exception {
    missTwo();
    store.mend();
    ledger.close();
    assertThat(store.rows(0, 10)).hasSize(1);
    assertThat(store.rows(0, 1).get(0).body()).contains("recording-again", TWO_MISSED);
  }

  @Test
  void logsItWhenItStopsAndStillCanNotWrite() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(Ledger.class);
    logger.addAppender(log);
    try {
      missTwo();
      ledger.close();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(store.rows(0, 10)).isEmpty();
    ILoggingEvent last = log.list.get(log.list.size() - 1);
    assertThat(last.getLevel()).isEqualTo(Level.ERROR);
    assertThat(last.getFormattedMessage()).contains("no row tells", TWO_MISSED);
  }

  private void missTwo() {
    store.fail();
    for (String card : List.of("c1", "c2")) {
      assertThatThrownBy(() -> ledger.record(LedgerContract.call("p", card), LONG))
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void waitsForNoHangingStore() throws Exception {
    store.hang();
    assertThatThrownBy(() -> ledger.record(List.of(feedback()), SHORT))
        .isInstanceOf(ProblemException.class);
    assertThat(ledger.isRecording()).as("one in a hurry decides for himself alone").isTrue();
    until(
        () -> {
          assertThatThrownBy(() -> ledger.record(List.of(feedback()), SHORT))
              .isInstanceOf(ProblemException.class);
          return !ledger.isRecording();
        });
    long transactions = store.transactions();
    assertThatThrownBy(() -> ledger.record(List.of(feedback()), LONG))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> ledger.answers("open", "p", LedgerContract.NOW, LONG))
        .isInstanceOf(ProblemException.class);
    assertThat(store.transactions()).isEqualTo((int) transactions);

    store.mend();
    until(ledger::isRecording);
    assertThat(ledger.record(List.of(feedback()), LONG).stored()).isEqualTo(1);
  }

  @Test
  void waitsForNoHangingRead() {
    store.hang();
    assertThatThrownBy(() -> ledger.answers("open", "p", LedgerContract.NOW, SHORT))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void tellsWhoeverWaitsOfAFaultThatNobodyThoughtOf() throws Exception {
    store.fail(new IllegalStateException("CANARY"));
    assertThatThrownBy(() -> ledger.record(List.of(feedback()), LONG))
        .isInstanceOf(IllegalStateException.class);
    store.mend();
    until(ledger::isRecording);
  }

  @Test
  void commitsWhatWaitsTogetherAndBeforeItStops() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(17);
    try {
      store.hang();
      List<Future<FeedbackReceipt>> receipts = new ArrayList<>();
      receipts.add(callers.submit(() -> ledger.record(List.of(feedback()), LONG)));
      until(() -> store.transactions() == 1);
      for (int i = 0; i < 16; i++) {
        receipts.add(callers.submit(() -> ledger.record(List.of(feedback()), LONG)));
      }
      until(() -> ledger.waiting() == 16);
      store.mend();
      ledger.close();
      for (Future<FeedbackReceipt> receipt : receipts) {
        assertThat(receipt.get().stored()).isEqualTo(1);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(store.transactions()).isEqualTo(2);
    assertThat(store.rows(0, 100)).hasSize(17);
  }
}
