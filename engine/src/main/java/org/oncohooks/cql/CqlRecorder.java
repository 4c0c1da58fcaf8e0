package org.oncohooks.cql;

import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * Is told what each expression of an evaluation gives (see {@link CqlProgram#recording}). Not
 * thread-safe: one evaluation at a time.
 */
public abstract sealed class CqlRecorder permits CqlCoverage, CqlTrace {

  CqlRecorder() {}

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
