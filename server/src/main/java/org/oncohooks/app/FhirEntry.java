package org.oncohooks.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import org.oncohooks.security.TokenIssuer;

/**
 * Who may use {@code /fhir}, in the configuration file.
 *
 * @param knowledge {@code open} to let anyone read it, else {@code token}
 * @param callsPerSecond of all together who bring no token
 */
record FhirEntry(String knowledge, Integer callsPerSecond, List<Issuer> tokenIssuers) {

  private static final int OPEN_CALLS = 50;
  private static final int ISSUERS_CALLS = 200;

  /** A server whose access tokens are taken. */
  record Issuer(
      @JsonProperty(required = true) String issuer,
      String jwks,
      String jwksFile,
      List<String> algorithms,
      String audience,
      Integer callsPerSecond,
      List<String> networks,
      Boolean plainHttp) {

    Issuer {
      algorithms = Optional.ofNullable(algorithms).orElse(List.copyOf(TokenIssuer.RECOMMENDED));
      callsPerSecond = Optional.ofNullable(callsPerSecond).orElse(ISSUERS_CALLS);
      networks = Optional.ofNullable(networks).orElse(List.of());
      plainHttp = Optional.ofNullable(plainHttp).orElse(false);
    }
  }

  FhirEntry {
    knowledge = Optional.ofNullable(knowledge).orElse("token");
    callsPerSecond = Optional.ofNullable(callsPerSecond).orElse(OPEN_CALLS);
    tokenIssuers = Optional.ofNullable(tokenIssuers).orElse(List.of());
  }

  /** Nobody. */
  static FhirEntry closed() {
    return new FhirEntry(null, null, null);
  }
}
