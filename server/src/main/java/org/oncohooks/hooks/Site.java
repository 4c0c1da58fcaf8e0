package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;

/**
 * What one site, or one tenant of it, decides about the content that it is served.
 *
 * @param tenant id of the tenant; {@code open} where callers need not prove who they are
 * @param services ids of services that are off by default and switched on here
 * @param only ids of the only services that are offered here; empty = all but those that are off
 * @param settings values for the CQL's parameters, by name; a request in development mode may set
 *     others
 * @param linkHosts hosts that a card may link to; empty = any that the content names
 * @param repeatSuppression whether a card that a clinician has answered is not repeated within its
 *     recommendation's interval
 * @param ledgerRequired whether cards are refused while calls can't be recorded
 * @param readsStore whether patients whose data is not sent are looked for in the service's own
 *     store
 * @param dialect how answers are written
 * @param systemActions whether what content declares a system action goes out as one, to be done
 *     unasked; else it is a suggestion like any other
 * @param searches by FHIR type, what is added to its search because its EHR takes none for all of
 *     the type; more than one where it takes several searches only
 */
public record Site(
    String tenant,
    Set<String> services,
    Optional<Set<String>> only,
    Map<String, JsonNode> settings,
    Set<String> linkHosts,
    boolean repeatSuppression,
    boolean ledgerRequired,
    boolean readsStore,
    Dialect dialect,
    boolean systemActions,
    Map<String, List<String>> searches) {

  public Site {
    services = Set.copyOf(services);
    only = only.map(Set::copyOf);
    settings = Map.copyOf(settings);
    linkHosts = Set.copyOf(linkHosts);
    searches = Map.copyOf(searches);
  }

  /** In open mode. */
  public Site(
      Set<String> services,
      Map<String, JsonNode> settings,
      Set<String> linkHosts,
      boolean repeatSuppression,
      boolean ledgerRequired) {
    this(
        "open",
        services,
        Optional.empty(),
        settings,
        linkHosts,
        repeatSuppression,
        ledgerRequired,
        true,
        Dialect.STANDARD,
        false,
        Map.of());
  }

  /** The content as it comes. */
  public static Site standard() {
    return new Site(Set.of(), Map.of(), Set.of(), true, false);
  }

  /** What this site's EHR is asked for. */
  PrefetchTemplates prefetch(Service service, String hook) {
    PrefetchTemplates all = service.prefetch(hook);
    return searches.isEmpty() ? all : all.narrowed(searches);
  }

  boolean offers(String service, boolean offByDefault) {
    return only.map(ids -> ids.contains(service))
        .orElseGet(() -> !offByDefault || services.contains(service));
  }
}
