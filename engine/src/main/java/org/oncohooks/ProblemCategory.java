package org.oncohooks;

/**
 * What kind of thing went wrong. The edge maps each category to one HTTP status and one FHIR issue
 * code, in one table; nothing deeper knows either.
 */
public enum ProblemCategory {
  /** The caller did not prove who it is. */
  UNAUTHENTICATED,
  /** The caller may not do this. */
  FORBIDDEN,
  /** The caller asks more often than it may. */
  TOO_MANY,
  /** The caller sent something that can't be understood or that contradicts itself. */
  INCORRECT,
  /** The caller sent more than is accepted. */
  TOO_LARGE,
  /** The caller sent something that is right, and that this service can't act upon. */
  NOT_PROCESSABLE,
  /** The caller used a content type or an encoding that is not accepted. */
  UNSUPPORTED_MEDIA_TYPE,
  /** The caller used a method that the place does not have. */
  METHOD_NOT_ALLOWED,
  /** The place or thing named does not exist. */
  NOT_FOUND,
  /** The thing named was there and has been deleted. */
  GONE,
  /** What was asked conflicts with what is stored. */
  CONFLICT,
  /** The caller's condition on what is stored does not hold. */
  PRECONDITION_FAILED,
  /** The patient data that the question needs could not be had. */
  DATA_MISSING,
  /** The work did not finish within its budget or deadline. */
  TIMED_OUT,
  /** The service can't answer now, and may later. */
  UNAVAILABLE,
  /** The service or its content is at fault. */
  FAULT
}
