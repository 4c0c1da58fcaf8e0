package org.oncohooks.decision;

import java.time.Instant;
import java.util.List;
import org.oncohooks.Problem;
import org.oncohooks.knowledge.Recommendation;

/** What became of one recommendation for this patient. */
public sealed interface Outcome {

  Recommendation recommendation();

  /**
   * It applies and speaks for the service.
   *
   * @param unseen what was not looked at because optional data could not be had, as sentences
   */
  record Applies(Recommendation recommendation, Advice advice, List<String> unseen)
      implements Outcome {}

  /** It applies, and one of higher precedence speaks for it. */
  record Superseded(Recommendation recommendation, Advice advice, Recommendation by)
      implements Outcome {}

  /**
   * It applies, and a clinician has answered the same card not long ago.
   *
   * @param answer the answer
   * @param until when it would be shown again
   */
  record Suppressed(Recommendation recommendation, Advice advice, Answer answer, Instant until)
      implements Outcome {}

  /** It was evaluated and does not apply. */
  record DoesNotApply(Recommendation recommendation) implements Outcome {}

  /** It could not be evaluated; this is never read as "does not apply". */
  record NotEvaluated(Recommendation recommendation, Problem problem) implements Outcome {}
}
