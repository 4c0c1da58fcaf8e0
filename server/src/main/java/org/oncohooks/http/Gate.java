package org.oncohooks.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;

/**
 * Lets a number of requests be worked on at once; the others wait for a moment, without a thread,
 * and are turned away if no place gets free. A place that gets free goes to the caller who has the
 * fewest, and one more is kept for a caller who has none: nobody's large charts keep the others
 * out. Thread-safe.
 */
final class Gate {

  private final int places;
  private final int mostAway;
  private final Duration patience;
  private final Deque<Visit> waiting = new ArrayDeque<>();
  private final Map<String, Integer> insideOf = new HashMap<>();
  private int inside;

  /** Those who gave their place away while they wait for others, or want it back. */
  private int away;

  /** Those of them who want it back. */
  private int returning;

  /**
   * @param places how many requests are worked on at once, but for the one that is kept
   * @param mostAway how many more may wait for somebody else; each keeps a thread
   */
  Gate(int places, int mostAway, Duration patience) {
    this.places = places;
    this.mostAway = mostAway;
    this.patience = patience;
  }

  /** Gets exactly one call of exactly one of {@code work} and {@code turnedAway}, on any thread. */
  private record Visit(String caller, Request request, Runnable work, Runnable turnedAway) {}

  void enter(String caller, Request request, Runnable work, Runnable turnedAway) {
    Visit visit = new Visit(caller, request, work, turnedAway);
    if (enters(visit)) {
      run(visit);
    } else {
      request
          .getComponents()
          .getScheduler()
          .schedule(() -> losePatience(visit), patience.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized boolean enters(Visit visit) {
    if (hasPlaceFor(visit.caller())) {
      goesIn(visit.caller());
      return true;
    }
    waiting.add(visit);
    return false;
  }

  private boolean hasPlaceFor(String caller) {
    return inside < places || inside == places && !insideOf.containsKey(caller);
  }

  private void goesIn(String caller) {
    inside++;
    insideOf.merge(caller, 1, Integer::sum);
  }

  private void goesOut(String caller) {
    inside--;
    insideOf.computeIfPresent(caller, (who, many) -> many == 1 ? null : many - 1);
  }

  private void run(Visit visit) {
    try {
      visit.work().run();
    } finally {
      leave(visit.caller());
    }
  }

  /**
   * For a visit that has to wait for somebody else, such as another server: its place is others'
   * meanwhile, and it gets the next one before those who have not been in. Blocks until then. When
   * too many are away it keeps its place: those who come back need threads that others hold.
   */
  void whileAway(String caller, Runnable waits) {
    if (!goesAway()) {
      waits.run();
      return;
    }
    leave(caller);
    try {
      waits.run();
    } finally {
      comeBack(caller);
    }
  }

  private synchronized boolean goesAway() {
    if (away >= mostAway) {
      return false;
    }
    away++;
    return true;
  }

  private void comeBack(String caller) {
    boolean interrupted = false;
    synchronized (this) {
      returning++;
      while (inside >= places && !interrupted) {
        try {
          wait();
        } catch (InterruptedException e) {
          // one too many inside for a moment; the server is being stopped
          interrupted = true;
        }
      }
      returning--;
      away--;
      goesIn(caller);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    letIn();
  }

  private void leave(String caller) {
    synchronized (this) {
      goesOut(caller);
      notify();
    }
    letIn();
  }

  private void letIn() {
    List<Visit> next = new ArrayList<>();
    synchronized (this) {
      Optional<Visit> first = first();
      while (returning == 0 && first.isPresent()) {
        goesIn(first.get().caller());
        waiting.remove(first.get());
        next.add(first.get());
        first = first();
      }
    }
    next.forEach(visit -> visit.request().getComponents().getExecutor().execute(() -> run(visit)));
  }

  /** Who of those that wait may come in now. */
  private Optional<Visit> first() {
    return waiting.stream()
        .filter(visit -> hasPlaceFor(visit.caller()))
        .min(Comparator.comparing(visit -> insideOf.getOrDefault(visit.caller(), 0)));
  }

  private void losePatience(Visit visit) {
    boolean waited;
    synchronized (this) {
      waited = waiting.removeIf(other -> other == visit);
    }
    if (waited) {
      visit.request().getComponents().getExecutor().execute(visit.turnedAway());
    }
  }
}
