package org.oncohooks.records;

import static org.oncohooks.records.SearchableType.OURS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one table of the types that a {@link PatientStore} keeps and of the elements that each search
 * parameter reads, after the SearchParameter resources of FHIR R4: Patient, the types that are
 * about a patient, and the few that those refer to.
 *
 * <p>Where R4 leaves a type without {@code date}, {@code status}, {@code code} or {@code subject}
 * although it has the element, this service adds the parameter; such a one has no definition.
 */
public final class StoredTypes {

  private static final String PATIENT = "clinical-patient";

  private static final List<SearchableType> TABLE =
      List.of(
          SearchableType.stored("Patient")
              .token("identifier", "Patient-identifier", "identifier")
              .date("birthdate", "individual-birthdate", "birthDate"),
          SearchableType.stored("Condition")
              .patient("subject", PATIENT, "Condition-subject")
              .token("code", "clinical-code", "code")
              .token("category", "Condition-category", "category")
              .token("clinical-status", "Condition-clinical-status", "clinicalStatus")
              .token("verification-status", "Condition-verification-status", "verificationStatus")
              .token("status", OURS, "clinicalStatus")
              .date("onset-date", "Condition-onset-date", "onsetDateTime", "onsetPeriod")
              .date("recorded-date", "Condition-recorded-date", "recordedDate")
              .date("date", OURS, "onsetDateTime", "onsetPeriod", "recordedDate"),
          SearchableType.stored("Observation")
              .patient("subject", PATIENT, "Observation-subject")
              .token("code", "clinical-code", "code")
              .token("category", "Observation-category", "category")
              .code(
                  "status",
                  "Observation-status",
                  "status",
                  "http://hl7.org/fhir/observation-status")
              .date(
                  "date",
                  "clinical-date",
                  "effectiveDateTime",
                  "effectivePeriod",
                  "effectiveInstant",
                  "effectiveTiming.event",
                  "effectiveTiming.repeat.boundsPeriod"),
          SearchableType.stored("FamilyMemberHistory")
              .patient("patient", PATIENT, OURS)
              .token("code", "clinical-code", "condition.code")
              .token("relationship", "FamilyMemberHistory-relationship", "relationship")
              .code(
                  "status",
                  "FamilyMemberHistory-status",
                  "status",
                  "http://hl7.org/fhir/history-status")
              .date("date", "clinical-date", "date"),
          SearchableType.stored("Procedure")
              .patient("subject", PATIENT, "Procedure-subject")
              .token("code", "clinical-code", "code")
              .token("category", "Procedure-category", "category")
              .code("status", "Procedure-status", "status", "http://hl7.org/fhir/event-status")
              .date("date", "clinical-date", "performedDateTime", "performedPeriod"),
          SearchableType.stored("DiagnosticReport")
              .patient("subject", PATIENT, "DiagnosticReport-subject")
              .token("code", "clinical-code", "code")
              .token("category", "DiagnosticReport-category", "category")
              .code(
                  "status",
                  "DiagnosticReport-status",
                  "status",
                  "http://hl7.org/fhir/diagnostic-report-status")
              .date("date", "clinical-date", "effectiveDateTime", "effectivePeriod")
              .date("issued", "DiagnosticReport-issued", "issued"),
          SearchableType.stored("ServiceRequest")
              .patient("subject", PATIENT, "ServiceRequest-subject")
              .token("code", "clinical-code", "code")
              .token("category", "ServiceRequest-category", "category")
              .code(
                  "status", "ServiceRequest-status", "status", "http://hl7.org/fhir/request-status")
              .code(
                  "intent", "ServiceRequest-intent", "intent", "http://hl7.org/fhir/request-intent")
              .date("authored", "ServiceRequest-authored", "authoredOn")
              .date(
                  "occurrence",
                  "ServiceRequest-occurrence",
                  "occurrenceDateTime",
                  "occurrencePeriod",
                  "occurrenceTiming.event",
                  "occurrenceTiming.repeat.boundsPeriod")
              .date("date", OURS, "authoredOn"),
          SearchableType.stored("MedicationRequest")
              .patient("subject", PATIENT, "MedicationRequest-subject")
              .token("code", "clinical-code", "medicationCodeableConcept")
              .token("category", "MedicationRequest-category", "category")
              .code(
                  "status",
                  "medications-status",
                  "status",
                  "http://hl7.org/fhir/CodeSystem/medicationrequest-status")
              .code(
                  "intent",
                  "MedicationRequest-intent",
                  "intent",
                  "http://hl7.org/fhir/CodeSystem/medicationrequest-intent")
              .date("authoredon", "MedicationRequest-authoredon", "authoredOn")
              .date("date", "medications-date", "dosageInstruction.timing.event"),
          SearchableType.stored("MedicationStatement")
              .patient("subject", PATIENT, "MedicationStatement-subject")
              .token("code", "clinical-code", "medicationCodeableConcept")
              .token("category", "MedicationStatement-category", "category")
              .code(
                  "status",
                  "medications-status",
                  "status",
                  "http://hl7.org/fhir/CodeSystem/medication-statement-status")
              .date(
                  "effective",
                  "MedicationStatement-effective",
                  "effectiveDateTime",
                  "effectivePeriod")
              .date("date", OURS, "effectiveDateTime", "effectivePeriod"),
          SearchableType.stored("MedicationAdministration")
              .patient("subject", PATIENT, "MedicationAdministration-subject")
              .token("code", "clinical-code", "medicationCodeableConcept")
              .code(
                  "status",
                  "medications-status",
                  "status",
                  "http://terminology.hl7.org/CodeSystem/medication-admin-status")
              .date(
                  "effective-time",
                  "MedicationAdministration-effective-time",
                  "effectiveDateTime",
                  "effectivePeriod")
              .date("date", OURS, "effectiveDateTime", "effectivePeriod"),
          SearchableType.stored("CareTeam")
              .patient("subject", PATIENT, "CareTeam-subject")
              .token("category", "CareTeam-category", "category")
              .code("status", "CareTeam-status", "status", "http://hl7.org/fhir/care-team-status")
              .date("date", "clinical-date", "period"),
          SearchableType.stored("Encounter")
              .patient("subject", PATIENT, "Encounter-subject")
              .token("class", "Encounter-class", "class")
              .token("type", "clinical-type", "type")
              .token("code", OURS, "type")
              .code("status", "Encounter-status", "status", "http://hl7.org/fhir/encounter-status")
              .date("date", "clinical-date", "period"),
          SearchableType.stored("QuestionnaireResponse")
              .patient("subject", "QuestionnaireResponse-patient", "QuestionnaireResponse-subject")
              .code(
                  "status",
                  "QuestionnaireResponse-status",
                  "status",
                  "http://hl7.org/fhir/questionnaire-answers-status")
              .date("authored", "QuestionnaireResponse-authored", "authored")
              .date("date", OURS, "authored"),
          SearchableType.stored("RiskAssessment")
              .patient("subject", PATIENT, "RiskAssessment-subject")
              .token("code", OURS, "code")
              .code("status", OURS, "status", "http://hl7.org/fhir/observation-status")
              .date("date", "clinical-date", "occurrenceDateTime")
              .date("period", OURS, "occurrencePeriod"),
          SearchableType.stored("AllergyIntolerance")
              .patient("patient", PATIENT, OURS)
              .token("code", "clinical-code", "code", "reaction.substance")
              .token("category", "AllergyIntolerance-category", "category")
              .token("clinical-status", "AllergyIntolerance-clinical-status", "clinicalStatus")
              .token("status", OURS, "clinicalStatus")
              .date("date", "clinical-date", "recordedDate"),
          SearchableType.stored("CarePlan")
              .patient("subject", PATIENT, "CarePlan-subject")
              .token("category", "CarePlan-category", "category")
              .code("status", "CarePlan-status", "status", "http://hl7.org/fhir/request-status")
              .date("date", "clinical-date", "period"),
          SearchableType.stored("Communication")
              .patient("subject", "Communication-patient", "Communication-subject")
              .token("category", "Communication-category", "category")
              .code("status", "Communication-status", "status", "http://hl7.org/fhir/event-status")
              .date("sent", "Communication-sent", "sent")
              .date("date", OURS, "sent"),
          SearchableType.stored("Immunization")
              .patient("patient", PATIENT, OURS)
              .token("vaccine-code", "Immunization-vaccine-code", "vaccineCode")
              .token("code", OURS, "vaccineCode")
              .code("status", "Immunization-status", "status", "http://hl7.org/fhir/event-status")
              .date("date", "clinical-date", "occurrenceDateTime"),
          SearchableType.stored("Location")
              .token("identifier", "Location-identifier", "identifier"),
          SearchableType.stored("Medication").token("code", "clinical-code", "code"),
          SearchableType.stored("Organization")
              .token("identifier", "Organization-identifier", "identifier"),
          SearchableType.stored("Practitioner")
              .token("identifier", "Practitioner-identifier", "identifier"));

  private static final Map<String, SearchableType> BY_NAME =
      TABLE.stream()
          .collect(Collectors.toMap(SearchableType::type, t -> t, (a, b) -> a, LinkedHashMap::new));

  private StoredTypes() {}

  /** All of them, Patient first. */
  public static Collection<SearchableType> all() {
    return TABLE;
  }

  /**
   * Whom a resource is about.
   *
   * @param resource of a type that is kept
   * @return the patient's logical id; empty if the resource is about no patient, or does not say it
   *     as {@code Patient/<id>}
   */
  public static Optional<String> patientOf(ObjectNode resource) {
    if (resource.path("resourceType").asText("").equals("Patient")) {
      return Optional.of(resource.path("id").asText(""));
    }
    return named(resource.path("resourceType").asText(""))
        .flatMap(SearchableType::subject)
        .map(element -> resource.path(element).path("reference").asText(""))
        .filter(reference -> reference.startsWith("Patient/"))
        .map(reference -> reference.substring("Patient/".length()));
  }

  /** The type of that name, if it is kept. */
  public static Optional<SearchableType> named(String type) {
    return Optional.ofNullable(BY_NAME.get(type));
  }
}
