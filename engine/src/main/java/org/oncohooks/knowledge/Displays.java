package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.ValueSets;

/**
 * What the content calls its codes, in value sets, code systems and CQL, and how its questionnaires
 * put their questions. Immutable and thread-safe.
 */
public final class Displays {

  private final ValueSets valueSets;
  private final Map<String, String> byCode = new HashMap<>();
  private final Map<String, String> questions = new HashMap<>();
  private final Map<String, ValueSet> byUrl = new HashMap<>();

  private record ValueSet(String title, int listed) {}

  /**
   * @param resources the content's resources by type
   */
  Displays(Map<String, List<ObjectNode>> resources, CqlProgram program) {
    this.valueSets = program.valueSets();
    for (ObjectNode valueSet : resources.getOrDefault("ValueSet", List.of())) {
      valueSet
          .at("/compose/include")
          .forEach(part -> part.path("concept").forEach(c -> put(part.path("system"), c)));
      valueSet.at("/expansion/contains").forEach(c -> put(c.path("system"), c));
      byUrl.put(
          valueSet.path("url").asText(),
          new ValueSet(
              valueSet.path("title").asText(""), valueSet.at("/expansion/contains").size()));
    }
    for (ObjectNode codeSystem : resources.getOrDefault("CodeSystem", List.of())) {
      codeSystem.path("concept").forEach(c -> put(codeSystem.path("url"), c));
    }
    program.declaredCodes().forEach(c -> put(c.system(), c.code(), c.display()));
    for (ObjectNode questionnaire : resources.getOrDefault("Questionnaire", List.of())) {
      questions(questionnaire.path("url").asText(), questionnaire);
    }
  }

  private void put(JsonNode system, JsonNode concept) {
    put(system.asText(), concept.path("code").asText(), concept.path("display").asText(""));
  }

  private void put(String system, String code, String display) {
    if (!display.isEmpty()) {
      byCode.putIfAbsent(key(system, code), display);
    }
  }

  private void questions(String url, JsonNode group) {
    for (JsonNode item : group.path("item")) {
      if (item.has("text")) {
        questions.put(url + "#" + item.path("linkId").asText(), item.get("text").asText());
      }
      questions(url, item);
    }
  }

  /**
   * @param system URI of the code system, aliases allowed
   * @return the display of the code, written with or without a dot; empty if the content has none
   */
  public Optional<String> of(String system, String code) {
    return Optional.ofNullable(byCode.get(key(system, code)));
  }

  /**
   * What a code without display is: a member of a category, say.
   *
   * @return title of the value set that holds the code and lists the fewest; empty if none does
   */
  public Optional<String> kind(String system, String code) {
    return valueSets.containing(system, code).stream()
        .map(byUrl::get)
        .filter(valueSet -> valueSet != null && !valueSet.title().isEmpty())
        .min(Comparator.comparingInt(ValueSet::listed).thenComparing(ValueSet::title))
        .map(ValueSet::title);
  }

  /**
   * @param questionnaire canonical URL, with or without a version
   * @return the question that the link id stands for; empty if no questionnaire of the content asks
   *     it
   */
  public Optional<String> ofQuestion(String questionnaire, String linkId) {
    int version = questionnaire.indexOf('|');
    String url = version < 0 ? questionnaire : questionnaire.substring(0, version);
    return Optional.ofNullable(questions.get(url + "#" + linkId));
  }

  private String key(String system, String code) {
    return valueSets.preferredSystem(system)
        + "|"
        + code.strip().replace(".", "").toUpperCase(Locale.ROOT);
  }
}
