package org.oncohooks.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** A ledger's place that fails or hangs when a test tells it to. */
public final class FaultyLedgerStore implements LedgerStore {

  private final LedgerStore store = new MemoryLedgerStore();
  private final AtomicInteger transactions = new AtomicInteger();
  private volatile RuntimeException failure;
  private volatile CountDownLatch hanging = new CountDownLatch(0);

  public Ledger ledger(InstantSource clock) {
    return new Ledger(this, LedgerKey.random(), clock);
  }

  /** From now on it can't be reached. */
  public void fail() {
    fail(Problem.of(ProblemCategory.UNAVAILABLE, "injected", "Injected.").asException());
  }

  void fail(RuntimeException with) {
    failure = with;
  }

  /** From now on nothing comes back, until {@link #mend}. */
  public void hang() {
    hanging = new CountDownLatch(1);
  }

  public void mend() {
    failure = null;
    hanging.countDown();
  }

  int transactions() {
    return transactions.get();
  }

  private void suffer() {
    try {
      hanging.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public boolean isImmediate() {
    return false;
  }

  @Override
  public <T> T append(Function<Appending, T> work) {
    transactions.incrementAndGet();
    suffer();
    return store.append(work);
  }

  @Override
  public List<Answered> answers(String tenant, String patient, Instant since) {
    suffer();
    return store.answers(tenant, patient, since);
  }

  @Override
  public LedgerHead head() {
    return store.head();
  }

  @Override
  public LedgerHead begin() {
    return store.begin();
  }

  @Override
  public int sweep(int most) {
    suffer();
    return store.sweep(most);
  }

  @Override
  public List<LedgerRow> rows(long after, int most) {
    return store.rows(after, most);
  }

  @Override
  public List<LedgerRow> rowsAbout(Set<String> patients, long before, int most) {
    return store.rowsAbout(patients, before, most);
  }

  @Override
  public Map<Long, Set<String>> patients(long after, long last) {
    return store.patients(after, last);
  }

  @Override
  public List<IndexedCard> cards(long after, long last) {
    return store.cards(after, last);
  }

  @Override
  public List<IndexedFeedback> feedback(long after, long last) {
    return store.feedback(after, last);
  }

  @Override
  public void close() {
    store.close();
  }
}
