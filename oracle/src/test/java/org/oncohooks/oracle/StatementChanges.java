package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Says something new about the patient: a code out of a value set, in a resource that may carry it,
 * at a date on some edge. The samples alone speak of few of the codes that rules know.
 */
final class StatementChanges {

  private static final String TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";

  private static final String RED_FLAGS = "https://oncohooks.org/Questionnaire/pain-red-flags";

  private static final List<String> LINK_IDS =
      List.of(
          "night",
          "progressive",
          "persistent",
          "not-relieved-by-rest",
          "severe-unremitting",
          "localised-tenderness",
          "radicular",
          "dull");

  private static final int MOST = 8;

  private final CodePool pool;
  private final EdgeDates edges;

  StatementChanges(CodePool pool, EdgeDates edges) {
    this.pool = pool;
    this.edges = edges;
  }

  boolean add(Chart chart) {
    boolean added = questionnaire(chart);
    int wanted = 1 + chart.random().nextInt(MOST);
    for (int i = 0; i < wanted; i++) {
      added |= pool.any(chart.random()).map(code -> chart.add(statement(code, chart))).isPresent();
    }
    return added;
  }

  /** Answers of the kind that symptom questionnaires hold, one of them a group down. */
  private boolean questionnaire(Chart chart) {
    if (chart.random().nextInt(3) > 0) {
      return false;
    }
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    response.put("resourceType", "QuestionnaireResponse").put("status", "completed");
    response.put("questionnaire", RED_FLAGS);
    response.putObject("subject");
    response.put("authored", edges.edge(chart.random()) + "T09:30:00-05:00");
    ArrayNode items = response.putArray("item");
    ArrayNode group = items.addObject().put("linkId", "group").putArray("item");
    for (ArrayNode list : List.of(items, group)) {
      ObjectNode item = list.addObject().put("linkId", chart.any(LINK_IDS).orElseThrow());
      ObjectNode answer = item.putArray("answer").addObject();
      if (chart.random().nextInt(3) > 0) {
        answer.put("valueBoolean", chart.random().nextInt(3) > 0);
      } else {
        pool.any(chart.random())
            .ifPresent(
                code ->
                    answer
                        .putObject("valueCoding")
                        .put("system", code.system())
                        .put("code", code.code()));
      }
    }
    chart.add(response);
    return true;
  }

  private ObjectNode statement(CodePool.Entry code, Chart chart) {
    String date = edges.edge(chart.random()).toString();
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    switch (chart.random().nextInt(10)) {
      case 0, 1, 2, 3 -> {
        resource.put("resourceType", "Condition");
        code(resource.putObject("clinicalStatus"), TERMINOLOGY + "condition-clinical", "active");
        code(
            resource.putObject("verificationStatus"),
            TERMINOLOGY + "condition-ver-status",
            "confirmed");
        code(resource.putObject("code"), code.system(), code.code());
        resource.put(chart.any(List.of("onsetDateTime", "recordedDate")).orElseThrow(), date);
      }
      case 4 -> {
        coded(resource, "Observation", "final", code).put("effectiveDateTime", date);
        if (chart.random().nextBoolean()) {
          resource.put("valueBoolean", chart.random().nextInt(4) > 0);
        } else {
          resource
              .putObject("valueQuantity")
              .put("value", 5 + chart.random().nextInt(100) / 10.0)
              .put("unit", "mg/dL")
              .put("system", "http://unitsofmeasure.org")
              .put("code", "mg/dL");
        }
      }
      case 5 -> {
        coded(resource, "Observation", "final", code).put("effectiveDateTime", date);
        pool.any(chart.random())
            .ifPresent(
                value ->
                    code(resource.putObject("valueCodeableConcept"), value.system(), value.code()));
      }
      case 6 -> coded(resource, "Procedure", "completed", code).put("performedDateTime", date);
      case 7 -> coded(resource, "DiagnosticReport", "final", code).put("effectiveDateTime", date);
      case 8 ->
          coded(resource, "ServiceRequest", "active", code)
              .put("intent", "order")
              .put("authoredOn", date);
      default -> relative(resource, code, chart);
    }
    resource.putObject(Chart.type(resource).equals("FamilyMemberHistory") ? "patient" : "subject");
    return resource;
  }

  private static ObjectNode coded(
      ObjectNode resource, String type, String status, CodePool.Entry code) {
    resource.put("resourceType", type).put("status", status);
    code(resource.putObject("code"), code.system(), code.code());
    return resource;
  }

  private static void relative(ObjectNode resource, CodePool.Entry code, Chart chart) {
    resource.put("resourceType", "FamilyMemberHistory").put("status", "completed");
    code(
        resource.putObject("relationship"),
        TERMINOLOGY + "v3-RoleCode",
        chart.any(List.of("MTH", "SIS", "DAU", "MAUNT", "PGRMTH", "FTH", "BRO")).orElseThrow());
    ObjectNode condition = resource.putArray("condition").addObject();
    code(condition.putObject("code"), code.system(), code.code());
    PersonChanges.age(condition.putObject("onsetAge"), 30 + chart.random().nextInt(40));
  }

  private static void code(ObjectNode concept, String system, String code) {
    concept.putArray("coding").addObject().put("system", system).put("code", code);
  }
}
