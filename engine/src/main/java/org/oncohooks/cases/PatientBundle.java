package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.patient.PatientRecord;

/** A patient's record from a Bundle of any type that holds exactly one Patient. */
public final class PatientBundle {

  private PatientBundle() {}

  /**
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the Bundle holds no Patient, or
   *     data of another one
   */
  public static PatientRecord read(ObjectNode bundle) {
    String patientId = "";
    for (JsonNode entry : bundle.path("entry")) {
      JsonNode resource = entry.path("resource");
      if (resource.path("resourceType").asText("").equals("Patient")) {
        patientId = resource.path("id").asText("");
      }
    }
    if (patientId.isEmpty()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "bundle-without-patient",
              "The Bundle holds no Patient with an id.",
              "entry")
          .asException();
    }
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    int index = 0;
    for (JsonNode entry : bundle.path("entry")) {
      if (entry.path("resource") instanceof ObjectNode resource) {
        record.add(resource, "entry[" + index + "].resource");
      }
      index++;
    }
    return record.build();
  }
}
