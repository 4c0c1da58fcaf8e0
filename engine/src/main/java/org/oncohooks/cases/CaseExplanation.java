package org.oncohooks.cases;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.decision.Decision;
import org.oncohooks.explain.Explanation;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.PatientRecord;

/** Why a case comes out as it does. */
public final class CaseExplanation {

  private CaseExplanation() {}

  /**
   * @param defines further defines to evaluate, {@code Library.Name} or of the case's library
   * @return as {@link Explanation} writes it: of the case's service, or, for a case of a library
   *     without one, of the defines that it expects
   * @throws org.oncohooks.ProblemException if a define is not there, or nothing can be evaluated
   */
  public static ObjectNode of(Knowledge knowledge, Case tested, List<String> defines) {
    CqlTrace trace = new CqlTrace(knowledge.program());
    CaseRunner runner = new CaseRunner(knowledge.recording(trace));
    PatientRecord patient = CaseRunner.record(tested);
    Optional<Service> service = tested.service().flatMap(knowledge::service);
    Optional<Decision> decision = service.map(s -> runner.decide(tested, s, patient));
    try (CqlEvaluation evaluation = runner.begin(tested, patient)) {
      for (String define :
          service.isEmpty() && defines.isEmpty() ? tested.defines().keySet() : defines) {
        runner.value(evaluation, tested, define);
      }
    }
    return decision
        .map(d -> Explanation.of(d, tested.hook(), knowledge, trace))
        .orElseGet(() -> Explanation.of(tested.library(), tested.evaluatedAt(), knowledge, trace));
  }
}
