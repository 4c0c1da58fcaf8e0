package org.oncohooks.cql;

import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.oncohooks.ProblemException;
import org.opencds.cqf.cql.engine.debug.SourceLocator;
import org.opencds.cqf.cql.engine.exception.CqlException;
import org.opencds.cqf.cql.engine.exception.Severity;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * One expression of the CQL, linked: what its names mean was looked up once, when it was first
 * needed. Immutable and shared by all evaluations.
 */
abstract class Step {

  private final Library library;
  private final Element element;

  Step(Library library, Element element) {
    this.library = library;
    this.element = element;
  }

  /**
   * The expression's value; null is CQL's null.
   *
   * @throws ProblemException if the time is up or the data can't be read
   * @throws CqlException if the expression fails, with its place in the CQL
   */
  final Value run(Frame frame) {
    frame.activation.budget().spend();
    try {
      return evaluate(frame);
    } catch (ProblemException e) {
      throw e;
    } catch (CqlException e) {
      if (e.getSourceLocator() == null) {
        e.setSourceLocator(SourceLocator.fromNode(element, library));
      }
      throw e;
    } catch (RuntimeException e) {
      throw new CqlException(
          e.getMessage(), e, SourceLocator.fromNode(element, library), Severity.ERROR);
    }
  }

  abstract Value evaluate(Frame frame);

  /** Whether a value is CQL's true; null is not. */
  static boolean isTrue(Value value) {
    return value instanceof org.opencds.cqf.cql.engine.runtime.Boolean truth && truth.getValue();
  }

  static boolean isFalse(Value value) {
    return value instanceof org.opencds.cqf.cql.engine.runtime.Boolean truth && !truth.getValue();
  }
}
