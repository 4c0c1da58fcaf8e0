package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;
import org.opencds.cqf.cql.engine.exception.CqlException;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * One patient's evaluation: each define is computed once, whoever asks for it. Not thread-safe;
 * nothing of it outlives {@link #close}.
 */
public final class CqlEvaluation implements AutoCloseable {

  /** The deadline has passed. */
  public static final Problem TIMED_OUT =
      Problem.of(
          ProblemCategory.TIMED_OUT,
          "evaluation-timed-out",
          "The evaluation did not finish within its time; call again.");

  /** The CPU time of {@link #allow} is used up. */
  public static final Problem OVERRAN =
      Problem.of(
          ProblemCategory.TIMED_OUT,
          "evaluation-overran",
          "It took more computing time than it is allowed.");

  private final CqlProgram program;
  private final PatientRecord patient;
  private final ZonedDateTime evaluatedAt;
  private final Map<String, Value> parameters;
  private final Budget budget;
  private final FhirValues values;
  private final Activation activation;

  CqlEvaluation(
      CqlProgram program,
      PatientRecord patient,
      HookContext context,
      ZonedDateTime evaluatedAt,
      Map<String, Value> parameters,
      Deadline deadline) {
    this.program = program;
    this.patient = patient;
    this.evaluatedAt = evaluatedAt;
    this.budget = new Budget(deadline);
    this.values = new FhirValues(program.types(), evaluatedAt.getOffset(), budget, patient);
    this.parameters = new HashMap<>(parameters);
    this.parameters.putAll(ContextParameters.of(program.contextParameters(), context, values));
    this.activation =
        new Activation(
            program.linked().size(), this.parameters, budget, program.recorder().orElse(null));
    program.recorder().ifPresent(CqlRecorder::begin);
    this.activation.use(ready(program.borrow()));
  }

  /**
   * Limits the CPU time that this thread may use for what is evaluated from now on, until it is
   * limited anew. It is asked between expressions; a single operator runs to its end.
   *
   * @param cpu empty = no more than the deadline says
   */
  public void allow(Optional<Duration> cpu) {
    budget.allow(cpu);
  }

  /**
   * @param library name of the library
   * @param define name of a define in it
   * @return the value as JSON, in the form that {@link CqlJson} describes
   * @throws ProblemException {@code TIMED_OUT} after the deadline or when CPU time is used up,
   *     {@code INCORRECT} if the patient's data can't be read, {@code FAULT} if the CQL fails; the
   *     evaluation may be asked for other defines afterwards
   */
  public JsonNode evaluate(String library, String define) {
    return evaluate(library, define, CqlJson::of);
  }

  /** As {@link #evaluate}, but FHIR values are the JSON that the record holds. */
  public JsonNode evaluateWhole(String library, String define) {
    return evaluate(library, define, CqlJson::whole);
  }

  /**
   * As {@link #evaluate}, as parameters of a FHIR Parameters resource: one, or more of a list.
   *
   * @param name of the parameters
   * @return as the guide Using CQL with FHIR maps types
   */
  public ArrayNode parameters(String library, String define, String name) {
    String type = program.resultType(library, define).orElse("System.Any");
    return evaluate(library, define, value -> CqlFhir.parameters(name, value, type));
  }

  private <T> T evaluate(String library, String define, Function<Value, T> form) {
    try {
      return form.apply(activation.define(program.linked().define(library, define)));
    } catch (RuntimeException | StackOverflowError e) {
      activation.use(ready(program.borrow()));
      throw problem(library, define, e).asException(e);
    }
  }

  /** Gives the engine back, emptied. */
  @Override
  public void close() {
    activation.worker().forget();
    program.giveBack(activation.worker());
  }

  private CqlWorker ready(CqlWorker fresh) {
    fresh.begin(patient, evaluatedAt, parameters, values);
    program.recorder().ifPresent(fresh::tell);
    return fresh;
  }

  private static Problem problem(String library, String define, Throwable failure) {
    String place = library + ".\"" + define + "\"";
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProblemException known) {
        return known.problem();
      }
    }
    String at = "";
    if (failure instanceof CqlException cql && cql.getSourceLocator() != null) {
      at = " at " + cql.getSourceLocator();
    }
    // the engine's message may quote patient data and is left out
    return Problem.of(
        ProblemCategory.FAULT, "cql-failed", "The CQL failed in " + place + at + ".", place);
  }
}
