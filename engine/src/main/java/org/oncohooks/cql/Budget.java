package org.oncohooks.cql;

import org.hl7.elm.r1.Element;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.opencds.cqf.cql.engine.debug.BreakpointAction;
import org.opencds.cqf.cql.engine.debug.BreakpointHandler;
import org.opencds.cqf.cql.engine.execution.State;

/**
 * How long an evaluation may take. The CQL engine can't be interrupted; it asks its breakpoint
 * handler before each expression, and that asks here, as do the ports that it calls (retrieve,
 * property access). One evaluation, one thread.
 */
final class Budget implements BreakpointHandler {

  /** A clock reading costs about as much as an expression; one in so many is enough. */
  private static final int CHECK_EVERY = 256;

  private final Deadline deadline;
  private int untilCheck = CHECK_EVERY;

  Budget(Deadline deadline) {
    this.deadline = deadline;
  }

  /** Throws a {@code TIMED_OUT} problem once the deadline has passed. */
  void spend() {
    spend(1);
  }

  /**
   * As {@link #spend()}, for work that is as much as several expressions.
   *
   * @param expressions how many; 0 is none
   */
  void spend(int expressions) {
    untilCheck -= expressions;
    if (untilCheck <= 0) {
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

  @Override
  public BreakpointAction onBeforeExpression(Element expression, State state) {
    spend();
    return BreakpointAction.CONTINUE;
  }
}
