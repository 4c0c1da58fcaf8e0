package org.oncohooks.cql;

import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/**
 * How long an evaluation may take. The CQL engine can't be interrupted, so the ports that it calls
 * (retrieve, terminology, property access) ask here. One evaluation, one thread.
 */
final class Budget {

  /** A clock reading costs about as much as a property access; one in so many is enough. */
  private static final int CHECK_EVERY = 128;

  private final Deadline deadline;
  private int untilCheck = CHECK_EVERY;

  Budget(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Throws a {@code TIMED_OUT} problem once the deadline has passed. */
  void spend() {
    if (--untilCheck <= 0) {
      untilCheck = CHECK_EVERY;
      if (deadline.expired()) {
        throw Problem.of(
                ProblemCategory.TIMED_OUT,
                "evaluation-timed-out",
                "The evaluation did not finish within its time; call again.")
            .asException();
      }
    }
  }
}
