package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.oncohooks.json.StrictJson;

/**
 * Patients that nobody wrote: the charts of several of the content's cases, picked at random, as
 * those of one person.
 */
final class GeneratedPatients {

  private static final String CASE_PATIENT = "Patient/p";
  private static final int CASES = 4;

  private final List<List<ObjectNode>> cases = new ArrayList<>();

  GeneratedPatients(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("cql/tests"))) {
      for (Path folder :
          files.filter(f -> f.endsWith("Patient-p.json")).map(Path::getParent).sorted().toList()) {
        cases.add(resources(folder));
      }
    }
  }

  private static List<ObjectNode> resources(Path folder) throws IOException {
    List<ObjectNode> resources = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        resources.add(StrictJson.object(Files.readAllBytes(file)));
      }
    }
    return resources;
  }

  /** A batch with the patient of one case and what stands in the charts of {@value #CASES}. */
  ObjectNode bundle(int seed) {
    Random random = new Random(seed);
    String id = "generated-" + seed;
    ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    bundle.put("resourceType", "Bundle").put("type", "batch");
    ArrayNode entries = bundle.putArray("entry");
    for (int i = 0; i < CASES; i++) {
      List<ObjectNode> chart = cases.get(random.nextInt(cases.size()));
      Set<String> known = new HashSet<>();
      chart.forEach(resource -> known.add(reference(resource)));
      for (ObjectNode original : chart) {
        boolean patient = reference(original).equals(CASE_PATIENT);
        if (patient ? i == 0 : isOfPatient(original)) {
          ObjectNode resource = original.deepCopy();
          String suffix = "-" + seed + "-" + i;
          resource.put("id", patient ? id : original.path("id").asText() + suffix);
          redirect(resource, known, "Patient/" + id, suffix);
          ObjectNode entry = entries.addObject();
          entry.set("resource", resource);
          entry.putObject("request").put("method", "PUT").put("url", reference(resource));
        }
      }
    }
    return bundle;
  }

  private static String reference(JsonNode resource) {
    return resource.path("resourceType").asText() + "/" + resource.path("id").asText();
  }

  /**
   * A medicine elsewhere is had by some ways and not by others, which is told and no difference.
   */
  private static boolean isOfPatient(JsonNode resource) {
    return Stream.of("subject", "patient")
            .anyMatch(
                element -> resource.path(element).path("reference").asText("").equals(CASE_PATIENT))
        && !resource.path("medicationReference").path("reference").asText("#").matches("[^#].*");
  }

  private static void redirect(JsonNode node, Set<String> known, String patient, String suffix) {
    if (node.path("reference").isTextual()) {
      String reference = node.get("reference").textValue();
      if (reference.equals(CASE_PATIENT)) {
        ((ObjectNode) node).put("reference", patient);
      } else if (known.contains(reference)) {
        ((ObjectNode) node).put("reference", reference + suffix);
      }
    }
    node.forEach(below -> redirect(below, known, patient, suffix));
  }
}
