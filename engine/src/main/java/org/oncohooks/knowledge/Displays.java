package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.cql.ValueSets;

/** What the content's value sets call their codes. Immutable and thread-safe. */
public final class Displays {

  private final ValueSets valueSets;
  private final Map<String, String> byCode = new HashMap<>();

  Displays(List<ObjectNode> resources, ValueSets valueSets) {
    this.valueSets = valueSets;
    for (ObjectNode valueSet : resources) {
      valueSet
          .at("/compose/include")
          .forEach(part -> part.path("concept").forEach(c -> put(part.path("system"), c)));
      valueSet.at("/expansion/contains").forEach(c -> put(c.path("system"), c));
    }
  }

  private void put(JsonNode system, JsonNode concept) {
    String display = concept.path("display").asText("");
    if (!display.isEmpty()) {
      byCode.putIfAbsent(key(system.asText(), concept.path("code").asText()), display);
    }
  }

  /**
   * @param system URI of the code system, aliases allowed
   * @return the display of the code, written with or without a dot; empty if no value set has one
   */
  public Optional<String> of(String system, String code) {
    return Optional.ofNullable(byCode.get(key(system, code)));
  }

  private String key(String system, String code) {
    return valueSets.preferredSystem(system)
        + "|"
        + code.strip().replace(".", "").toUpperCase(Locale.ROOT);
  }
}
