package org.oncohooks.fhirapi;

import org.oncohooks.ProblemException;

/** Keeps what was done at the FHIR face. Thread-safe. */
@FunctionalInterface
public interface AccessLog {

  /**
   * Told before an answer leaves, and before a change is made. When it returns true the access is
   * on record for good.
   *
   * @return false if it is not, and the answer may go out all the same
   * @throws ProblemException {@code UNAVAILABLE} if it is not, and nothing may be answered or
   *     changed
   */
  boolean record(FhirAccess access);

  /** Where nothing is recorded. */
  static AccessLog none() {
    return access -> true;
  }
}
