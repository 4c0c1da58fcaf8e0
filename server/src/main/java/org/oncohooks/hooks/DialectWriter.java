package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Changes a CDS Hooks response to what one EHR understands of it. */
final class DialectWriter {

  private static final Pattern NO_LETTER_OR_DIGIT = Pattern.compile("[^A-Za-z0-9]");

  private final Dialect dialect;
  private final Supplier<String> uuids;

  /**
   * @param uuids gives a new random UUID each time
   */
  DialectWriter(Dialect dialect, Supplier<String> uuids) {
    this.dialect = dialect;
    this.uuids = uuids;
  }

  /** What is offered, before it is recorded: feedback will name these suggestions. */
  void offer(ObjectNode response) {
    for (JsonNode card : response.path("cards")) {
      if (dialect == Dialect.EPIC && card.path("suggestions") instanceof ArrayNode suggestions) {
        ((ObjectNode) card).set("suggestions", oneActionEach(suggestions));
        // it knows no other, and suggestions that belong together are several now
        ((ObjectNode) card).put("selectionBehavior", "any");
      }
      if (dialect == Dialect.ORACLE_HEALTH) {
        card.path("links").forEach(link -> ((ObjectNode) link).remove("appContext"));
      }
    }
  }

  /** How codes are spelled, after they have been recorded as they are. */
  void spell(ObjectNode response) {
    if (dialect == Dialect.EPIC) {
      for (JsonNode card : response.path("cards")) {
        if (card.at("/source/topic") instanceof ObjectNode topic) {
          String code = topic.path("code").asText();
          topic.put("code", NO_LETTER_OR_DIGIT.matcher(code).replaceAll(""));
        }
      }
    }
  }

  /**
   * The clinician sees the actions' descriptions, so each says which part of how many it is: what
   * was one step of several must not look complete.
   */
  private ArrayNode oneActionEach(ArrayNode suggestions) {
    ArrayNode split = JsonNodeFactory.instance.arrayNode();
    for (JsonNode suggestion : suggestions) {
      int parts = suggestion.path("actions").size();
      if (parts < 2) {
        split.add(suggestion);
        continue;
      }
      for (int i = 0; i < parts; i++) {
        ObjectNode action = suggestion.path("actions").get(i).deepCopy();
        String part = " (" + (i + 1) + " of " + parts + ")";
        action.put("description", action.path("description").asText() + part);
        ObjectNode one = suggestion.deepCopy();
        one.put("label", suggestion.path("label").asText() + part);
        if (i > 0) {
          one.put("uuid", uuids.get());
        }
        one.putArray("actions").add(action);
        split.add(one);
      }
    }
    return split;
  }
}
