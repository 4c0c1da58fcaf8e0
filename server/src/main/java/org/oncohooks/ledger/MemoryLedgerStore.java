package org.oncohooks.ledger;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** For a demo: forgotten when the process ends, and the oldest rows before that. */
final class MemoryLedgerStore implements LedgerStore {

  private static final int MOST = 20_000;

  private record CardKey(String tenant, String card) {}

  private record FeedbackKey(String tenant, String card, String outcome, Instant at) {}

  private final Deque<LedgerRow> rows = new ArrayDeque<>();
  private final Map<CardKey, IndexedCard> cards = new LinkedHashMap<>();
  private final Map<FeedbackKey, IndexedFeedback> feedback = new LinkedHashMap<>();
  private final NavigableMap<Long, Set<String>> patients = new TreeMap<>();
  private LedgerHead begin = LedgerHead.EMPTY;

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
      return rows.isEmpty() ? begin : rows.getLast().head();
    }

    @Override
    public LedgerHead begin() {
      return begin;
    }

    @Override
    public void beginAfter(LedgerHead last) {
      begin = last;
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
    public void add(LedgerRow row, Set<String> about) {
      rows.addLast(row);
      if (!about.isEmpty()) {
        patients.put(row.sequence(), Set.copyOf(about));
      }
      if (rows.size() > MOST) {
        begin = rows.removeFirst().head();
        patients.headMap(begin.sequence(), true).clear();
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
  public synchronized LedgerHead begin() {
    return begin;
  }

  @Override
  public synchronized int sweep(int most) {
    int swept = 0;
    while (swept < most && !rows.isEmpty() && isBeforeTheBeginning(rows.getFirst().sequence())) {
      rows.removeFirst();
      swept++;
    }
    patients.headMap(begin.sequence(), true).clear();
    feedback.values().removeIf(entry -> isBeforeTheBeginning(entry.sequence()));
    Set<CardKey> answered =
        feedback.values().stream()
            .map(entry -> new CardKey(entry.tenant(), entry.card()))
            .collect(Collectors.toSet());
    cards
        .entrySet()
        .removeIf(
            card ->
                isBeforeTheBeginning(card.getValue().sequence())
                    && !answered.contains(card.getKey()));
    return swept;
  }

  private boolean isBeforeTheBeginning(long sequence) {
    return sequence <= begin.sequence();
  }

  @Override
  public synchronized List<LedgerRow> rows(long after, int most) {
    return rows.stream()
        .filter(row -> row.sequence() > after && !isBeforeTheBeginning(row.sequence()))
        .limit(most)
        .toList();
  }

  @Override
  public synchronized List<LedgerRow> rowsAbout(Set<String> about, long before, int most) {
    Set<Long> numbers =
        patients.headMap(before, false).descendingMap().entrySet().stream()
            .filter(entry -> !Collections.disjoint(entry.getValue(), about))
            .map(Map.Entry::getKey)
            .limit(most)
            .collect(Collectors.toSet());
    List<LedgerRow> found =
        new ArrayList<>(rows.stream().filter(row -> numbers.contains(row.sequence())).toList());
    Collections.reverse(found);
    return found;
  }

  @Override
  public synchronized Map<Long, Set<String>> patients(long after, long last) {
    return Map.copyOf(patients.subMap(after, false, last, true));
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
