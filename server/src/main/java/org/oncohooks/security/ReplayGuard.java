package org.oncohooks.security;

import java.time.Instant;

/** Remembers the ids of tokens that were accepted, as long as they could be used again. */
public interface ReplayGuard extends AutoCloseable {

  /**
   * Whether this token is seen for the first time. Of several calls with the same id at once, one
   * gets {@code true}.
   *
   * @param tenant whose token it is
   * @param id the token's {@code jti}
   * @param until when the token is refused for its age
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} if it can't be remembered
   */
  boolean isFirst(String tenant, String id, Instant until);

  @Override
  void close();
}
