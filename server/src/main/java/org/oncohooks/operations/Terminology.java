package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.knowledge.Knowledge;

/** {@code ValueSet/$expand} and {@code ValueSet/$validate-code} (FHIR R4, ValueSet, operations). */
final class Terminology {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Its codes are listed, and more belong to it than can be listed. */
  private static final String UNCLOSED =
      "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";

  /** A page that asks for no number. */
  private static final int PAGE = 1_000;

  private static final Set<String> OF_EXPAND =
      Set.of(
          "url",
          "valueSetVersion",
          "filter",
          "offset",
          "count",
          "includeDefinition",
          // the expansions are flat lists of codes in use, in one language
          "activeOnly",
          "excludeNested",
          "excludeNotForUI",
          "excludePostCoordinated",
          "includeDesignations",
          "displayLanguage");

  /** What would make another expansion of it (FHIR R4, ValueSet/$expand). */
  private static final Set<String> NOT_OF_EXPAND =
      Set.of(
          "valueSet",
          "context",
          "contextDirection",
          "date",
          "designation",
          "exclude-system",
          "system-version",
          "check-system-version",
          "force-system-version");

  private static final Set<String> OF_VALIDATE =
      Set.of(
          "url",
          "valueSetVersion",
          "code",
          "system",
          "systemVersion",
          "display",
          "coding",
          "codeableConcept",
          // none of the codes is abstract
          "abstract",
          "displayLanguage");

  private static final Set<String> NOT_OF_VALIDATE = Set.of("valueSet", "context", "date");

  private Terminology() {}

  /**
   * @param now time of the expansion
   * @return a ValueSet
   */
  static ObjectNode expand(
      Knowledge knowledge, Optional<String> id, ObjectNode parameters, Instant now) {
    Inputs inputs = Inputs.of(parameters, OF_EXPAND, NOT_OF_EXPAND);
    requireEnglish(inputs);
    ObjectNode found = find(knowledge, id, inputs);
    String filter = inputs.text("filter").orElse("").toLowerCase(Locale.ROOT);
    int offset = inputs.number("offset").orElse(0);
    int count = inputs.number("count").orElse(PAGE);
    List<JsonNode> matches = new ArrayList<>();
    for (JsonNode member : found.path("expansion").path("contains")) {
      if (matches(member, filter)) {
        matches.add(member);
      }
    }
    ObjectNode answer = found.deepCopy();
    if (!inputs.truth("includeDefinition").orElse(false)) {
      answer.remove("compose");
    }
    ObjectNode expansion = answer.putObject("expansion");
    if (hasCategories(found)) {
      expansion.putArray("extension").addObject().put("url", UNCLOSED).put("valueBoolean", true);
    }
    expansion.put("identifier", "urn:uuid:" + UUID.randomUUID());
    expansion.put("timestamp", now.toString());
    expansion.put("total", matches.size()).put("offset", offset);
    ArrayNode asked = expansion.putArray("parameter");
    if (!filter.isEmpty()) {
      asked.addObject().put("name", "filter").put("valueString", inputs.requiredText("filter"));
    }
    asked.addObject().put("name", "offset").put("valueInteger", offset);
    asked.addObject().put("name", "count").put("valueInteger", count);
    List<JsonNode> page =
        matches.subList(
            Math.min(offset, matches.size()),
            (int) Math.min((long) offset + count, matches.size()));
    if (!page.isEmpty()) {
      expansion.putArray("contains").addAll(page);
    }
    return answer;
  }

  private static ObjectNode find(Knowledge knowledge, Optional<String> id, Inputs inputs) {
    return KnowledgeLookup.find(
        knowledge, "ValueSet", id, inputs, List.of("url"), inputs.text("valueSetVersion"));
  }

  /** Displays are in English. */
  private static void requireEnglish(Inputs inputs) {
    if (inputs.text("displayLanguage").filter(language -> !language.startsWith("en")).isPresent()) {
      throw Inputs.notSupported("displayLanguage");
    }
  }

