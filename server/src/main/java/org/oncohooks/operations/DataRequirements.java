package org.oncohooks.operations;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.oncohooks.cql.DataNeed;
import org.oncohooks.knowledge.Knowledge;

/**
 * {@code Library/$data-requirements} (FHIR R4, Library, operations): what a library reads, as a
 * module definition, derived from its CQL as the prefetch templates are.
 */
final class DataRequirements {

  private static final Set<String> INPUTS = Set.of("url", "library", "target", "expression");

  private static final Set<String> UNSUPPORTED = Set.of("parameters");

  private DataRequirements() {}

  /**
   * @return a Library of type module-definition
   */
  static ObjectNode of(Knowledge knowledge, Optional<String> id, ObjectNode parameters) {
    Inputs inputs = Inputs.of(parameters, INPUTS, UNSUPPORTED);
    ObjectNode library =
        KnowledgeLookup.find(
            knowledge,
            "Library",
            id,
            inputs,
            List.of("url", "library", "target"),
            Optional.empty());
    String name = Evaluation.cqlName(knowledge, library);
    List<String> defines =
        inputs.has("expression")
            ? inputs.texts("expression").stream()
                .map(e -> Evaluation.Named.of(knowledge, name, e))
                .peek(
                    each -> {
                      if (!each.library().equals(name)) {
                        throw Inputs.incorrect(
                            "expression-elsewhere",
                            "Ask the library that has this define.",
                            "expression");
                      }
                    })
                .map(Evaluation.Named::define)
                .toList()
            : knowledge.program().defines(name);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("resourceType", "Library").put("status", "active");
    answer
        .putObject("type")
        .putArray("coding")
        .addObject()
        .put("system", "http://terminology.hl7.org/CodeSystem/library-type")
        .put("code", "module-definition");
    answer
        .putObject("subjectCodeableConcept")
        .putArray("coding")
        .addObject()
        .put("system", "http://hl7.org/fhir/resource-types")
        .put("code", "Patient");
    Set<DataNeed> needs = knowledge.program().needs(name, defines);
    Set<String> valueSets = new TreeSet<>();
    needs.forEach(need -> valueSets.addAll(need.valueSets()));
    ArrayNode related = answer.putArray("relatedArtifact");
    String url = library.path("url").asText();
    String version = library.path("version").asText("");
    related
        .addObject()
        .put("type", "depends-on")
        .put("resource", version.isEmpty() ? url : url + "|" + version);
    valueSets.forEach(each -> related.addObject().put("type", "depends-on").put("resource", each));
    ArrayNode requirements = answer.putArray("dataRequirement");
    needs.stream()
        .sorted(
            Comparator.comparing(DataNeed::resourceType)
                .thenComparing(DataNeed::codePath)
                .thenComparing(need -> new TreeSet<>(need.valueSets()).toString())
                .thenComparing(need -> new TreeSet<>(need.codes()).toString()))
        .forEach(need -> add(requirements, need));
    return answer;
  }

  /** The filters of one requirement all hold, so that each value set is one of its own. */
  private static void add(ArrayNode requirements, DataNeed need) {
    if (need.unfiltered()) {
      begin(requirements, need);
    }
    new TreeSet<>(need.valueSets())
        .forEach(
            url ->
                begin(requirements, need)
                    .putArray("codeFilter")
                    .addObject()
                    .put("path", need.codePath())
                    .put("valueSet", url));
    if (!need.codes().isEmpty()) {
      ArrayNode codes =
          begin(requirements, need)
              .putArray("codeFilter")
              .addObject()
              .put("path", need.codePath())
              .putArray("code");
      for (String code : new TreeSet<>(need.codes())) {
        int bar = code.lastIndexOf('|');
        codes
            .addObject()
            .put("system", code.substring(0, bar))
            .put("code", code.substring(bar + 1));
      }
    }
  }

  private static ObjectNode begin(ArrayNode requirements, DataNeed need) {
    ObjectNode requirement = requirements.addObject().put("type", need.resourceType());
    requirement
        .putArray("profile")
        .add("http://hl7.org/fhir/StructureDefinition/" + need.resourceType());
    return requirement;
  }
}
