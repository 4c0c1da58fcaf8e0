package org.oncohooks.records;

import static org.oncohooks.records.SearchableType.OURS;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The one table of the types that a {@link PatientStore} keeps and of the elements that each search
 * parameter reads, after the SearchParameter resources of FHIR R4.
 *
 * <p>Where R4 leaves a type without {@code date}, {@code status}, {@code code} or {@code subject}
 * although it has the element, this service adds the parameter; such a one has no definition.
 */
public final class PatientTypes {

  private static final String PATIENT = "clinical-patient";

  private static final List<SearchableType> TABLE =
      List.of(
          SearchableType.of("Patient")
              .token("identifier", "Patient-identifier", "identifier")
              .date("birthdate", "individual-birthdate", "birthDate"),
          SearchableType.of("Condition")
              .patient("subject", PATIENT, "Condition-subject")
              .token("code", "clinical-code", "code")
              .token("category", "Condition-category", "category")
              .token("clinical-status", "Condition-clinical-status", "clinicalStatus")
              .token("verification-status", "Condition-verification-status", "verificationStatus")
              .token("status", OURS, "clinicalStatus")
              .date("onset-date", "Condition-onset-date", "onsetDateTime", "onsetPeriod")
              .date("recorded-date", "Condition-recorded-date", "recordedDate")
              .date("date", OURS, "onsetDateTime", "onsetPeriod", "recordedDate"),
          SearchableType.of("Observation")
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
          SearchableType.of("FamilyMemberHistory")
              .patient("patient", PATIENT, OURS)
              .token("code", "clinical-code", "condition.code")
              .token("relationship", "FamilyMemberHistory-relationship", "relationship")
              .code(
                  "status",
                  "FamilyMemberHistory-status",
                  "status",
                  "http://hl7.org/fhir/history-status")
              .date("date", "clinical-date", "date"),
          SearchableType.of("Procedure")
              .patient("subject", PATIENT, "Procedure-subject")
              .token("code", "clinical-code", "code")
              .token("category", "Procedure-category", "category")
              .code("status", "Procedure-status", "status", "http://hl7.org/fhir/event-status")
              .date("date", "clinical-date", "performedDateTime", "performedPeriod"),
          SearchableType.of("DiagnosticReport")
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
          SearchableType.of("ServiceRequest")
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
          SearchableType.of("MedicationRequest")
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
          SearchableType.of("MedicationStatement")
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
          SearchableType.of("Encounter")
              .patient("subject", PATIENT, "Encounter-subject")
              .token("class", "Encounter-class", "class")
              .token("type", "clinical-type", "type")
              .token("code", OURS, "type")
              .code("status", "Encounter-status", "status", "http://hl7.org/fhir/encounter-status")
              .date("date", "clinical-date", "period"),
          SearchableType.of("QuestionnaireResponse")
              .patient("subject", "QuestionnaireResponse-patient", "QuestionnaireResponse-subject")
              .code(
                  "status",
                  "QuestionnaireResponse-status",
                  "status",
                  "http://hl7.org/fhir/questionnaire-answers-status")
              .date("authored", "QuestionnaireResponse-authored", "authored")
              .date("date", OURS, "authored"),
          SearchableType.of("RiskAssessment")
              .patient("subject", PATIENT, "RiskAssessment-subject")
              .token("code", OURS, "code")
              .code("status", OURS, "status", "http://hl7.org/fhir/observation-status")
              .date("date", "clinical-date", "occurrenceDateTime")
              .date("period", OURS, "occurrencePeriod"));

  private static final Map<String, SearchableType> BY_NAME =
      TABLE.stream()
          .collect(Collectors.toMap(SearchableType::type, t -> t, (a, b) -> a, LinkedHashMap::new));

  private PatientTypes() {}

  /** All of them, Patient first. */
  public static Collection<SearchableType> all() {
    return TABLE;
  }

  /** The type of that name, if it is kept. */
  public static Optional<SearchableType> named(String type) {
    return Optional.ofNullable(BY_NAME.get(type));
  }
}
