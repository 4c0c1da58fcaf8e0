package org.oncohooks.hooks;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.knowledge.Link;

/**
 * Which of the content's links a card shows: absolute, https, and of a host that the site allows.
 * An EHR drops links that are not registered with it. What is not shown as a link is shown as text.
 */
final class Links {

  private static final Pattern WEB = Pattern.compile("https://[^\\s<>\"\\\\\\p{Cntrl}]+");

  private final Set<String> hosts;

  /**
   * @param hosts that may be linked to; empty = any that the content names
   */
  Links(Collection<String> hosts) {
    this.hosts =
        hosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  boolean mayShow(Link link) {
    return WEB.matcher(link.url()).matches()
        && host(link.url()).filter(host -> hosts.isEmpty() || hosts.contains(host)).isPresent();
  }

  private static Optional<String> host(String url) {
    try {
      URI uri = new URI(url);
      return uri.getUserInfo() != null || uri.getHost() == null
          ? Optional.empty()
          : Optional.of(uri.getHost().toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
