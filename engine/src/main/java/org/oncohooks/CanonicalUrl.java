package org.oncohooks;

import java.util.Optional;

/**
 * A FHIR canonical: the URL of a conformance or knowledge resource with an optional business
 * version (FHIR R4, References, section 2.3.1).
 *
 * @param url absolute, without version
 * @param version the part after {@code |}, if any
 */
public record CanonicalUrl(String url, Optional<String> version) {

  public CanonicalUrl {
    if (url.isBlank() || url.indexOf('|') >= 0) {
      throw new IllegalArgumentException("not a canonical URL: '" + url + "'");
    }
  }

  /**
   * @param text {@code url} or {@code url|version}
   * @throws IllegalArgumentException if the URL part is blank
   */
  public static CanonicalUrl parse(String text) {
    int bar = text.indexOf('|');
    return bar < 0
        ? new CanonicalUrl(text, Optional.empty())
        : new CanonicalUrl(text.substring(0, bar), Optional.of(text.substring(bar + 1)));
  }

  /** The last path segment: {@code ScreeningDue} of {@code https://…/Library/ScreeningDue}. */
  public String lastSegment() {
    return url.substring(url.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return version.map(v -> url + "|" + v).orElse(url);
  }
}
