package org.oncohooks.security;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;

/**
 * Whatever text a caller or a server gives as a URL: if it is allowed, the HTTP client reads it as
 * a place on the very server that is listed, below the listed path.
 */
public final class OutboundPolicyFuzz {

  private static final List<URI> BASES =
      List.of(
          OutboundPolicy.base("https://ehr.example.org/fhir/r4", false),
          OutboundPolicy.base("https://ehr.example.org:8443/fhir", false),
          OutboundPolicy.base("http://127.0.0.1:8000/fhir", true),
          OutboundPolicy.base("https://[2001:db8::1]/r4", false));

  private static final OutboundPolicy POLICY =
      new OutboundPolicy(BASES, List.of(), InetAddress::getAllByName);

  private OutboundPolicyFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    POLICY.named(text).ifPresent(base -> requireListed(base, text));
    for (URI base : BASES) {
      POLICY.below(base, text).ifPresent(url -> requireBelow(base, url));
      POLICY.below(base, base + text).ifPresent(url -> requireBelow(base, url));
      POLICY.below(base, base + "/" + text).ifPresent(url -> requireBelow(base, url));
    }
    try {
      URI base = OutboundPolicy.base(text, true);
      require(HttpUrl.parse(base.toString()) != null, "a base that the client can't call");
    } catch (IllegalArgumentException e) {
      require(e.getMessage() != null && !e.getMessage().isBlank(), "refused without a word");
    }
    try {
      Network.of(text);
    } catch (IllegalArgumentException e) {
      // what it may say of a text that is no network
    }
  }

  private static void requireListed(URI base, String text) {
    require(BASES.contains(base), "a base that is not listed");
    require(text.equals(base.toString()) || text.equals(base + "/"), "not the listed text");
  }

  private static void requireBelow(URI base, URI url) {
    HttpUrl listed = HttpUrl.get(base.toString());
    Optional<HttpUrl> called = Optional.ofNullable(HttpUrl.parse(url.toString()));
    require(called.isPresent(), "allowed, and the client can't read it");
    require(called.get().scheme().equals(listed.scheme()), "another scheme");
    require(called.get().host().equals(listed.host()), "another host");
    require(called.get().port() == listed.port(), "another port");
    require(called.get().username().isEmpty() && called.get().password().isEmpty(), "a user");
    String path = called.get().encodedPath();
    String root = listed.encodedPath();
    require(path.equals(root) || path.startsWith(root + "/"), "another path");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException(what);
    }
  }
}
