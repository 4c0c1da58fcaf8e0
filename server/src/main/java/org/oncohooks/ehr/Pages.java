package org.oncohooks.ehr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The pages of one search as one searchset (FHIR R4, Search, section 3.1.1.5.1). */
final class Pages {

  private final ObjectNode whole = JsonNodeFactory.instance.objectNode();
  private final ArrayNode entries;
  private final Set<JsonNode> seen = new HashSet<>();

  Pages() {
    whole.put("resourceType", "Bundle").put("type", "searchset");
    entries = whole.putArray("entry");
  }

  static boolean isSearchset(ObjectNode page) {
    return page.path("resourceType").asText("").equals("Bundle")
        && page.path("type").asText("").equals("searchset")
        && (!page.has("entry") || page.get("entry").isArray())
        && (!page.has("link") || page.get("link").isArray());
  }

  /**
   * Adds a page. An entry that an earlier page had is left out, so that a list which moved between
   * two pages is seen to hold fewer than its total.
   */
  void add(ObjectNode page) {
    if (page.has("total") && !whole.has("total")) {
      whole.set("total", page.get("total"));
    }
    for (JsonNode entry : page.path("entry")) {
      if (seen.add(entry)) {
        entries.add(entry);
      }
    }
  }

  int size() {
    return entries.size();
  }

  ObjectNode whole() {
    return whole;
  }

  /** The address of the next page, as the page has it; blank if it can't be read. */
  static Optional<String> next(ObjectNode page) {
    for (JsonNode link : page.path("link")) {
      if (link.path("relation").asText("").equals("next")) {
        return Optional.of(link.path("url").asText(""));
      }
    }
    return Optional.empty();
  }
}
