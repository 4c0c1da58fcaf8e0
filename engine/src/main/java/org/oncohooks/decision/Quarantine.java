package org.oncohooks.decision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Recommendation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which recommendations have used up their CPU time for one patient after the other, of which
 * caller, and what is done about it. One chart, however often it is sent, does not lead here, nor
 * does any evaluation of one caller touch another's. What is in quarantine is still evaluated, with
 * little time, in which usual charts end: so the patients for whom the rule works get their answer.
 * Only while threads hang in it is it left out. Thread-safe.
 */
final class Quarantine {

  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  private static final Duration LATELY = Duration.ofMinutes(15);

  private final int patients;
  private final Duration firstPause;
  private final Duration longestPause;
  private final GuardedEngine.Watch watch;
  private final Map<Key, State> states = new HashMap<>();

  /** Until when a caller counts as one that asks for a critical recommendation. */
  private final Map<Key, Deadline> asking = new ConcurrentHashMap<>();

  /** Read without the lock on every evaluation; nearly always true. */
  private volatile boolean empty = true;

  private record Key(String caller, String version, String canonical) {}

  private static final class State {

    /** Those for whom it used up its time since it last ended within it. */
    private final Set<String> overran = new HashSet<>();

    /** The patients for whom threads compute that can't be ended; one entry for each thread. */
    private final List<String> hanging = new ArrayList<>();

    private final Recommendation recommendation;
    private Duration pause;

    /** When it gets its full time once more, as a trial; null = it is not in quarantine. */
    private Deadline until;

    private boolean tried;

    private State(Recommendation recommendation, Duration pause) {
      this.recommendation = recommendation;
      this.pause = pause;
    }

    /** Whether it is in quarantine, and no call could change that now. */
    private boolean waits() {
      return until != null && !(hanging.isEmpty() && until.expired());
    }
  }

  /** How much time an evaluation gets. */
  enum Leave {
    FULL,
    SHORT,
    NONE
  }

  /**
   * @param patients for how many in a row a rule has to use up its time
   * @param firstPause until the first trial with full time; each trial that fails doubles it
   * @param longestPause the longest time between two trials
   */
  Quarantine(int patients, Duration firstPause, Duration longestPause, GuardedEngine.Watch watch) {
    this.patients = patients;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.watch = watch;
  }

  /** What a recommendation is answered with that was left out, or got too little time. */
  static Problem problem() {
    return Problem.of(
        ProblemCategory.UNAVAILABLE,
        "rule-quarantined",
        "It took too much computing for several patients in a row and gets little time for now; the"
            + " service's operator has been told.");
  }

  /** What to do about one recommendation now; whoever evaluates it tells the result how it went. */
  Admission admit(Question question, Recommendation recommendation) {
    Key key =
        new Key(
            question.caller(),
            question.knowledge().version(),
            recommendation.canonical().toString());
    String patient = question.patient().patientId();
    if (recommendation.indicator() == Indicator.CRITICAL) {
      asking.put(key, Deadline.after(LATELY));
    }
    if (empty) {
      return new Admission(key, recommendation, patient, Leave.FULL, false);
    }
    synchronized (this) {
      State state = states.get(key);
      boolean trial = false;
      Leave leave = Leave.FULL;
      if (state != null && state.hanging.contains(patient)) {
        leave = Leave.NONE;
      } else if (state != null && state.until != null) {
        trial = state.hanging.isEmpty() && !state.tried && state.until.expired();
        state.tried |= trial;
        leave = trial ? Leave.FULL : state.hanging.isEmpty() ? Leave.SHORT : Leave.NONE;
      }
      return new Admission(key, recommendation, patient, leave, trial);
    }
  }

  /** One evaluation of a recommendation for one patient of one caller. */
  final class Admission {

    private final Key key;
    private final Recommendation recommendation;
    private final String patient;
    private final Leave leave;
    private final boolean trial;

    private Admission(
        Key key, Recommendation recommendation, String patient, Leave leave, boolean trial) {
      this.key = key;
      this.recommendation = recommendation;
      this.patient = patient;
      this.leave = leave;
      this.trial = trial;
    }

    Recommendation recommendation() {
      return recommendation;
    }

    Leave leave() {
      return leave;
    }

    /** It was evaluated, or failed, within its time. */
    void completed() {
      if (empty) {
        return;
      }
      synchronized (Quarantine.this) {
        State state = states.get(key);
        if (state == null || !state.hanging.isEmpty()) {
          return;
        }
        if (state.until != null) {
          LOG.info(
              "{} ended in time for {}: no more quarantine", recommendation.canonical(), who());
          tell(key, state, false, "it ended in time");
        }
        states.remove(key);
        empty = states.isEmpty();
      }
    }

