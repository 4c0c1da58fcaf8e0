package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.PatientRecord;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * Turns JSON nodes into CQL values on demand, for one evaluation: typed by the FHIR 4.0.1 model
 * info, complex values as lazy views.
 */
final class FhirValues {

  private final FhirTypes types;
  private final ZoneOffset offset;
  private final Budget budget;
  private final PatientRecord record;

  /**
   * @param offset of the evaluation instant; a dateTime that gives none takes it (CQL 1.5,
   *     DateTime)
   * @param record tells where in what was sent an element stands that can't be read
   */
  FhirValues(FhirTypes types, ZoneOffset offset, Budget budget, PatientRecord record) {
    this.record = record;
    this.types = types;
    this.offset = offset;
    this.budget = budget;
  }

  Budget budget() {
    return budget;
  }

  /**
   * @param node a FHIR resource
   * @throws ProblemException {@code INCORRECT} if FHIR R4 has no such resource type
   */
  ClassInstance resource(ObjectNode node) {
    FhirType type =
        types
            .find(node.path("resourceType").asText(""))
            .filter(t -> types.isA(t.name(), "Resource"))
            .orElseThrow(
                () ->
                    malformed(
                        "resource-type-unknown",
                        "A resourceType is not one of FHIR R4",
                        "resource"));
    return complex(type, node);
  }

  /**
   * The value of an element of a JSON object; null if it is not there.
   *
   * @param owner name of the type whose element it is, for the place of a problem
   */
  Value element(FhirElement element, ObjectNode parent, String owner) {
    try {
      return element(element, parent);
    } catch (ProblemException e) {
      throw owner.isEmpty() ? e : placed(e, parent, member(element, parent), owner);
    }
  }

  private static String member(FhirElement element, ObjectNode parent) {
    return element.choices().stream()
        .map(FhirElement.Choice::member)
        .filter(parent::has)
        .findFirst()
        .orElse(element.name());
  }

  /**
   * The problem with the place where the member stands in what was sent.
   *
   * @param owner name of the type that has the member, where the place is not known
   */
  ProblemException placed(ProblemException e, ObjectNode parent, String member, String owner) {
    Problem problem = e.problem();
    if (problem.category() != ProblemCategory.INCORRECT) {
      return e;
    }
    String place = record.placeOf(parent).orElse(owner) + "." + member;
    return new Problem(problem.category(), problem.code(), problem.text(), List.of(place))
        .asException(e);
  }

  private Value element(FhirElement element, ObjectNode parent) {
    for (FhirElement.Choice choice : element.choices()) {
      JsonNode json = parent.get(choice.member());
      JsonNode sibling =
          choice.system() == null && isPrimitive(choice)
              ? parent.get(choice.siblingMember())
              : null;
      if (isAbsent(json) && isAbsent(sibling)) {
        if (json != null) {
          // only an array of primitives may hold null (FHIR R4, JSON representation)
          throw malformed("element-null", "An element can't be null", choice.member());
        }
        continue;
      }
      return element.list()
          ? list(choice, parent, json, sibling)
          : single(choice, parent, json, sibling);
    }
    return null;
  }

  private Value list(
      FhirElement.Choice choice, ObjectNode parent, JsonNode json, JsonNode siblings) {
    if (json != null && !json.isNull() && !(json instanceof ArrayNode)) {
      throw malformed(
          "element-not-array", "An element that repeats has to be a JSON array", choice.member());
    }
    if (json != null && json.isArray() && json.isEmpty()) {
      throw malformed("element-empty", "An element can't be an empty array", choice.member());
    }
    int size = Math.max(isAbsent(json) ? 0 : json.size(), isAbsent(siblings) ? 0 : siblings.size());
    List<Value> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      JsonNode item = json == null ? null : json.get(i);
      JsonNode sibling = siblings == null ? null : siblings.get(i);
      if (!isAbsent(item) || !isAbsent(sibling)) {
        items.add(single(choice, parent, item, sibling));
      } else if (choice.system() == null && !isPrimitive(choice)) {
        throw malformed(
            "element-not-object", "An element has to be a JSON object", choice.member());
      }
    }
    return new org.opencds.cqf.cql.engine.runtime.List(items);
  }

  private Value single(
      FhirElement.Choice choice, ObjectNode parent, JsonNode json, JsonNode sibling) {
    if (choice.system() != null) {
      return system(choice.system(), json);
    }
    FhirType type = types.type(choice.type());
    if (type.primitive().isPresent()) {
      if (!isAbsent(json) && json.isContainerNode()) {
        throw malformed(
            "element-not-primitive", "An element has to be a single JSON value", choice.member());
      }
      return new ClassInstance(
          type.qualifiedName(),
          new PrimitiveElements(
              this,
              type,
              parent,
              choice.member(),
              isAbsent(json) ? null : json,
              sibling instanceof ObjectNode object ? object : null));
    }
    if (!(json instanceof ObjectNode object)) {
      throw malformed("element-not-object", "An element has to be a JSON object", choice.member());
    }
    if (object.isEmpty()) {
      throw malformed("element-empty", "An element can't be an empty object", choice.member());
    }
    return type.name().equals("Resource") ? resource(object) : complex(type, object);
  }

  private ClassInstance complex(FhirType type, ObjectNode node) {
    return new ClassInstance(type.qualifiedName(), new JsonElements(this, type, node));
  }

  /** The System value that a primitive's JSON value holds. */
  Value system(SystemType type, JsonNode json) {
    return switch (type) {
      case STRING ->
          json.isTextual()
              ? new org.opencds.cqf.cql.engine.runtime.String(json.textValue())
              : mismatch(type);
      case BOOLEAN ->
          json.isBoolean()
              ? new org.opencds.cqf.cql.engine.runtime.Boolean(json.booleanValue())
              : mismatch(type);
      case INTEGER ->
          json.isIntegralNumber() && json.canConvertToInt()
              ? new org.opencds.cqf.cql.engine.runtime.Integer(json.intValue())
              : mismatch(type);
      case DECIMAL ->
          json.isNumber()
              ? new org.opencds.cqf.cql.engine.runtime.Decimal(json.decimalValue())
              : mismatch(type);
      case DATE -> temporal(json, text -> Temporals.date(text));
      case DATE_TIME -> temporal(json, text -> Temporals.dateTime(text, offset));
      case TIME -> temporal(json, text -> Temporals.time(text));
    };
  }

  private static Value temporal(JsonNode json, java.util.function.Function<String, Value> parse) {
    try {
      return parse.apply(json.isTextual() ? json.textValue() : "");
    } catch (java.time.DateTimeException e) {
      throw malformed("date-invalid", "A date or time is not valid in FHIR R4", "date");
    }
  }

  private static Value mismatch(SystemType type) {
    throw malformed(
        "element-type-mismatch",
        "An element does not hold a FHIR "
            + type.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        "element");
  }

  private boolean isPrimitive(FhirElement.Choice choice) {
    return types.type(choice.type()).primitive().isPresent();
  }

  private static boolean isAbsent(JsonNode node) {
    return node == null || node.isNull();
  }

  private static ProblemException malformed(String code, String text, String place) {
    return Problem.of(
            ProblemCategory.INCORRECT, code, text + "; mend the resource that holds it.", place)
        .asException();
  }
}
