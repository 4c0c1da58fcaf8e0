package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/**
 * What one site decides about the content it serves.
 *
 * @param services ids of services that are off by default and switched on here
 * @param settings values for the CQL's parameters, by name; a request in development mode may set
 *     others
 * @param linkHosts hosts that a card may link to; empty = any that the content names
 * @param repeatSuppression whether a card that a clinician has answered is not repeated within its
 *     recommendation's interval
 * @param ledgerRequired whether cards are refused while calls can't be recorded
 */
public record Site(
    Set<String> services,
    Map<String, JsonNode> settings,
    Set<String> linkHosts,
    boolean repeatSuppression,
    boolean ledgerRequired) {

  public Site {
    services = Set.copyOf(services);
    settings = Map.copyOf(settings);
    linkHosts = Set.copyOf(linkHosts);
  }

  /** The content as it comes. */
  public static Site standard() {
    return new Site(Set.of(), Map.of(), Set.of(), true, false);
  }
}
