package org.oncohooks.records;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in an order of matches: a page begins after it. It names what stood there and not how
 * many came before, so what is written between two pages neither repeats nor hides anything.
 *
 * @param key what is sorted by, in microseconds since 1970; empty if the resource has none or the
 *     order is by id
 * @param id logical id
 */
public record PageStart(Optional<Long> key, String id) {

  private static final Pattern TEXT =
      Pattern.compile("(?:(-?\\d{1,19})~|~)?([A-Za-z0-9\\-.]{1,64})");

  /** The place of a resource in the order by id. */
  public static PageStart id(String id) {
    return new PageStart(Optional.empty(), id);
  }

  /** What {@link #text} wrote; empty for any other text. */
  static Optional<PageStart> of(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PageStart(Optional.ofNullable(parts.group(1)).map(Long::valueOf), parts.group(2)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** For a link. */
  public String text() {
    return key.map(k -> k + "~").orElse("") + id;
  }
}
