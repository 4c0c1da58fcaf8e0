package org.oncohooks.security;

import java.util.Optional;

/**
 * Who calls, as far as the service knows.
 *
 * @param tenant id of the tenant whose EHR proved itself; empty in open mode, in which nobody has
 *     to
 * @param issuer whose token was shown, if it is one that the configuration lists
 * @param client the program that the token was made for; empty if it does not say
 * @param user on whose behalf; empty if the token does not say, or says the program itself
 */
public record Caller(
    Optional<String> tenant,
    Optional<String> issuer,
    Optional<String> client,
    Optional<String> user) {

  private static final Caller ANYONE =
      new Caller(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** In open mode. */
  public static Caller anyone() {
    return ANYONE;
  }

  /** An EHR that proved itself by a token of an issuer. */
  public static Caller of(String tenant, String issuer) {
    return new Caller(Optional.of(tenant), Optional.of(issuer), Optional.empty(), Optional.empty());
  }

  /** Who says to be known to an issuer, and has proved nothing yet. */
  static Caller claiming(String issuer) {
    return new Caller(Optional.empty(), Optional.of(issuer), Optional.empty(), Optional.empty());
  }

  /** Who brought a token of an issuer's that holds. */
  static Caller of(SignedToken token, String issuer) {
    Optional<String> subject = token.word("sub");
    Optional<String> client = token.word("client_id").or(() -> token.word("azp")).or(() -> subject);
    return new Caller(
        Optional.empty(),
        Optional.of(issuer),
        client,
        token.word("fhirUser").or(() -> subject).filter(who -> !Optional.of(who).equals(client)));
  }

  /** Who shares the service's places with others: a tenant, those of an issuer, or all others. */
  public String party() {
    return tenant.or(() -> issuer).orElse("");
  }

  /** For records and logs: the tenant, or {@code open}, which no tenant may be called. */
  public String name() {
    return tenant.orElse("open");
  }
}
