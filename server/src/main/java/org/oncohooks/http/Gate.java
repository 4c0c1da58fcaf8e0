package org.oncohooks.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;

/**
 * Lets a number of requests be worked on at once; the others wait for a moment, without a thread,
 * and are turned away if no place gets free. Thread-safe.
 */
final class Gate {

  private final int places;
  private final Duration patience;
  private final Deque<Visit> waiting = new ArrayDeque<>();
  private int inside;

  Gate(int places, Duration patience) {
    this.places = places;
    this.patience = patience;
  }

  /** Gets exactly one call of exactly one of {@code work} and {@code turnedAway}, on any thread. */
  private record Visit(Request request, Runnable work, Runnable turnedAway) {}

  void enter(Request request, Runnable work, Runnable turnedAway) {
    Visit visit = new Visit(request, work, turnedAway);
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
    if (inside < places) {
      inside++;
      return true;
    }
    waiting.add(visit);
    return false;
  }

  private void run(Visit visit) {
    try {
      visit.work().run();
    } finally {
      leave();
    }
  }

  private void leave() {
    Visit next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        inside--;
        return;
      }
    }
    next.request().getComponents().getExecutor().execute(() -> run(next));
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
