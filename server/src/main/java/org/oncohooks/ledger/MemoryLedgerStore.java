package org.oncohooks.ledger;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** For a demo: forgotten when the process ends, and the oldest rows before that. */
final class MemoryLedgerStore implements LedgerStore {

  private static final int MOST = 20_000;

  private record CardKey(String tenant, String card) {}

  private record FeedbackKey(String tenant, String card, String outcome, Instant at) {}

  private final Deque<LedgerRow> rows = new ArrayDeque<>();
  private final Map<CardKey, IndexedCard> cards = new LinkedHashMap<>();
  private final Map<FeedbackKey, IndexedFeedback> feedback = new LinkedHashMap<>();

  @Override
  public boolean isImmediate() {
    return true;
  }

  @Override
  public synchronized <T> T append(Function<Appending, T> work) {
    return work.apply(new Transaction());
  }

  private final class Transaction implements Appending {

    @Override
    public LedgerHead head() {
      return rows.isEmpty() ? LedgerHead.EMPTY : rows.getLast().head();
    }

    @Override
    public Optional<IndexedCard> card(String tenant, String card) {
      return Optional.ofNullable(cards.get(new CardKey(tenant, card)));
    }

    @Override
    public boolean add(IndexedFeedback entry) {
      FeedbackKey key = new FeedbackKey(entry.tenant(), entry.card(), entry.outcome(), entry.at());
      boolean added = feedback.putIfAbsent(key, entry) == null;
      forgetTheOldest(feedback);
      return added;
    }

    @Override
    public void add(IndexedCard card) {
      cards.put(new CardKey(card.tenant(), card.card()), card);
      forgetTheOldest(cards);
    }

    @Override
    public void add(LedgerRow row) {
      rows.addLast(row);
      if (rows.size() > MOST) {
        rows.removeFirst();
      }
    }
  }

  private static <K, V> void forgetTheOldest(Map<K, V> map) {
    if (map.size() > MOST) {
      map.remove(map.keySet().iterator().next());
    }
  }

  @Override
  public synchronized List<Answered> answers(String tenant, String patient, Instant since) {
    List<Answered> answers = new ArrayList<>();
    for (IndexedFeedback entry : feedback.values()) {
      IndexedCard card = cards.get(new CardKey(entry.tenant(), entry.card()));
      if (card == null || !card.tenant().equals(tenant) || !card.patient().equals(patient)) {
        continue;
      }
      Optional<String> evidence = card.evidence();
      Instant at = entry.at().isBefore(entry.received()) ? entry.at() : entry.received();
      if (evidence.isPresent() && !at.isBefore(since)) {
        answers.add(
            new Answered(
                card.recommendation().orElseThrow(),
                evidence.get(),
                entry.outcome(),
                at,
                card.card()));
      }
    }
    return answers;
  }

  @Override
  public synchronized LedgerHead head() {
    return new Transaction().head();
  }

  @Override
  public synchronized List<LedgerRow> rows(long after, int most) {
    return rows.stream().filter(row -> row.sequence() > after).limit(most).toList();
  }

  @Override
  public synchronized List<IndexedCard> cards(long after, long last) {
    return cards.values().stream()
        .filter(card -> card.sequence() > after && card.sequence() <= last)
        .toList();
  }

  @Override
  public synchronized List<IndexedFeedback> feedback(long after, long last) {
    return feedback.values().stream()
        .filter(entry -> entry.sequence() > after && entry.sequence() <= last)
        .toList();
  }

  @Override
  public void close() {
    // nothing is held but memory
  }
}