  private static boolean matches(JsonNode member, String filter) {
    return member.path("display").asText("").toLowerCase(Locale.ROOT).contains(filter)
        || member.path("code").asText("").toLowerCase(Locale.ROOT).startsWith(filter);
  }

  private static boolean hasCategories(ObjectNode valueSet) {
    for (JsonNode part : valueSet.path("compose").path("include")) {
      if (part.has("filter")) {
        return true;
      }
    }
    return false;
  }

  private record Asked(String system, String code, String display) {}

  /**
   * @return Parameters with {@code result}, and {@code message} and {@code display} where there is
   *     something to say
   */
  static ObjectNode validate(Knowledge knowledge, Optional<String> id, ObjectNode parameters) {
    Inputs inputs = Inputs.of(parameters, OF_VALIDATE, NOT_OF_VALIDATE);
    requireEnglish(inputs);
    ObjectNode found = find(knowledge, id, inputs);
    String url = found.path("url").asText();
    ValueSets valueSets = knowledge.program().valueSets();
    List<Asked> asked = asked(inputs);
    Optional<Asked> member =
        asked.stream()
            .filter(each -> valueSets.contains(url, each.system(), each.code()))
            .findFirst();
    ObjectNode answer = JSON.objectNode().put("resourceType", "Parameters");
    ArrayNode out = answer.putArray("parameter");
    out.addObject().put("name", "result").put("valueBoolean", member.isPresent());
    if (member.isEmpty()) {
      out.addObject().put("name", "message").put("valueString", notIn(asked, valueSets));
      return answer;
    }
    String display = display(found, valueSets, member.get());
    String given = member.get().display();
    if (!display.isEmpty()) {
      if (!given.isEmpty() && !given.equalsIgnoreCase(display)) {
        out.addObject()
            .put("name", "message")
            .put("valueString", "The code is in the value set; its display here is another.");
      }
      out.addObject().put("name", "display").put("valueString", display);
    }
    return answer;
  }

  private static List<Asked> asked(Inputs inputs) {
    int ways =
        (inputs.has("code") ? 1 : 0)
            + (inputs.has("coding") ? 1 : 0)
            + (inputs.has("codeableConcept") ? 1 : 0);
    if (ways != 1) {
      throw Inputs.incorrect(
          "parameter-missing",
          "Give one of code (with system), coding or codeableConcept.",
          "code");
    }
    if (inputs.has("code")) {
      return List.of(
          new Asked(
              inputs.requiredText("system"),
              inputs.requiredText("code"),
              inputs.text("display").orElse("")));
    }
    if (inputs.has("coding")) {
      return List.of(coding(inputs.object("coding").orElseThrow(), "coding"));
    }
    List<Asked> codings = new ArrayList<>();
    for (JsonNode coding : inputs.object("codeableConcept").orElseThrow().path("coding")) {
      codings.add(coding(coding, "codeableConcept"));
    }
    return codings;
  }

  private static Asked coding(JsonNode coding, String place) {
    String system = coding.path("system").asText("");
    String code = coding.path("code").asText("");
    if (system.isBlank() || code.isBlank()) {
      throw Inputs.incorrect("coding-incomplete", "A coding needs a system and a code.", place);
    }
    return new Asked(system, code, coding.path("display").asText(""));
  }

  private static String notIn(List<Asked> asked, ValueSets valueSets) {
    boolean unknown = asked.stream().noneMatch(each -> valueSets.knowsSystem(each.system()));
    return unknown
        ? "The content knows no such code system."
        : "The value set holds no such code of this system.";
  }

  private static String display(ObjectNode valueSet, ValueSets valueSets, Asked asked) {
    String system = valueSets.preferredSystem(asked.system());
    for (JsonNode member : valueSet.path("expansion").path("contains")) {
      boolean same =
          valueSets.preferredSystem(member.path("system").asText("")).equals(system)
              && plain(member.path("code").asText("")).equals(plain(asked.code()));
      if (same) {
        return member.path("display").asText("");
      }
    }
    return "";
  }

  /** ICD-10-CM codes come with and without the dot. */
  private static String plain(String code) {
    return code.strip().replace(".", "");
  }
}
