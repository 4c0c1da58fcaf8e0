package org.oncohooks.cql;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationVisitor;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.execution.Variable;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * One CQL engine with its ports, for what {@link Linker} leaves to it and for the operators, which
 * ask it for the time and for types. Reused; cleared for every patient, because it remembers
 * results.
 */
final class CqlWorker {

  private final State state;
  private final EvaluationVisitor visitor = new EvaluationVisitor();
  private final RecordRetrieve retrieve;

  CqlWorker(LibraryManager manager, FhirTypes types, ValueSets valueSets) {
    this.retrieve = new RecordRetrieve(types, valueSets);
    Environment environment =
        new Environment(
            manager,
            Map.of(
                FhirTypes.URI, new CompositeDataProvider(new FhirModelResolver(types), retrieve)),
            new ValueSetTerminology(valueSets));
    environment.registerExternalFunctionProvider(
        new VersionedIdentifier()
            .withId(CqlCompilation.HELPERS)
            .withVersion(CqlCompilation.HELPERS_VERSION),
        new FhirConversions());
    CqlEngine engine =
        new CqlEngine(environment, EnumSet.of(CqlEngine.Options.EnableExpressionCaching));
    this.state = engine.getState();
  }

  void begin(
      org.oncohooks.patient.PatientRecord patient,
      java.time.ZonedDateTime evaluatedAt,
      Map<String, Value> parameters,
      FhirValues values) {
    forget();
    retrieve.begin(patient, values);
    state.setBreakpointHandler(values.budget());
    state.setEvaluationDateTime(evaluatedAt);
    state.getContextValues().put("Patient", patient.patientId());
    state.getParameters().putAll(parameters);
  }

  /** Lets a recorder see what the engine evaluates for this patient. */
  void tell(CqlRecorder recorder) {
    state.setBreakpointHandler(new EngineRecording(state.getBreakpointHandler(), recorder));
  }

  /** Clears everything that belongs to a patient. */
  void forget() {
    retrieve.end();
    state.getCache().getExpressions().clear();
    state.getParameters().clear();
    state.getContextValues().clear();
    state.setBreakpointHandler(null);
  }

  State state() {
    return state;
  }

  RecordRetrieve retrieve() {
    return retrieve;
  }

  /**
   * Lets the engine itself evaluate something, with variables by name. After an exception its state
   * is undefined: discard the worker.
   *
   * @param slots the variables' values
   */
  Value inEngine(
      Library library,
      List<Linker.Variable> variables,
      Value[] slots,
      BiFunction<EvaluationVisitor, State, Value> work) {
    state.init(library);
    // the engine's report of an error names the context of every frame
    boolean entered = state.enterContext("Patient");
    state.beginEvaluation();
    for (Linker.Variable variable : variables) {
      state.push(new Variable(variable.name()).withValue(slots[variable.slot()]));
    }
    Value value = work.apply(visitor, state);
    state.endEvaluation();
    state.exitContext(entered);
    state.clearEvaluatedResources();
    state.exitLibrary(true);
    return value;
  }
}
