package org.oncohooks.security;

import java.util.Optional;
import org.oncohooks.Problem;

/** What a {@link Door} says. */
public sealed interface Admission {

  record Admitted(Caller caller) implements Admission {}

  /**
   * @param problem what the caller is told; the same for whatever is wrong with a token
   * @param reason a code for the log: why, in words of this service
   * @param tenant whom the caller claims to be, once that is proven
   */
  record Refused(Problem problem, String reason, Optional<String> tenant) implements Admission {}
}
