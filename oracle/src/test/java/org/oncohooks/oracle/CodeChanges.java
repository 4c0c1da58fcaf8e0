package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes to codes and statuses. */
final class CodeChanges {

  private static final List<String> EVENT =
      List.of(
          "preparation",
          "in-progress",
          "not-done",
          "on-hold",
          "stopped",
          "completed",
          "entered-in-error",
          "unknown");
  private static final List<String> REQUEST =
      List.of("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown");

  /** The required bindings of {@code status} in R4; HAPI's parser refuses any other code. */
  private static final Map<String, List<String>> STATUSES =
      Map.of(
          "Procedure", EVENT,
          "ServiceRequest", REQUEST,
          "Observation",
              List.of(
                  "registered",
                  "preliminary",
                  "final",
                  "amended",
                  "corrected",
                  "cancelled",
                  "entered-in-error",
                  "unknown"),
          "DiagnosticReport",
              List.of(
                  "registered",
                  "partial",
                  "preliminary",
                  "final",
                  "amended",
                  "corrected",
                  "appended",
                  "cancelled",
                  "entered-in-error",
                  "unknown"),
          "FamilyMemberHistory",
              List.of("partial", "completed", "entered-in-error", "health-unknown"),
          "MedicationRequest",
              List.of("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped"),
          "MedicationStatement",
              List.of(
                  "active", "completed", "entered-in-error", "intended", "stopped", "not-taken"),
          "Encounter",
              List.of("planned", "in-progress", "finished", "cancelled", "entered-in-error"),
          "QuestionnaireResponse",
              List.of("in-progress", "completed", "amended", "entered-in-error", "stopped"));

  private static final List<String> CLINICAL =
      List.of("active", "recurrence", "relapse", "inactive", "remission", "resolved");
  private static final List<String> VERIFICATION =
      List.of(
          "unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error");

  private static final String ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm";

  private final CodePool pool;

  CodeChanges(CodePool pool) {
    this.pool = pool;
  }

  boolean swapCode(Chart chart) {
    Optional<CodePool.Entry> entry = pool.any(chart.random());
    Optional<ObjectNode> resource = chart.anyResource(r -> !codings(r).isEmpty());
    if (entry.isEmpty() || resource.isEmpty()) {
      return false;
    }
    ObjectNode coding = chart.any(codings(resource.get())).orElseThrow();
    coding.removeAll();
    coding.put("system", entry.get().system()).put("code", entry.get().code());
    return true;
  }

  /** Writes about half of all codings in another way that means the same. */
  boolean rewrite(Chart chart) {
    return chart.resources().stream()
            .flatMap(resource -> codings(resource).stream())
            .filter(coding -> chart.random().nextBoolean() && rewrite(coding, chart))
            .count()
        > 0;
  }

  boolean swapStatus(Chart chart) {
    Optional<ObjectNode> resource =
        chart.anyResource(
            r -> STATUSES.containsKey(Chart.type(r)) || Chart.type(r).equals("Condition"));
    resource.ifPresent(
        r -> {
          List<String> statuses = STATUSES.get(Chart.type(r));
          if (statuses != null) {
            r.put("status", chart.any(statuses).orElseThrow());
          } else if (chart.random().nextBoolean()) {
            put(r, "clinicalStatus", "condition-clinical", chart.any(CLINICAL).orElseThrow());
          } else {
            put(
                r,
                "verificationStatus",
                "condition-ver-status",
                chart.any(VERIFICATION).orElseThrow());
          }
        });
    return resource.isPresent();
  }

  private boolean rewrite(ObjectNode coding, Chart chart) {
    String system = coding.path("system").asText();
    if (system.equals(ICD10CM) && chart.random().nextBoolean()) {
      coding.put("code", coding.path("code").asText().replace(".", ""));
      return true;
    }
    Optional<String> other = pool.alias(system, chart.random());
    other.ifPresent(alias -> coding.put("system", alias));
    return other.isPresent();
  }

  private static List<ObjectNode> codings(ObjectNode resource) {
    return Chart.objects(resource).stream()
        .filter(o -> o.path("system").isTextual() && o.path("code").isTextual())
        .filter(o -> !o.has("value"))
        .toList();
  }

  private static void put(ObjectNode condition, String element, String system, String code) {
    condition
        .putObject(element)
        .putArray("coding")
        .addObject()
        .put("system", "http://terminology.hl7.org/CodeSystem/" + system)
        .put("code", code);
  }
}
