package org.oncohooks.cql;

import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.runtime.Value;

/** A step that tells the evaluation's recorder what it gives. */
final class RecordedStep extends Step {

  private final Library library;
  private final Element element;
  private final Step step;

  RecordedStep(Library library, Element element, Step step) {
    super(library, element);
    this.library = library;
    this.element = element;
    this.step = step;
  }

  Step step() {
    return step;
  }

  @Override
  Value evaluate(Frame frame) {
    CqlRecorder recorder = frame.activation.recorder();
    int depth = recorder.tellEntered(library, element);
    boolean done = false;
    try {
      Value value = step.evaluate(frame);
      recorder.tellLeft(depth, value);
      done = true;
      return value;
    } finally {
      if (!done) {
        recorder.tellFailed(depth);
      }
    }
  }
}
