package org.oncohooks.decision;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.knowledge.Recommendation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which recommendations are left out for a while because they used up their CPU time again and
 * again, and when each is tried once more. A large chart alone does not lead here: any evaluation
 * that ends in time in between begins the count anew. Thread-safe.
 */
final class Quarantine {

  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  private final int overruns;
  private final Duration firstPause;
  private final Duration longestPause;
  private final Map<String, State> states = new HashMap<>();

  /** Read without the lock on every evaluation; nearly always true. */
  private volatile boolean empty = true;

  private static final class State {
    private final String version;
    private final Recommendation recommendation;
    private int overruns;
    private int stuck;
    private Duration pause;
    private Deadline until;
    private boolean tried;

    private State(String version, Recommendation recommendation, Duration pause) {
      this.version = version;
      this.recommendation = recommendation;
      this.pause = pause;
    }
  }

  /**
   * @param overruns how many in a row it takes
   * @param firstPause until the first trial; each trial that fails doubles it
   * @param longestPause the longest time between two trials
   */
  Quarantine(int overruns, Duration firstPause, Duration longestPause) {
    this.overruns = overruns;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
  }

  /** What a recommendation that is left out is answered with. */
  static Problem problem() {
    return Problem.of(
        ProblemCategory.UNAVAILABLE,
        "rule-quarantined",
        "It took too much computing again and again and is left out for now; the service's operator"
            + " has been told.");
  }

  /**
   * Whether to evaluate it now. One call at a time is let through as a trial once the pause is
   * over; one of the methods below has to tell how it ended.
   *
   * @param version of the content
   */
  boolean admits(String version, Recommendation recommendation) {
    if (empty) {
      return true;
    }
    synchronized (this) {
      State state = states.get(key(version, recommendation));
      if (state == null || state.until == null) {
        return true;
      }
      if (state.stuck > 0 || state.tried || !state.until.expired()) {
        return false;
      }
      state.tried = true;
      return true;
    }
  }

  /** It was evaluated, or failed, within its time. */
  void completed(String version, Recommendation recommendation) {
    if (empty) {
      return;
    }
    synchronized (this) {
      State state = states.get(key(version, recommendation));
      if (state == null || state.stuck > 0) {
        return;
      }
      if (state.until == null || state.tried) {
        if (state.until != null) {
          LOG.info("{} ended in time and is evaluated again", recommendation.canonical());
        }
        states.remove(key(version, recommendation));
        empty = states.isEmpty();
      }
    }
  }

  /** The call's time was over before anything could be said about it. */
  void undecided(String version, Recommendation recommendation) {
    if (empty) {
      return;
    }
    synchronized (this) {
      State state = states.get(key(version, recommendation));
      if (state != null && state.tried) {
        state.tried = false;
        state.until = Deadline.after(state.pause);
      }
    }
  }

  /** It used up its CPU time and was ended. */
  synchronized void overran(String version, Recommendation recommendation) {
    State state = state(version, recommendation);
    state.overruns++;
    if (state.tried || state.until == null && state.overruns >= overruns) {
      hold(state);
    }
  }

  /** It used up its CPU time, and its thread could not be ended. */
  synchronized void stuck(String version, Recommendation recommendation) {
    State state = state(version, recommendation);
    state.stuck++;
    hold(state);
  }

  /** A thread that was stuck has come to its end. */
  synchronized void unstuck(String version, Recommendation recommendation) {
    State state = state(version, recommendation);
    state.stuck--;
    LOG.warn("a thread that was stuck in {} has ended", recommendation.canonical());
  }

  /** Those of a version of the content that are left out now. */
  synchronized List<Recommendation> held(String version) {
    return states.values().stream()
        .filter(state -> state.until != null && state.version.equals(version))
        .map(state -> state.recommendation)
        .sorted(Comparator.comparing(Recommendation::id))
        .toList();
  }

  /** How many threads are stuck, in whatever version of the content. */
  synchronized int stuckThreads() {
    return states.values().stream().mapToInt(state -> state.stuck).sum();
  }

  private State state(String version, Recommendation recommendation) {
    empty = false;
    return states.computeIfAbsent(
        key(version, recommendation), key -> new State(version, recommendation, firstPause));
  }

  private void hold(State state) {
    if (state.tried) {
      Duration twice = state.pause.multipliedBy(2);
      state.pause = twice.compareTo(longestPause) < 0 ? twice : longestPause;
    }
    state.tried = false;
    state.until = Deadline.after(state.pause);
    LOG.error(
        "{} is left out: it used up its CPU time {}; it is tried again in {} s",
        state.recommendation.canonical(),
        state.stuck > 0 ? "and could not be ended" : state.overruns + " times in a row",
        state.pause.toSeconds());
  }

  private static String key(String version, Recommendation recommendation) {
    return version + ' ' + recommendation.canonical();
  }
}
