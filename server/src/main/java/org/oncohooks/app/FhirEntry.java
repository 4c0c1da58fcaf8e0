package org.oncohooks.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;
import org.oncohooks.security.TokenIssuer;

/**
 * Who may use {@code /fhir}, in the configuration file.
 *
 * @param knowledge {@code open} to let anyone read it, else {@code token}
 */
record FhirEntry(String knowledge, List<Issuer> tokenIssuers) {

  /** A server whose access tokens are taken. */
  record Issuer(
      @JsonProperty(required = true) String issuer,
      String jwks,
      String jwksFile,
      List<String> algorithms,
      String audience,
      List<String> networks,
      Boolean plainHttp) {

    Issuer {
      algorithms = Optional.ofNullable(algorithms).orElse(List.copyOf(TokenIssuer.RECOMMENDED));
      networks = Optional.ofNullable(networks).orElse(List.of());
      plainHttp = Optional.ofNullable(plainHttp).orElse(false);
    }
  }

  FhirEntry {
    knowledge = Optional.ofNullable(knowledge).orElse("token");
    tokenIssuers = Optional.ofNullable(tokenIssuers).orElse(List.of());
  }

  /** Nobody. */
  static FhirEntry closed() {
    return new FhirEntry(null, null);
  }
}
