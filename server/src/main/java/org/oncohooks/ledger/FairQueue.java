package org.oncohooks.ledger;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Deadline;

/**
 * What waits, of several owners who take turns: one who brings much waits for himself. Bounded, and
 * of one owner no more than three quarters. Thread-safe.
 */
final class FairQueue<T> {

  private final int most;
  private final Map<String, Deque<T>> byOwner = new LinkedHashMap<>();
  private int size;

  FairQueue(int most) {
    this.most = most;
  }

  /** False if there is no room. */
  synchronized boolean offer(String owner, T item) {
    Deque<T> own = byOwner.getOrDefault(owner, new ArrayDeque<>());
    if (size >= most || own.size() >= most / 4 * 3) {
      return false;
    }
    own.add(item);
    byOwner.put(owner, own);
    size++;
    notifyAll();
    return true;
  }

  /** The next one; empty if there is none. */
  synchronized Optional<T> poll() {
    Iterator<Map.Entry<String, Deque<T>>> owners = byOwner.entrySet().iterator();
    if (!owners.hasNext()) {
      return Optional.empty();
    }
    Map.Entry<String, Deque<T>> turn = owners.next();
    String owner = turn.getKey();
    Deque<T> own = turn.getValue();
    owners.remove();
    T item = own.remove();
    if (!own.isEmpty()) {
      byOwner.put(owner, own); // behind the others
    }
    size--;
    return Optional.of(item);
  }

  /** Waits until something is there; false if nothing came within that time. */
  synchronized boolean awaitOne(Duration within) throws InterruptedException {
    Deadline end = Deadline.after(within);
    while (size == 0) {
      if (end.expired()) {
        return false;
      }
      wait(Math.max(1, end.remaining().toMillis()));
    }
    return true;
  }

  /** The first of each owner. */
  synchronized List<T> heads() {
    List<T> heads = new ArrayList<>();
    byOwner.values().forEach(own -> heads.add(own.peek()));
    return heads;
  }

  synchronized int size() {
    return size;
  }
}
