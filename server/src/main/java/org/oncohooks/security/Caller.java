package org.oncohooks.security;

import java.util.Optional;

/**
 * Who calls, as far as the service knows.
 *
 * @param tenant id of the tenant whose EHR proved itself; empty in open mode, in which nobody has
 *     to
 */
public record Caller(Optional<String> tenant) {

  private static final Caller ANYONE = new Caller(Optional.empty());

  /** In open mode. */
  public static Caller anyone() {
    return ANYONE;
  }

  public static Caller of(String tenant) {
    return new Caller(Optional.of(tenant));
  }

  /** For records and logs: the tenant, or {@code open}, which no tenant may be called. */
  public String name() {
    return tenant.orElse("open");
  }
}
