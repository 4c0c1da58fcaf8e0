package org.oncohooks.cql;

import java.util.Set;

/**
 * What a retrieve of some CQL reads.
 *
 * @param resourceType FHIR type
 * @param codePath element filtered by; empty if unfiltered
 * @param valueSets URLs of the value sets filtered by
 * @param codes codes filtered by, as {@code system|code}
 */
public record DataNeed(
    String resourceType, String codePath, Set<String> valueSets, Set<String> codes) {

  public DataNeed {
    valueSets = Set.copyOf(valueSets);
    codes = Set.copyOf(codes);
  }

  /** Whether the retrieve reads every resource of its type. */
  public boolean unfiltered() {
    return valueSets.isEmpty() && codes.isEmpty();
  }
}
