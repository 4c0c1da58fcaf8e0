package org.oncohooks.fhirapi;

import org.oncohooks.Problem;

/** Turns a problem into what the caller gets; the table of statuses lies with the HTTP edge. */
@FunctionalInterface
public interface ProblemAnswers {

  /**
   * @param status HTTP status
   * @param operationOutcome FHIR R4 JSON
   */
  record Answer(int status, byte[] operationOutcome) {}

  Answer of(Problem problem);
}
