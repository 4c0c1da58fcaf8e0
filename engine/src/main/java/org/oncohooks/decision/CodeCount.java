package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
 * @param unread the diagnoses among the last two, of the patient and of relatives, in the order of
 *     the record
 */
public record CodeCount(
    int concepts,
    int inNoValueSet,
    int withoutSystem,
    SortedMap<String, Integer> ofUnknownSystems,
    List<Unread> unread) {

  /**
   * A diagnosis that no rule can read.
   *
   * @param resource where it stands, as {@code Condition/abc}
   * @param text the record's own words for it, or else its code, at most {@value #LONGEST}
   *     characters; empty where it has neither
   * @param system code system that the content does not know; empty where there is none
   */
  public record Unread(String resource, String text, Optional<String> system) {}

  /** Nothing was looked at. */
  public static final CodeCount NONE =
      new CodeCount(0, 0, 0, Collections.emptySortedMap(), List.of());

  private static final int LONGEST = 200;

  /** More are counted and not listed. */
  private static final int MOST_LISTED = 20;

  private static final int MOST_SYSTEMS = 20;

  public CodeCount {
    ofUnknownSystems = Collections.unmodifiableSortedMap(new TreeMap<>(ofUnknownSystems));
    unread = List.copyOf(unread);
  }

  /** Counts what stands in a record. */
  public static CodeCount of(PatientRecord patient, ValueSets valueSets) {
    Counter counter = new Counter(valueSets);
    for (String type : patient.types()) {
      for (ObjectNode resource : patient.resources(type)) {
        String id = resource.path("id").asText("");
        String reference = id.isEmpty() ? type : type + "/" + id;
        counter.entry(resource, type.equals("Condition") ? reference : "");
        resource.path("condition").forEach(condition -> counter.entry(condition, reference));
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
    if (!unread.isEmpty()) {
      ArrayNode list = json.putArray("unread");
      for (Unread entry : unread.subList(0, Math.min(unread.size(), MOST_LISTED))) {
        ObjectNode node = list.addObject().put("resource", entry.resource());
        if (!entry.text().isEmpty()) {
          node.put("text", entry.text());
        }
        entry.system().ifPresent(system -> node.put("system", system));
      }
      if (unread.size() > MOST_LISTED) {
        json.put("unreadNotListed", unread.size() - MOST_LISTED);
      }
    }
    return json;
  }

  private static final class Counter {

    private final ValueSets valueSets;
    private final TreeMap<String, Integer> unknown = new TreeMap<>();
    private final List<Unread> unread = new ArrayList<>();
    private int concepts;
    private int inNoValueSet;
    private int withoutSystem;

    private Counter(ValueSets valueSets) {
      this.valueSets = valueSets;
    }

    /**
     * @param diagnosis where the diagnosis stands that the entry's code is; empty if it is none
     */
    private void entry(JsonNode entry, String diagnosis) {
      if (entry instanceof ObjectNode object) {
        object.forEachEntry((element, value) -> element(element, value, diagnosis));
      }
    }

    private void element(String element, JsonNode value, String diagnosis) {
      if (saysWhat(element)) {
        if (value.isArray()) {
          value.forEach(concept -> concept(concept, ""));
        } else if (value.isObject()) {
          concept(value, element.equals("code") ? diagnosis : "");
        }
      }
    }

    /** Whether the concepts of an element say what an entry means; a status or category doesn't. */
    private static boolean saysWhat(String element) {
      return switch (element) {
        case "code",
            "valueCodeableConcept",
            "reasonCode",
            "conclusionCode",
            "medicationCodeableConcept",
            "relationship",
            "serviceType" ->
            true;
        default -> false;
      };
    }

    private void concept(JsonNode concept, String diagnosis) {
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
      if (known) {
        return;
      }
      if (systemMissing) {
        withoutSystem++;
      } else {
        unknown.merge(unknownSystem, 1, Integer::sum);
      }
      if (!diagnosis.isEmpty()) {
        unread.add(new Unread(diagnosis, words(concept), Optional.ofNullable(unknownSystem)));
      }
    }

    private static String words(JsonNode concept) {
      return Stream.of("display", "code")
          .flatMap(
              element ->
                  Stream.concat(
                      StreamSupport.stream(concept.path("coding").spliterator(), false)
                          .map(coding -> coding.path(element).asText("")),
                      Stream.of(concept.path("text").asText(""))))
          .map(String::strip)
          .filter(words -> !words.isEmpty())
          .findFirst()
          .map(
              words ->
                  words.substring(
                      0,
                      words.offsetByCodePoints(
                          0, Math.min(LONGEST, words.codePointCount(0, words.length())))))
          .orElse("");
    }

    private CodeCount count() {
      while (unknown.size() > MOST_SYSTEMS) {
        unknown.pollLastEntry();
      }
      return new CodeCount(concepts, inNoValueSet, withoutSystem, unknown, unread);
    }
  }
}
