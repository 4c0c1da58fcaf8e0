package org.oncohooks.cql;

import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * Is told what each expression of an evaluation gives (see {@link CqlProgram#recording}). One
 * evaluation at a time: what an earlier one that was left behind still does on its thread is not
 * listened to any more. Read it when the evaluation is over.
 */
public abstract sealed class CqlRecorder permits CqlCoverage, CqlTrace {

  private static final int NOT_TOLD = -1;

  private volatile Thread evaluating;

  CqlRecorder() {}

  /** This thread begins an evaluation. */
  final void begin() {
    evaluating = Thread.currentThread();
    reset();
  }

  final int tellEntered(Library library, Element element) {
    return Thread.currentThread() == evaluating ? enter(library, element) : NOT_TOLD;
  }

  final void tellLeft(int depth, Value value) {
    if (depth != NOT_TOLD && Thread.currentThread() == evaluating) {
      leave(depth, value);
    }
  }

  final void tellFailed(int depth) {
    if (depth != NOT_TOLD && Thread.currentThread() == evaluating) {
      fail(depth);
    }
  }

  /** Nothing is open any more. */
  abstract void reset();

  /** An expression begins; gives what its end has to name. */
  abstract int enter(Library library, Element element);

  /** The expression that began at this depth has a value; what is still open in it has none. */
  abstract void leave(int depth, Value value);

  /** The expression that began at this depth failed. */
  abstract void fail(int depth);

  /** How many expressions are open. */
  abstract int depth();

  /** The innermost open expression; null if none is. */
  abstract Element current();
}
