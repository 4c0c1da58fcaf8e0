package org.oncohooks.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;

/**
 * Lets a number of requests be worked on at once; the others wait for a moment, without a thread,
 * and are turned away if no place gets free. Thread-safe.
 */
final class Gate {

  private final int places;
  private final int mostAway;
  private final Duration patience;
  private final Deque<Visit> waiting = new ArrayDeque<>();
  private int inside;

  /** Those who gave their place away while they wait for others, or want it back. */
  private int away;

  /** Those of them who want it back. */
  private int returning;

  /**
   * @param places how many requests are worked on at once
   * @param mostAway how many more may wait for somebody else; each keeps a thread
   */
  Gate(int places, int mostAway, Duration patience) {
    this.places = places;
    this.mostAway = mostAway;
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

  /**
   * For a visit that has to wait for somebody else, such as another server: its place is others'
   * meanwhile, and it gets the next one before those who have not been in. Blocks until then. When
   * too many are away it keeps its place: those who come back need threads that others hold.
   */
  void whileAway(Runnable waits) {
    if (!goesAway()) {
      waits.run();
      return;
    }
    leave();
    try {
      waits.run();
    } finally {
      comeBack();
    }
  }

  private synchronized boolean goesAway() {
    if (away >= mostAway) {
      return false;
    }
    away++;
    return true;
  }

  private void comeBack() {
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
      inside++;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    letIn();
  }

  private void leave() {
    synchronized (this) {
      inside--;
      notify();
    }
    letIn();
  }

  private void letIn() {
    List<Visit> next = new ArrayList<>();
    synchronized (this) {
      while (returning == 0 && inside < places && !waiting.isEmpty()) {
        next.add(waiting.poll());
        inside++;
      }
    }
    next.forEach(visit -> visit.request().getComponents().getExecutor().execute(() -> run(visit)));
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
