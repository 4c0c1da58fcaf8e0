package org.oncohooks.hooks;

import java.util.regex.Pattern;
import org.oncohooks.knowledge.Link;

/** What a link in the content has to be before a card shows it. */
final class Links {

  private static final Pattern WEB = Pattern.compile("https?://[^\\s<>\"\\\\\\p{Cntrl}]+");

  private Links() {}

  /** Whether the link leads to the web; anything else is shown as its label. */
  static boolean isWeb(Link link) {
    return WEB.matcher(link.url()).matches();
  }
}
