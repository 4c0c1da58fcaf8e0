package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/**
 * The codes that FHIR R4 requires of elements which decide whether an entry stands. Another code
 * ({@code gender: "F"}, {@code status: "Final"}) would be read as nothing recorded, or would take
 * the entry away without a word.
 */
final class RequiredCodes {

  private static final Set<String> OBSERVATION =
      codes("registered preliminary final amended corrected cancelled entered-in-error unknown");

  private static final Set<String> EVENT =
      codes("preparation in-progress not-done on-hold stopped completed entered-in-error unknown");

  private static final Set<String> REQUEST =
      codes("draft active on-hold revoked completed entered-in-error unknown");

  /** By type, element and codes (FHIR R4, the required bindings of each type). */
  private static final Map<String, Map<String, Set<String>>> CODES =
      Map.ofEntries(
          Map.entry("Patient", Map.of("gender", codes("male female other unknown"))),
          Map.entry("Observation", Map.of("status", OBSERVATION)),
          Map.entry("RiskAssessment", Map.of("status", OBSERVATION)),
          Map.entry(
              "DiagnosticReport",
              Map.of(
                  "status",
                  codes(
                      "registered partial preliminary final amended corrected appended cancelled"
                          + " entered-in-error unknown"))),
          Map.entry("Procedure", Map.of("status", EVENT)),
          Map.entry("Communication", Map.of("status", EVENT)),
          Map.entry(
              "MedicationRequest",
              Map.of(
                  "status",
                  codes(
                      "active on-hold cancelled completed entered-in-error stopped draft unknown"))),
          Map.entry(
              "MedicationStatement",
              Map.of(
                  "status",
                  codes(
                      "active completed entered-in-error intended stopped on-hold unknown"
                          + " not-taken"))),
          Map.entry(
              "MedicationAdministration",
              Map.of(
                  "status",
                  codes(
                      "in-progress not-done on-hold completed entered-in-error stopped unknown"))),
          Map.entry(
              "CareTeam",
              Map.of("status", codes("proposed active suspended inactive entered-in-error"))),
          Map.entry(
              "ServiceRequest",
              Map.of(
                  "status",
                  REQUEST,
                  "intent",
                  codes(
                      "proposal plan directive order original-order reflex-order filler-order"
                          + " instance-order option"))),
          Map.entry("CarePlan", Map.of("status", REQUEST)),
          Map.entry(
              "Encounter",
              Map.of(
                  "status",
                  codes(
                      "planned arrived triaged in-progress onleave finished cancelled"
                          + " entered-in-error unknown"))),
          Map.entry(
              "QuestionnaireResponse",
              Map.of("status", codes("in-progress completed amended entered-in-error stopped"))),
          Map.entry(
              "FamilyMemberHistory",
              Map.of("status", codes("partial completed entered-in-error health-unknown"))));

  private RequiredCodes() {}

  private static Set<String> codes(String words) {
    return Set.of(words.split(" "));
  }

  /**
   * @param place where the resource stands
   * @throws org.oncohooks.ProblemException {@code INCORRECT} naming the element
   */
  static void check(ObjectNode resource, String place) {
    Map<String, Set<String>> elements =
        CODES.getOrDefault(resource.path("resourceType").asText(""), Map.of());
    for (Map.Entry<String, Set<String>> element : elements.entrySet()) {
      JsonNode value = resource.get(element.getKey());
      boolean known =
          value == null
              || value.isNull()
              || (value.isTextual() && element.getValue().contains(value.textValue()));
      if (!known) {
        throw Problem.of(
                ProblemCategory.INCORRECT,
                "code-unknown",
                "The "
                    + element.getKey()
                    + " is none of the codes that FHIR R4 requires: "
                    + String.join(", ", new TreeSet<>(element.getValue()))
                    + ".",
                place + "." + element.getKey())
            .asException();
      }
    }
  }
}
