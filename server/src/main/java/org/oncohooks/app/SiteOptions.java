package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A site's decisions as the command line gives them, not yet held against the content.
 *
 * @param services ids of services to switch on
 * @param settings {@code NAME=VALUE}; they win over the file
 * @param file YAML map of settings
 * @param linkHosts hosts that a card may link to; empty = any
 * @param repeatSuppression whether a card that a clinician has answered is not repeated for a while
 * @param ledgerRequired whether cards are refused while calls can't be recorded
 * @param ledgerKept how long rows of the ledger are kept; empty = for good
 * @param configured settings of the configuration file; both others win over them
 */
record SiteOptions(
    List<String> services,
    List<String> settings,
    Optional<Path> file,
    List<String> linkHosts,
    boolean repeatSuppression,
    boolean ledgerRequired,
    Optional<Duration> ledgerKept,
    Map<String, JsonNode> configured) {

  static SiteOptions none() {
    return new SiteOptions(
        List.of(), List.of(), Optional.empty(), List.of(), true, false, Optional.empty(), Map.of());
  }
}
