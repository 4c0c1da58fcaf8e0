package org.oncohooks.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A site's decisions as the command line gives them, not yet held against the content.
 *
 * @param services ids of services to switch on
 * @param settings {@code NAME=VALUE}; they win over the file
 * @param file YAML map of settings
 * @param linkHosts hosts that a card may link to; empty = any
 */
record SiteOptions(
    List<String> services, List<String> settings, Optional<Path> file, List<String> linkHosts) {

  static SiteOptions none() {
    return new SiteOptions(List.of(), List.of(), Optional.empty(), List.of());
  }
}
