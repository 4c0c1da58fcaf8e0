package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Whom resources are about: one patient on one server. A reference is relative, or absolute with
 * the base of that server (FHIR R4, References, section 2.3.0.1); the same id on another server is
 * another person. Not thread-safe.
 */
final class Subject {

  /** The elements that say whom a resource is about. */
  private static final List<String> ELEMENTS = List.of("subject", "patient");

  /** Types that have one of the two. Many leave it optional, but then nobody knows whose it is. */
  private static final Set<String> TYPES =
      Set.of(
          "AllergyIntolerance",
          "CarePlan",
          "CareTeam",
          "Communication",
          "Condition",
          "Consent",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Encounter",
          "EpisodeOfCare",
          "FamilyMemberHistory",
          "Flag",
          "Goal",
          "ImagingStudy",
          "Immunization",
          "MedicationAdministration",
          "MedicationDispense",
          "MedicationRequest",
          "MedicationStatement",
          "Observation",
          "Procedure",
          "QuestionnaireResponse",
          "RelatedPerson",
          "RiskAssessment",
          "ServiceRequest",
          "Specimen");

  private static final String THIS_PATIENT =
      "the patient of context.patientId. Send only this patient's data.";

  private final String patientId;
  private Optional<String> base;

  /**
   * @param base FHIR base URL of the server that the patient's id belongs to; if empty, the first
   *     absolute reference tells it
   */
  Subject(String patientId, Optional<String> base) {
    this.patientId = patientId;
    this.base = base.map(Subject::comparable);
  }

  /** Whether a reference, relative or absolute, has the patient's id; on whatever server. */
  static boolean hasId(String reference, String patientId) {
    String current = withoutVersion(reference);
    return current.equals("Patient/" + patientId) || current.endsWith("/Patient/" + patientId);
  }

  /**
   * @param place where the resource stands in what was sent
   * @throws ProblemException {@code INCORRECT} if it is about another patient, or about whom can't
   *     be told
   */
  void require(ObjectNode resource, String type, String place) {
    if (type.equals("Patient")) {
      if (!resource.path("id").asText("").equals(patientId)) {
        throw incorrect("other-patient", "A Patient resource is not " + THIS_PATIENT, place);
      }
      return;
    }
    boolean named = false;
    for (String element : ELEMENTS) {
      JsonNode subject = resource.get(element);
      if (subject != null) {
        named = true;
        require(subject, element, place);
      }
    }
    if (!named && TYPES.contains(type)) {
      throw incorrect(
          "subject-unclear",
          "A resource has neither subject nor patient, so that nobody can tell whom it is about."
              + " Send it with a reference to the patient.",
          place);
    }
  }

  private void require(JsonNode subject, String element, String place) {
    String reference = subject.path("reference").asText("");
    if (!subject.isObject() || reference.isEmpty()) {
      throw incorrect(
          "subject-unclear",
          "The "
              + element
              + " of a resource has to be an object whose reference names the patient, so that"
              + " it is sure whom the resource is about.",
          place);
    }
    String current = withoutVersion(reference);
    String relative = "Patient/" + patientId;
    if (current.equals(relative)) {
      return;
    }
    if (!current.endsWith("/" + relative)) {
      throw incorrect(
          "other-patient", "The " + element + " of a resource is not " + THIS_PATIENT, place);
    }
    String server = comparable(current.substring(0, current.length() - relative.length()));
    if (base.isEmpty()) {
      base = Optional.of(server);
    } else if (!base.get().equals(server)) {
      throw incorrect(
          "other-server",
          "The "
              + element
              + " of a resource refers to a patient on another server than the request's"
              + " fhirServer or the other resources: the same id there is another person. Send"
              + " references that are relative or begin with the fhirServer.",
          place);
    }
  }

  private static String withoutVersion(String reference) {
    int history = reference.indexOf("/_history/");
    return history < 0 ? reference : reference.substring(0, history);
  }

  /** Scheme and host are the same in either case (RFC 3986, section 6.2.2.1); a path is not. */
  private static String comparable(String url) {
    String trimmed = url;
    while (trimmed.endsWith("/")) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    int authority = trimmed.indexOf("://");
    int path = authority < 0 ? -1 : trimmed.indexOf('/', authority + 3);
    int end = path < 0 ? trimmed.length() : path;
    return trimmed.substring(0, end).toLowerCase(Locale.ROOT) + trimmed.substring(end);
  }

  private static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
