package org.oncohooks.security;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Where this service may call: the base URLs that the configuration lists and what lies below them,
 * at addresses of the public Internet or of networks that it lists too. Immutable.
 *
 * <p>A caller never brings a place of its own: what it says is compared with the list, and what is
 * called is the list's own entry. {@link OutboundClient} connects to the very addresses that were
 * checked, so a name can't change its meaning in between.
 */
public final class OutboundPolicy {

  /** Looks a name up; a test's own in tests. */
  @FunctionalInterface
  public interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private static final Pattern PLAIN = Pattern.compile("[!-~&&[^\"<>\\\\^`{|}]]{1,8192}");

  /** Dots and slashes in disguise: what they become depends on who reads them. */
  private static final Pattern DISGUISED = Pattern.compile("(?i)%(2e|2f|5c|00|25|0a|0d)");

  private final List<URI> bases;
  private final List<Network> networks;
  private final Resolver resolver;

  /**
   * @param bases as {@link #base(String, boolean)} gives them
   * @param networks that a base's name may lie in although they are not of the public Internet
   */
  public OutboundPolicy(Collection<URI> bases, Collection<Network> networks, Resolver resolver) {
    this.bases = List.copyOf(bases);
    this.networks = List.copyOf(networks);
    this.resolver = resolver;
  }

  /**
   * A base URL as a configuration names it, without a slash at its end.
   *
   * @param plainHttp whether http is allowed besides https
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static URI base(String url, boolean plainHttp) {
    String trimmed = withoutSlash(url);
    URI base =
        parse(trimmed)
            .orElseThrow(
                () -> new IllegalArgumentException("not a URL such as https://ehr.example.org/r4"));
    if (!base.getScheme().equals("https") && !(plainHttp && base.getScheme().equals("http"))) {
      throw new IllegalArgumentException("not https");
    }
    if (base.getRawQuery() != null) {
      throw new IllegalArgumentException("a base URL has no query");
    }
    return base;
  }

  /** Allows nothing. */
  public static OutboundPolicy none() {
    return new OutboundPolicy(List.of(), List.of(), InetAddress::getAllByName);
  }

  /** Whether there is nothing that may be called. */
  public boolean isEmpty() {
    return bases.isEmpty();
  }

  /**
   * The listed base that a caller names, such as {@code fhirServer} of a hook request: the same
   * text, but for a slash at the end.
   */
  public Optional<URI> named(String fhirServer) {
    String trimmed = withoutSlash(fhirServer);
    return bases.stream().filter(base -> base.toString().equals(trimmed)).findFirst();
  }

  /**
   * A URL that a listed server gave, such as the next page of a search, if it lies at or below that
   * server's base.
   */
  public Optional<URI> below(URI base, String url) {
    return parse(url).filter(parsed -> bases.contains(base) && isBelow(base, parsed));
  }

  boolean allows(URI url) {
    return parse(url.toString()).isPresent() && bases.stream().anyMatch(base -> isBelow(base, url));
  }

  private static boolean isBelow(URI base, URI url) {
    String path = base.getRawPath();
    return base.getScheme().equals(url.getScheme())
        && base.getHost().equalsIgnoreCase(url.getHost())
        && port(base) == port(url)
        && (url.getRawPath().equals(path) || url.getRawPath().startsWith(path + "/"));
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : url.getScheme().equals("https") ? 443 : 80;
  }

  /** Absolute, hierarchical, with a host, and with nothing that two readers could read unlike. */
  private static Optional<URI> parse(String text) {
    if (!PLAIN.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(text);
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      return web
              && url.getHost() != null
              && url.getHost().equals(url.getHost().toLowerCase(Locale.ROOT))
              && !url.getHost().endsWith(".")
              && url.getRawUserInfo() == null
              && url.getRawFragment() == null
              && url.normalize().equals(url)
              && !url.getRawPath().contains("//")
              && !url.getRawPath().contains(";")
              && !DISGUISED.matcher(url.getRawPath()).find()
              && HttpUrl.parse(text) != null // else the client could not call it
          ? Optional.of(url)
          : Optional.empty();
    } catch (URISyntaxException | NumberFormatException e) { // URI lets the second one out
      return Optional.empty();
    }
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /**
   * The addresses of a host to connect to. If one of them may not be called, none may.
   *
   * @throws UnknownHostException if there is none, or one is not allowed
   */
  List<InetAddress> addresses(String host) throws UnknownHostException {
    InetAddress[] found = resolver.resolve(host);
    for (InetAddress address : found) {
      if (Network.isSpecial(address) && networks.stream().noneMatch(n -> n.contains(address))) {
        throw new UnknownHostException("an address that is not allowed");
      }
    }
    return List.of(found);
  }
}
