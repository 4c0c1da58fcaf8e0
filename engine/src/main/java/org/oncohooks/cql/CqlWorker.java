package org.oncohooks.cql;

import java.util.EnumSet;
import java.util.Map;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationVisitor;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * One CQL engine with its ports. Reused, because it remembers which overload each call means;
 * cleared for every patient, because it also remembers results.
 *
 * <p>Defines are visited one by one instead of through the engine's own entry, which walks all
 * library includes on each call and logs failures with their messages.
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

  /** Clears everything that belongs to a patient. */
  void forget() {
    retrieve.end();
    state.getCache().getExpressions().clear();
    state.getParameters().clear();
    state.getContextValues().clear();
    state.setBreakpointHandler(null);
  }

  /** After an exception the state is undefined: discard the worker. */
  Value evaluate(Library library, String define) {
    ExpressionDef def = definition(library, define);
    state.init(library);
    state.beginEvaluation();
    state.pushActivationFrame(def, def.getContext());
    Value value = visitor.visitExpressionDef(def, state);
    state.popActivationFrame();
    state.endEvaluation();
    state.clearEvaluatedResources();
    state.exitLibrary(true);
    return value;
  }

  private static ExpressionDef definition(Library library, String name) {
    for (ExpressionDef def : library.getStatements().getDef()) {
      if (name.equals(def.getName()) && !(def instanceof FunctionDef)) {
        return def;
      }
    }
    throw new IllegalArgumentException(
        library.getIdentifier().getId() + " has no define \"" + name + "\"");
  }
}