    /** It could not be evaluated, for want of data or because the call's time was over. */
    void undecided() {
      if (!trial) {
        return;
      }
      synchronized (Quarantine.this) {
        State state = states.get(key);
        if (state != null && state.tried) {
          state.tried = false;
          state.until = Deadline.after(state.pause);
        }
      }
    }

    /** It used up its CPU time and was ended. */
    void overran() {
      synchronized (Quarantine.this) {
        count(state());
      }
    }

    /** It used up its CPU time, and its thread could not be ended. */
    void stuck() {
      synchronized (Quarantine.this) {
        State state = state();
        state.hanging.add(patient);
        LOG.error(
            "a thread is stuck in {} for {}; until it ends, that patient is left out",
            recommendation.canonical(),
            who());
        count(state);
      }
    }

    /** A thread that was stuck has come to its end. */
    void unstuck() {
      synchronized (Quarantine.this) {
        State state = state();
        state.hanging.remove(patient);
        LOG.warn(
            "a thread that was stuck in {} for {} has ended", recommendation.canonical(), who());
      }
    }

    private void count(State state) {
      if (trial) {
        Duration twice = state.pause.multipliedBy(2);
        state.pause = twice.compareTo(longestPause) < 0 ? twice : longestPause;
        hold(state);
      } else if (state.until == null) {
        state.overran.add(patient);
        if (state.overran.size() >= patients) {
          hold(state);
        }
      }
    }

    private void hold(State state) {
      state.tried = false;
      state.overran.clear();
      state.until = Deadline.after(state.pause);
      String often = trial ? "once more" : "for " + patients + " patients in a row";
      LOG.error(
          "{} is in quarantine for {}: it used up its CPU time {}; it gets its full time again in"
              + " {} s",
          recommendation.canonical(),
          who(),
          often,
          state.pause.toSeconds());
      tell(key, state, true, "it used up its CPU time " + often);
    }

    private State state() {
      empty = false;
      return states.computeIfAbsent(key, k -> new State(recommendation, firstPause));
    }

    private String who() {
      return key.caller().isEmpty() ? "everybody" : "caller " + key.caller();
    }
  }

  /** Forgets the rules of every other version of the content but those that threads hang in. */
  synchronized void serves(String version) {
    states
        .entrySet()
        .removeIf(
            old -> {
              boolean over = !old.getKey().version().equals(version);
              if (over && old.getValue().until != null) {
                tell(old.getKey(), old.getValue(), false, "other content is served now");
                old.getValue().until = null;
              }
              return over && old.getValue().hanging.isEmpty();
            });
    empty = states.isEmpty();
  }

  private void tell(Key key, State state, boolean held, String why) {
    watch.tell(
        new GuardedEngine.Quarantined(key.caller(), state.recommendation),
        key.version(),
        held,
        why);
  }

  /** Those of a version of the content that are in quarantine now. */
  synchronized List<GuardedEngine.Quarantined> held(String version) {
    return states.entrySet().stream()
        .filter(e -> e.getValue().until != null && e.getKey().version().equals(version))
        .map(e -> new GuardedEngine.Quarantined(e.getKey().caller(), e.getValue().recommendation))
        .sorted(
            Comparator.comparing(GuardedEngine.Quarantined::caller)
                .thenComparing(held -> held.recommendation().id()))
        .toList();
  }

  /**
   * Critical recommendations of a version of the content that are in quarantine for every caller
   * who has asked for them lately: it is the rule, then, and not somebody's charts. One whose trial
   * is due is no longer among them, since it takes a call to try it.
   */
  synchronized List<Recommendation> lost(String version) {
    asking
        .entrySet()
        .removeIf(e -> !e.getKey().version().equals(version) || e.getValue().expired());
    return states.entrySet().stream()
        .filter(e -> e.getKey().version().equals(version) && e.getValue().waits())
        .filter(e -> e.getValue().recommendation.indicator() == Indicator.CRITICAL)
        .filter(e -> waitsForAll(e.getKey().canonical()))
        .map(e -> e.getValue().recommendation)
        .distinct()
        .sorted(Comparator.comparing(Recommendation::id))
        .toList();
  }

  private boolean waitsForAll(String canonical) {
    return asking.keySet().stream()
        .filter(key -> key.canonical().equals(canonical))
        .allMatch(key -> states.containsKey(key) && states.get(key).waits());
  }

  /** How many threads are stuck, in whatever version of the content. */
  synchronized int stuckThreads() {
    return states.values().stream().mapToInt(state -> state.hanging.size()).sum();
  }
}
