package org.oncohooks.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * The EHR of one tenant, as a CDS client (CDS Hooks 2.0, Trusting CDS Clients).
 *
 * @param tenant id of the tenant
 * @param issuer who signs its tokens
 * @param tenantClaim what {@code tenant} has to say; empty = anything, for an issuer of one tenant
 * @param audiences what {@code aud} may say besides the URL that is called
 * @param longest longest life of a token, from {@code iat} to {@code exp}
 * @param callsPerSecond how many calls it may make in the long run; twice that at once
 */
public record TrustedClient(
    String tenant,
    TokenIssuer issuer,
    Optional<String> tenantClaim,
    Set<String> audiences,
    Duration longest,
    int callsPerSecond) {

  private static final Set<String> TYPES = Set.of("jwt");

  public TrustedClient {
    audiences = Set.copyOf(audiences);
  }

  boolean speaksFor(String tokenIssuer, Optional<String> tenantOfToken) {
    return issuer.issuer().equals(tokenIssuer)
        && (tenantClaim.isEmpty() || tenantClaim.equals(tenantOfToken));
  }

  /**
   * Cheap checks first: nothing is fetched or computed for a token that is wrong anyway.
   *
   * @param url of the endpoint that is called
   */
  void check(SignedToken token, String url, Instant now) throws TokenRefused {
    token.requireType(TYPES);
    issuer.checkHeader(token);
    Set<String> named = token.audiences();
    if (!named.contains(url) && Collections.disjoint(named, audiences)) {
      throw TokenFault.AUDIENCE.refused();
    }
    TokenIssuer.checkTime(token, now);
    Duration life = Duration.between(token.required("iat"), token.required("exp"));
    if (life.isNegative() || life.compareTo(longest) > 0) {
      throw TokenFault.LIFETIME.refused();
    }
    token.id();
    issuer.checkSignature(token);
  }

  /** When the token is refused for its age, whatever else. */
  static Instant end(SignedToken token) throws TokenRefused {
    return token.required("exp").plus(TokenIssuer.SKEW);
  }
}
