package org.oncohooks.knowledge;

import java.util.Optional;

/**
 * A labelled link that the content declares.
 *
 * @param label what a reader sees
 * @param url https
 * @param smart whether it launches a SMART app, and does not open a page
 * @param appContext what the app is told; only with a SMART app
 */
public record Link(String label, String url, boolean smart, Optional<String> appContext) {

  /** A link to a page. */
  public Link(String label, String url) {
    this(label, url, false, Optional.empty());
  }
}
