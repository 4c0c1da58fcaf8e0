package org.oncohooks.cql;

import java.util.ArrayDeque;
import java.util.Deque;
import org.hl7.elm.r1.Element;
import org.opencds.cqf.cql.engine.debug.BreakpointAction;
import org.opencds.cqf.cql.engine.debug.BreakpointHandler;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Value;

/** Tells a recorder what the engine evaluates by itself (see {@link EngineStep}). */
final class EngineRecording implements BreakpointHandler {

  private record Open(int depth, Element element) {}

  private final BreakpointHandler budget;
  private final CqlRecorder recorder;
  private final Deque<Open> open = new ArrayDeque<>();

  EngineRecording(BreakpointHandler budget, CqlRecorder recorder) {
    this.budget = budget;
    this.recorder = recorder;
  }

  @Override
  public BreakpointAction onBeforeExpression(Element expression, State state) {
    // the step that handed the expression over has told of it
    if (recorder.current() != expression) {
      // what failed in the engine has not been closed here
      while (!open.isEmpty() && open.peek().depth() >= recorder.depth()) {
        open.pop();
      }
      open.push(new Open(recorder.tellEntered(state.getCurrentLibrary(), expression), expression));
    }
    return budget.onBeforeExpression(expression, state);
  }

  @Override
  public void onAfterExpression(Element expression, State state, Value value) {
    if (!open.isEmpty() && open.peek().element() == expression) {
      recorder.tellLeft(open.pop().depth(), value);
    }
  }
}
