package org.oncohooks.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.security.TokenIssuer;

/**
 * One EHR of the configuration file, as {@code docs/configuration.md} explains its keys. What is
 * not there has its default here; what has none is null.
 */
record TenantEntry(
    @JsonProperty(required = true) String id,
    @JsonProperty(required = true) String issuer,
    String tenantClaim,
    String jwks,
    String jwksFile,
    List<String> algorithms,
    List<String> audiences,
    Integer tokenMinutes,
    Integer callsPerSecond,
    String dialect,
    List<String> services,
    Map<String, JsonNode> settings,
    List<String> linkHosts,
    Boolean localStore,
    Boolean systemActions,
    Map<String, JsonNode> searchParameters,
    List<String> fhirBases,
    List<String> networks,
    Boolean plainHttp) {

  TenantEntry {
    algorithms = or(algorithms, List.copyOf(TokenIssuer.RECOMMENDED));
    audiences = or(audiences, List.of());
    tokenMinutes = or(tokenMinutes, 5);
    callsPerSecond = or(callsPerSecond, 50);
    dialect = or(dialect, "standard");
    settings = or(settings, Map.of());
    localStore = or(localStore, false);
    systemActions = or(systemActions, false);
    searchParameters = or(searchParameters, Map.of());
    fhirBases = or(fhirBases, List.of());
    networks = or(networks, List.of());
    plainHttp = or(plainHttp, false);
  }

  private static <T> T or(T value, T otherwise) {
    return Optional.ofNullable(value).orElse(otherwise);
  }
}
