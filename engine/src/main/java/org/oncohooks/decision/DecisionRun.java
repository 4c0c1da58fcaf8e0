package org.oncohooks.decision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.Quarantine.Leave;
import org.oncohooks.knowledge.Recommendation;

/**
 * One decision on its way: what became of the recommendations so far, and which is next. One thread
 * at a time works on it. When that thread hangs, another may give its recommendation up and go on
 * with the next; what the first one still finds out is then thrown away.
 */
final class DecisionRun {

  private static final UnaryOperator<Duration> FULL = UnaryOperator.identity();

  /** What a rule in quarantine gets; ordinary evaluations take a hundredth of the full time. */
  private static final UnaryOperator<Duration> SHORT = most -> most.dividedBy(10);

  private final Question question;
  private final List<Recommendation> recommendations;
  private final Quarantine quarantine;
  private final Optional<Duration> cpu;

  private final List<Outcome> outcomes = new ArrayList<>();
  private final Set<String> incomplete = new LinkedHashSet<>();
  private Recommendation speaking;

  /** What is being evaluated; null = nothing yet. */
  private Quarantine.Admission current;

  /** Null as long as no thread came to the end. */
  private volatile CodeCount codes;

  /** Counts the threads that have worked on this; only the last one's results count. */
  private int turn;

  /**
   * @param cpu most CPU time for one recommendation; empty = no more than the deadline says
   */
  DecisionRun(Question question, Quarantine quarantine, Optional<Duration> cpu) {
    this.question = question;
    this.quarantine = quarantine;
    this.cpu = cpu;
    this.recommendations = question.service().recommendations(question.context().hook());
  }

  /** One recommendation's turn on one thread. */
  private record Taken(Quarantine.Admission admission, Recommendation speaking) {

    Recommendation recommendation() {
      return admission.recommendation();
    }
  }

  synchronized boolean isDone() {
    return outcomes.size() == recommendations.size();
  }

  /** Begins a thread's work; results of threads before it no longer count. */
  synchronized int begin() {
    return ++turn;
  }

  /**
   * Evaluates what is left, or what is left until this thread is given up.
   *
   * @param mine what {@link #begin} gave
   * @param started told before each recommendation
   */
  void work(int mine, Runnable started) {
    try (CqlEvaluation evaluation =
        question
            .knowledge()
            .program()
            .begin(
                question.patient(),
                question.context(),
                question.evaluatedAt(),
                question.settings(),
                question.deadline())) {
      for (Taken taken = take(mine); taken != null; taken = take(mine)) {
        started.run();
        evaluation.allow(cpu.map(taken.admission().leave() == Leave.SHORT ? SHORT : FULL));
        Set<String> sentences = new LinkedHashSet<>();
        Outcome outcome =
            DecisionEngine.weigh(
                taken.recommendation(), question, evaluation, taken.speaking(), sentences);
        put(mine, taken.admission(), outcome, sentences);
      }
      // here, where the record is at hand, and not on the thread that waits
      codes = codes();
    }
  }

  private CodeCount codes() {
    return CodeCount.of(question.patient(), question.knowledge().program().valueSets());
  }

  /**
   * Gives up the recommendation at which a thread hangs.
   *
   * @param mine the thread's turn
   * @param why what its outcome says
   * @return its admission; empty if the thread is not, or no longer, at one
   */
  synchronized Optional<Quarantine.Admission> giveUp(int mine, Problem why) {
    if (mine != turn || isDone()) {
      return Optional.empty();
    }
    turn++;
    Recommendation hanging = recommendations.get(outcomes.size());
    outcomes.add(new Outcome.NotEvaluated(hanging, why));
    return Optional.ofNullable(current).filter(a -> a.recommendation().equals(hanging));
  }

  /** Gives up everything that is left: there is no more time. */
  synchronized void giveUpTheRest() {
    turn++;
    while (!isDone()) {
      outcomes.add(
          new Outcome.NotEvaluated(recommendations.get(outcomes.size()), CqlEvaluation.TIMED_OUT));
    }
  }

  synchronized boolean isGivenUp(int mine) {
    return mine != turn;
  }

  Decision decision() {
    return new Decision(
        question.service(),
        question.evaluatedAt(),
        question.knowledge().version(),
        outcomes,
        List.copyOf(incomplete),
        DecisionEngine.unseen(outcomes, question.patient()),
        codes == null ? codes() : codes);
  }

  private synchronized Taken take(int mine) {
    while (mine == turn && !isDone()) {
      Recommendation next = recommendations.get(outcomes.size());
      current = quarantine.admit(question, next);
      if (current.leave() != Leave.NONE) {
        return new Taken(current, speaking);
      }
      outcomes.add(new Outcome.NotEvaluated(next, Quarantine.problem()));
    }
    return null;
  }

  private synchronized void put(
      int mine, Quarantine.Admission admission, Outcome outcome, Set<String> sentences) {
    if (mine != turn) {
      return;
    }
    boolean overran = tell(admission, outcome);
    outcomes.add(
        overran && admission.leave() == Leave.SHORT
            ? new Outcome.NotEvaluated(outcome.recommendation(), Quarantine.problem())
            : outcome);
    incomplete.addAll(sentences);
    if (outcome instanceof Outcome.Applies applies) {
      speaking = applies.recommendation();
    }
  }

  /** Whether it used up its CPU time. */
  private static boolean tell(Quarantine.Admission admission, Outcome outcome) {
    if (outcome instanceof Outcome.NotEvaluated failed) {
      if (failed.problem().equals(CqlEvaluation.OVERRAN)) {
        admission.overran();
        return true;
      }
      if (Set.of(ProblemCategory.TIMED_OUT, ProblemCategory.DATA_MISSING)
          .contains(failed.problem().category())) {
        admission.undecided();
        return false;
      }
    }
    admission.completed();
    return false;
  }
}
