package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.knowledge.CodeForms;
import org.oncohooks.knowledge.ContentFiles;

/** Codes that their system does not have: by its list where the content ships it, else by form. */
final class CodeChecks {

  private final ValueSets valueSets;
  private final Map<String, Set<String>> shipped = new HashMap<>();
  private final List<Remark> remarks = new ArrayList<>();

  private CodeChecks(ValueSets valueSets) {
    this.valueSets = valueSets;
  }

  static List<Remark> of(
      List<ContentFiles.Resource> resources, ElmProgram program, ValueSets valueSets) {
    CodeChecks checks = new CodeChecks(valueSets);
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("CodeSystem")
          && resource.json().path("content").asText("").equals("complete")) {
        Set<String> codes = new HashSet<>();
        concepts(resource.json(), codes);
        checks.shipped.put(resource.url(), codes);
      }
    }
    resources.stream().filter(r -> r.type().equals("CodeSystem")).forEach(checks::count);
    resources.forEach(checks::resource);
    program.libraries().forEach(checks::library);
    return checks.remarks;
  }

  private static void concepts(JsonNode parent, Set<String> codes) {
    for (JsonNode concept : parent.path("concept")) {
      codes.add(concept.path("code").asText());
      concepts(concept, codes);
    }
  }

  /** FHIR R4, CodeSystem.count: the number of concepts, those below others included. */
  private void count(ContentFiles.Resource resource) {
    Set<String> codes = shipped.get(resource.url());
    JsonNode count = resource.json().path("count");
    if (codes != null && count.isInt() && count.intValue() != codes.size()) {
      remarks.add(
          JsonPlaces.of(resource)
              .remark(
                  Rule.CODE,
                  "/count",
                  "count says " + count.intValue() + ", and there are " + codes.size() + " codes"));
    }
  }

  private void resource(ContentFiles.Resource resource) {
    JsonNode json = resource.json();
    // an expansion is checked against its compose by the loader
    if (json.has("expansion")) {
      json = resource.json().deepCopy().without("expansion");
    }
    codings(json, "", "", JsonPlaces.of(resource));
  }

  /**
   * Every {@code system} with its {@code code}, and a value set's concepts below their system.
   *
   * @param around the system that an object around this one gives
   */
  private void codings(JsonNode node, String around, String pointer, JsonPlaces places) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        codings(node.get(i), around, pointer + "/" + i, places);
      }
      return;
    }
    String system = node.path("system").asText(around);
    if (!system.isEmpty() && node.path("code").isTextual()) {
      wrong(system, node.path("code").asText())
          .ifPresent(message -> remarks.add(places.remark(Rule.CODE, pointer + "/code", message)));
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (member.getValue().isContainerNode()) {
        boolean listed = member.getKey().equals("concept");
        codings(member.getValue(), listed ? system : "", pointer + "/" + member.getKey(), places);
      }
    }
  }

  private void library(ElmLibrary library) {
    for (JsonNode code : library.declared("codes")) {
      String name = code.at("/codeSystem/name").asText();
      library.declared("codeSystems", name).stream()
          .findFirst()
          .flatMap(system -> wrong(system.path("id").asText(), code.path("id").asText()))
          .ifPresent(message -> remarks.add(library.remark(Rule.CODE, code, message)));
    }
  }

  private Optional<String> wrong(String system, String code) {
    String preferred = valueSets.preferredSystem(system);
    if (shipped.containsKey(preferred)) {
      return shipped.get(preferred).contains(code)
          ? Optional.empty()
          : Optional.of(
              "code system "
                  + preferred
                  + " has no code "
                  + code
                  + "; correct it, or add it there");
    }
    return CodeForms.expected(preferred, code)
        .map(form -> "code " + code + " can't be one of " + preferred + ", which are " + form);
  }
}
