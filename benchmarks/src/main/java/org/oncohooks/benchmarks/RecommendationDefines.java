package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The defines of one recommendation that the server asks for, read from the PlanDefinitions.
 *
 * @param library name of the CQL library
 * @param condition the define that says whether it applies
 * @param always those asked for whatever the patient, the condition among them
 * @param whenApplicable those asked for once the condition holds
 */
record RecommendationDefines(
    String library, String condition, List<String> always, List<String> whenApplicable) {

  private static final String ENDPOINT =
      "http://hl7.org/fhir/StructureDefinition/cqf-cdsHooksEndpoint";

  /**
   * @param home folder that holds {@code fhir-resources/}
   * @return the recommendations of a service in order of precedence
   */
  static List<RecommendationDefines> of(Path home, String serviceId) throws IOException {
    Map<String, JsonNode> plans = plans(home.resolve("fhir-resources/plandefinition"));
    JsonNode service =
        plans.values().stream()
            .filter(plan -> endpoint(plan).endsWith("/" + serviceId))
            .findFirst()
            .orElseThrow(() -> new IOException("no PlanDefinition for service " + serviceId));
    List<RecommendationDefines> recommendations = new ArrayList<>();
    for (JsonNode action : service.path("action")) {
      recommendations.add(read(plans.get(action.path("definitionCanonical").asText())));
    }
    return recommendations;
  }

  private static RecommendationDefines read(JsonNode plan) {
    JsonNode action = plan.path("action").path(0);
    String library = plan.path("library").path(0).asText();
    String condition = expressions(action.path("condition")).get(0);
    List<String> shown = new ArrayList<>(List.of("Reason", "Evidence", "Not Recorded"));
    shown.addAll(expressions(action.path("dynamicValue")));
    action.path("action").forEach(s -> shown.addAll(expressions(s.path("condition"))));
    return new RecommendationDefines(
        library.substring(library.lastIndexOf('/') + 1),
        condition,
        List.of("Data Incomplete", condition),
        shown.stream().distinct().toList());
  }

  private static List<String> expressions(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.forEach(item -> names.add(item.path("expression").path("expression").asText()));
    return names;
  }

  private static String endpoint(JsonNode plan) {
    for (JsonNode extension : plan.path("extension")) {
      if (ENDPOINT.equals(extension.path("url").asText())) {
        return extension.path("valueUri").asText();
      }
    }
    return "";
  }

  private static Map<String, JsonNode> plans(Path folder) throws IOException {
    ObjectMapper mapper = JsonMapper.builder().build();
    Map<String, JsonNode> plans = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        JsonNode plan = mapper.readTree(file.toFile());
        plans.put(plan.path("url").asText(), plan);
      }
    }
    return plans;
  }
}
