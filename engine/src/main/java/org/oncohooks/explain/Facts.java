package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The patient's resources that a value names. */
final class Facts {

  private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]+/[A-Za-z0-9\\-.]{1,64}");
  private static final int MOST = 20;

  private Facts() {}

  /** References such as {@code Condition/abc}, at most 20. */
  static Set<String> in(JsonNode value) {
    Set<String> found = new LinkedHashSet<>();
    collect(value, found);
    return found;
  }

  private static void collect(JsonNode value, Set<String> found) {
    for (String member : new String[] {"reference", "resource"}) {
      String text = value.path(member).asText("");
      if (found.size() < MOST && REFERENCE.matcher(text).matches()) {
        found.add(text);
      }
    }
    value.forEach(part -> collect(part, found));
  }
}
