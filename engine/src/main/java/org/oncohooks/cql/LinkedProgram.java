package org.oncohooks.cql;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ParameterDef;
import org.opencds.cqf.cql.engine.exception.CqlException;

/**
 * The compiled libraries with their references resolved: an expression is looked at once, not each
 * time it is evaluated. What the operators mean stays with the CQL engine (see {@link Operators});
 * expressions that {@link Linker} doesn't know are evaluated by the engine as a whole.
 */
final class LinkedProgram {

  private final Map<String, Library> libraries;
  private final ValueSetTerminology terminology;
  private final Map<String, Map<String, LinkedDefine>> defines = new HashMap<>();
  private final Map<ParameterDef, LinkedDefine> defaults = new IdentityHashMap<>();
  private final Map<FunctionDef, LinkedFunction> functions = new IdentityHashMap<>();
  private final boolean recorded;
  private final Optional<BiConsumer<Expression, Step>> listener;
  private int count;

  /**
   * @param recorded whether every step tells the evaluation's recorder what it gives; the same
   *     steps otherwise, so that what nobody records costs nothing
   */
  LinkedProgram(Map<String, Library> libraries, ValueSetTerminology terminology, boolean recorded) {
    this(libraries, terminology, recorded, Optional.empty());
  }

  /** With recorded steps, each of which the listener is told of when it is linked. */
  LinkedProgram(
      Map<String, Library> libraries,
      ValueSetTerminology terminology,
      Optional<BiConsumer<Expression, Step>> listener) {
    this(libraries, terminology, true, listener);
  }

  private LinkedProgram(
      Map<String, Library> libraries,
      ValueSetTerminology terminology,
      boolean recorded,
      Optional<BiConsumer<Expression, Step>> listener) {
    this.listener = listener;
    this.recorded = recorded;
    this.libraries = libraries;
    this.terminology = terminology;
    libraries.forEach(this::add);
  }

  private void add(String name, Library library) {
    Map<String, LinkedDefine> ofLibrary = new HashMap<>();
    defines.put(name, ofLibrary);
    if (library.getParameters() != null) {
      for (ParameterDef def : library.getParameters().getDef()) {
        defaults.put(def, define(library, def.getName(), def.getDefault()));
      }
    }
    if (library.getStatements() != null) {
      for (ExpressionDef def : library.getStatements().getDef()) {
        if (def instanceof FunctionDef function) {
          functions.put(function, new LinkedFunction(this, library, function));
        } else {
          ofLibrary.put(def.getName(), define(library, def.getName(), def.getExpression()));
        }
      }
    }
  }

  private LinkedDefine define(Library library, String name, Expression expression) {
    return new LinkedDefine(count++, name, () -> linker(library).body(expression, List.of()));
  }

  /** The step, made to tell the recorder what it gives if this program is recorded. */
  Step recorded(Library library, Expression expression, Step step) {
    listener.ifPresent(told -> told.accept(expression, step));
    return recorded ? new RecordedStep(library, expression, step) : step;
  }

  Linker linker(Library library) {
    return new Linker(this, terminology, library);
  }

  /** How many values an {@link Activation} holds. */
  int size() {
    return count;
  }

  Map<String, Library> libraries() {
    return libraries;
  }

  LinkedDefine define(String library, String name) {
    LinkedDefine define = defines.getOrDefault(library, Map.of()).get(name);
    if (define == null) {
      throw new IllegalArgumentException(library + " has no define \"" + name + "\"");
    }
    return define;
  }

  LinkedDefine defaultOf(ParameterDef parameter) {
    return defaults.get(parameter);
  }

  LinkedFunction function(FunctionDef def) {
    LinkedFunction function = functions.get(def);
    if (function == null) {
      throw new CqlException("A call means a function that is in no library: " + def.getName());
    }
    return function;
  }
}
