package org.oncohooks.cql;

import java.util.List;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.runtime.Value;

/** An expression that the CQL engine evaluates as a whole, with the variables in scope by name. */
final class EngineStep extends Step {

  private final Library library;
  private final List<Linker.Variable> variables;
  private final Expression expression;

  EngineStep(Library library, List<Linker.Variable> variables, Expression expression) {
    super(library, expression);
    this.library = library;
    this.variables = variables;
    this.expression = expression;
  }

  @Override
  Value evaluate(Frame frame) {
    return frame
        .activation
        .worker()
        .inEngine(
            library,
            variables,
            frame.slots,
            (visitor, state) -> visitor.visitExpression(expression, state));
  }
}
