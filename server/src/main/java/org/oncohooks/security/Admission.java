package org.oncohooks.security;

import org.oncohooks.Problem;

/** What a {@link Door} says. */
public sealed interface Admission {

  record Admitted(Caller caller) implements Admission {}

  /**
   * @param problem what the caller is told; the same for whatever is wrong with a token
   * @param reason a code for the log: why, in words of this service
   * @param caller the tenant, the program and the user, once they are proven; before that the
   *     issuer that the token claims, if it is a listed one
   */
  record Refused(Problem problem, String reason, Caller caller) implements Admission {}
}
