package org.oncohooks.decision;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.PatientRecord;

/**
 * When no recommendation could be evaluated there are no cards to send: an empty list would read as
 * "nothing to say".
 */
public final class NothingEvaluated {

  /** The first of these that any recommendation met is what the caller is told. */
  private static final List<ProblemCategory> WORST_FIRST =
      List.of(
          ProblemCategory.FAULT,
          ProblemCategory.TIMED_OUT,
          ProblemCategory.UNAVAILABLE,
          ProblemCategory.INCORRECT,
          ProblemCategory.DATA_MISSING);

  private NothingEvaluated() {}

  /**
   * @param readsStore whether patients whose data is not sent are looked for in the store
   * @return the problem to answer with; empty if at least one recommendation was evaluated
   */
  public static Optional<Problem> in(Decision decision, PatientRecord record, boolean readsStore) {
    List<Outcome.NotEvaluated> failed = decision.notEvaluated();
    if (failed.isEmpty() || failed.size() < decision.outcomes().size()) {
      return Optional.empty();
    }
    Set<ProblemCategory> met =
        failed.stream().map(outcome -> outcome.problem().category()).collect(Collectors.toSet());
    return Optional.of(
        switch (WORST_FIRST.stream()
            .filter(met::contains)
            .findFirst()
            .orElse(ProblemCategory.FAULT)) {
          case DATA_MISSING -> missing(failed, record, readsStore);
          case INCORRECT -> incorrect(failed);
          case TIMED_OUT -> timedOut(failed);
          case UNAVAILABLE ->
              Problem.of(
                  ProblemCategory.UNAVAILABLE,
                  "rules-quarantined",
                  "No recommendation could be evaluated: each took too much computing again and"
                      + " again and is left out for now. The service's operator has been told.");
          default ->
              Problem.of(
                  ProblemCategory.FAULT,
                  "evaluation-failed",
                  "No recommendation could be evaluated because of an error in the service.");
        });
  }

  /**
   * As a problem of {@link #in}, with what each recommendation met, for those who write content.
   */
  public static Problem explained(Problem problem, Decision decision) {
    String each =
        decision.notEvaluated().stream()
            .map(outcome -> outcome.recommendation().id() + ": " + outcome.problem().text())
            .collect(Collectors.joining(" "));
    return new Problem(
        problem.category(), problem.code(), problem.text() + " " + each, problem.places());
  }

  /** To try again helps against load, not where the data itself takes so much computing. */
  private static Problem timedOut(List<Outcome.NotEvaluated> failed) {
    String overran = CqlEvaluation.OVERRAN.code();
    if (failed.stream().allMatch(outcome -> outcome.problem().code().equals(overran))) {
      return Problem.of(
          ProblemCategory.TIMED_OUT,
          overran,
          "No recommendation could be evaluated: with this patient's data each takes more computing"
              + " time than it is allowed. The same call is likely to end the same; send no more"
              + " than the prefetch templates ask for, or tell the service's operator.");
    }
    return Problem.of(
        ProblemCategory.TIMED_OUT,
        "evaluation-timed-out",
        "No recommendation could be evaluated in time. Try again.");
  }

  private static Problem incorrect(List<Outcome.NotEvaluated> failed) {
    return failed.stream()
        .map(Outcome.NotEvaluated::problem)
        .filter(problem -> problem.category() == ProblemCategory.INCORRECT)
        .findFirst()
        .orElseThrow();
  }

  private static Problem missing(
      List<Outcome.NotEvaluated> failed, PatientRecord record, boolean readsStore) {
    Set<String> required =
        failed.stream()
            .flatMap(outcome -> outcome.recommendation().requiredTypes().stream())
            .collect(Collectors.toSet());
    TreeMap<String, String> words = new TreeMap<>();
    for (Outcome.NotEvaluated outcome : failed) {
      for (String key : outcome.problem().places()) {
        words.put(key, key + " " + DataGap.Reason.NOT_SENT.words());
      }
    }
    for (DataGap gap : record.gaps()) {
      if (gap.resourceType().equals("Patient") || required.contains(gap.resourceType())) {
        words.put(gap.key(), gap.key() + " " + gap.reason().words());
      }
    }
    return new Problem(
        ProblemCategory.DATA_MISSING,
        "data-missing",
        "The data that this service needs could not be had: "
            + String.join("; ", words.values())
            + ". Send these prefetch keys in full"
            + (readsStore ? ", or load the patient into this service's FHIR store." : "."),
        words.keySet().stream().map(key -> "prefetch." + key).toList());
  }
}
