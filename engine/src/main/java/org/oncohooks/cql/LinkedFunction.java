package org.oncohooks.cql;

import java.util.List;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.OperandDef;
import org.opencds.cqf.cql.engine.runtime.Value;

/** A function of the CQL, linked when it is first called. Shared by all threads. */
final class LinkedFunction {

  private final LinkedProgram program;
  private final Library library;
  private final FunctionDef def;
  private volatile LinkedDefine.Body body;

  LinkedFunction(LinkedProgram program, Library library, FunctionDef def) {
    this.program = program;
    this.library = library;
    this.def = def;
  }

  Value call(Frame caller, Step[] operands) {
    LinkedDefine.Body linked = body;
    if (linked == null) {
      List<String> names = def.getOperand().stream().map(OperandDef::getName).toList();
      linked = program.linker(library).body(def.getExpression(), names);
      body = linked;
    }
    Frame frame = new Frame(caller.activation, linked.slots());
    for (int i = 0; i < operands.length; i++) {
      frame.slots[i] = operands[i].run(caller);
    }
    return linked.step().run(frame);
  }
}
