package org.oncohooks.security;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A party whose tokens are believed, and how they are signed.
 *
 * @param issuer exact {@code iss}
 * @param keys where its keys are; a token's header never says that
 * @param keyUrls what a token's {@code jku} may say if it has one
 * @param algorithms of {@link #ALGORITHMS}
 */
public record TokenIssuer(
    String issuer, KeySource keys, Set<String> keyUrls, Set<String> algorithms) {

  /** The asymmetric signatures that can be allowed (RFC 7518, section 3.1). */
  public static final Set<String> ALGORITHMS =
      Set.of("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /** What CDS Hooks 2.0 recommends, and what is allowed unless configured otherwise. */
  public static final Set<String> RECOMMENDED = Set.of("ES384", "RS384");

  static final Duration SKEW = Duration.ofSeconds(60);

  public TokenIssuer {
    keyUrls = Set.copyOf(keyUrls);
    algorithms = Set.copyOf(algorithms);
    if (!ALGORITHMS.containsAll(algorithms) || algorithms.isEmpty()) {
      throw new IllegalArgumentException("not allowed as algorithms: " + algorithms);
    }
  }

  /** Everything about the header that costs nothing to find out. */
  void checkHeader(SignedToken token) throws TokenRefused {
    if (!algorithms.contains(token.algorithm())) {
      throw TokenFault.ALGORITHM.refused();
    }
    token.keyId();
    Optional<String> url = token.keyUrl();
    if (url.isPresent() && !keyUrls.contains(url.get())) {
      throw TokenFault.KEY_URL.refused();
    }
  }

  /** That it is valid now; clocks may differ by a minute. */
  static void checkTime(SignedToken token, Instant now) throws TokenRefused {
    if (now.isAfter(token.required("exp").plus(SKEW))) {
      throw TokenFault.EXPIRED.refused();
    }
    Instant latest = now.plus(SKEW);
    for (String claim : Set.of("iat", "nbf")) {
      Optional<Instant> begin = token.optional(claim);
      if (begin.isPresent() && begin.get().isAfter(latest)) {
        throw TokenFault.NOT_YET_VALID.refused();
      }
    }
  }

  /**
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} if the keys can't be had
   */
  void checkSignature(SignedToken token) throws TokenRefused {
    PublicKeys published = keys.keysFor(token.keyId());
    if (!published.has(token.keyId())) {
      throw TokenFault.KEY_UNKNOWN.refused();
    }
    if (!published.verify(token.keyId(), token.algorithm(), token.signed(), token.signature())) {
      throw TokenFault.SIGNATURE.refused();
    }
  }
}
