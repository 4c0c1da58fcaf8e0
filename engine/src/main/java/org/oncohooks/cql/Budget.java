package org.oncohooks.cql;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import org.hl7.elm.r1.Element;
import org.oncohooks.Deadline;
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

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Deadline deadline;
  private int untilCheck = CHECK_EVERY;

  /** Null = CPU time is not limited. */
  private Duration allowed;

  private long cpuBefore;

  /** CPU time can't have run out before this moment, as it runs no faster than the clock. */
  private Deadline look;

  Budget(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Limits the CPU time that this thread may use from now on, until it is limited anew.
   *
   * @param cpu empty = no more than the deadline says
   */
  void allow(Optional<Duration> cpu) {
    allowed = cpu.orElse(null);
    if (allowed != null) {
      cpuBefore = THREADS.getCurrentThreadCpuTime();
      look = Deadline.after(allowed);
    }
  }

  /** Throws a {@code TIMED_OUT} problem once the deadline has passed or the CPU time is used up. */
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
        throw CqlEvaluation.TIMED_OUT.asException();
      }
      if (allowed != null && look.expired()) {
        spendCpu();
      }
    }
  }

  private void spendCpu() {
    Duration left = allowed.minusNanos(Math.max(0, THREADS.getCurrentThreadCpuTime() - cpuBefore));
    if (left.isNegative() || left.isZero()) {
      throw CqlEvaluation.OVERRAN.asException();
    }
    look = Deadline.after(left);
  }

  @Override
  public BreakpointAction onBeforeExpression(Element expression, State state) {
    spend();
    return BreakpointAction.CONTINUE;
  }
}
