package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.patient.PatientRecord;

/**
 * How much of what a record names by code is known to the rules. A code in no value set is not a
 * member, whatever it means, so that it has to be told apart from "none recorded".
 *
 * @param concepts how many coded concepts were looked at: what an entry is about, its coded value,
 *     its reasons, a relative's conditions
 * @param inNoValueSet how many of these have no code that is in a value set; most of a chart is
 * @param withoutSystem how many of those have a code without a code system, or no code at all
 * @param ofUnknownSystems how many of the others have codes only of systems that the content does
 *     not know, by system, the first {@value #MOST_SYSTEMS} by name
 */
public record CodeCount(
    int concepts,
    int inNoValueSet,
    int withoutSystem,
    SortedMap<String, Integer> ofUnknownSystems) {

  /** Nothing was looked at. */
  public static final CodeCount NONE = new CodeCount(0, 0, 0, Collections.emptySortedMap());

  private static final int MOST_SYSTEMS = 20;

  /** Elements whose concepts say what an entry means; a status or a category does not. */
  private static final List<String> ELEMENTS =
      List.of(
          "code",
          "valueCodeableConcept",
          "reasonCode",
          "conclusionCode",
          "medicationCodeableConcept",
          "relationship",
          "serviceType");

  public CodeCount {
    ofUnknownSystems = Collections.unmodifiableSortedMap(new TreeMap<>(ofUnknownSystems));
  }

  /** Counts what stands in a record. */
  public static CodeCount of(PatientRecord patient, ValueSets valueSets) {
    Counter counter = new Counter(valueSets);
    for (String type : patient.types()) {
      for (ObjectNode resource : patient.resources(type)) {
        counter.entry(resource);
        resource.path("condition").forEach(counter::entry);
      }
    }
    return counter.count();
  }

  /** Codes that a site has to map or complete before the rules can read them. */
  public int unreadable() {
    return withoutSystem + ofUnknownSystems.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** As the answer's extension and the explanation show it. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("concepts", concepts);
    json.put("inNoValueSet", inNoValueSet);
    json.put("withoutSystem", withoutSystem);
    if (!ofUnknownSystems.isEmpty()) {
      ObjectNode systems = json.putObject("ofUnknownSystems");
      ofUnknownSystems.forEach(systems::put);
    }
    return json;
  }

  private static final class Counter {

    private final ValueSets valueSets;
    private final TreeMap<String, Integer> unknown = new TreeMap<>();
    private int concepts;
    private int inNoValueSet;
    private int withoutSystem;

    private Counter(ValueSets valueSets) {
      this.valueSets = valueSets;
    }

    private void entry(JsonNode entry) {
      for (String element : ELEMENTS) {
        JsonNode value = entry.path(element);
        if (value.isArray()) {
          value.forEach(this::concept);
        } else if (value.isObject()) {
          concept(value);
        }
      }
    }

    private void concept(JsonNode concept) {
      concepts++;
      boolean systemMissing = true;
      String unknownSystem = null;
      boolean known = false;
      for (JsonNode coding : concept.path("coding")) {
        String system = coding.path("system").asText("");
        String code = coding.path("code").asText("");
        if (system.isEmpty() || code.isEmpty()) {
          continue;
        }
        systemMissing = false;
        if (!valueSets.containing(system, code).isEmpty()) {
          return;
        }
        if (valueSets.knowsSystem(system)) {
          known = true;
        } else if (unknownSystem == null) {
          unknownSystem = system;
        }
      }
      inNoValueSet++;
      if (systemMissing) {
        withoutSystem++;
      } else if (!known) {
        unknown.merge(unknownSystem, 1, Integer::sum);
      }
    }

    private CodeCount count() {
      while (unknown.size() > MOST_SYSTEMS) {
        unknown.pollLastEntry();
      }
      return new CodeCount(concepts, inNoValueSet, withoutSystem, unknown);
    }
  }
}
