package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One sample patient.
 *
 * @param patientId logical id of the Patient
 * @param resources every resource of the Bundle, in its order
 */
record PatientChart(String patientId, List<ObjectNode> resources) {

  /**
   * @param file a FHIR Bundle that holds exactly one Patient
   */
  static PatientChart read(Path file) throws IOException {
    List<ObjectNode> resources = new ArrayList<>();
    for (JsonNode entry : JsonMapper.builder().build().readTree(file.toFile()).path("entry")) {
      if (entry.get("resource") instanceof ObjectNode resource) {
        resources.add(resource);
      }
    }
    List<ObjectNode> patients = ofType(resources, "Patient");
    if (patients.size() != 1) {
      throw new IOException(file + " has " + patients.size() + " Patients, not one");
    }
    return new PatientChart(patients.get(0).path("id").asText(), List.copyOf(resources));
  }

  List<ObjectNode> ofType(String type) {
    return ofType(resources, type);
  }

  private static List<ObjectNode> ofType(List<ObjectNode> resources, String type) {
    return resources.stream().filter(r -> type.equals(r.path("resourceType").asText())).toList();
  }
}
