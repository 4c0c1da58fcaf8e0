package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Where in the workflow a call was made, and on what (CDS Hooks 2.0, hook context). The resources
 * in it, such as unsigned orders, are no part of the patient's record: a draft is not an order.
 *
 * @param hook name of the hook
 * @param patientId logical id, without {@code Patient/}
 * @param resources what each member that holds resources brings (a Bundle, a resource or a list of
 *     them), by member
 * @param values the other members, as they came
 */
public record HookContext(
    String hook,
    String patientId,
    Map<String, List<Item>> resources,
    Map<String, JsonNode> values) {

  /** A resource and where it stands in the request. */
  public record Item(ObjectNode resource, String place) {}

  /** A hook of which nothing is known but the patient. */
  public static HookContext of(String hook, String patientId) {
    return new HookContext(hook, patientId, Map.of(), Map.of());
  }

  /**
   * @param base FHIR base URL of the server that the patient's id belongs to, if it is known
   * @param context the members, with plain logical ids
   * @throws ProblemException {@code INCORRECT} with the place of a resource that is none, is about
   *     another patient, or differs from another of the same type and id
   */
  public static HookContext read(
      String hook, String patientId, Optional<String> base, ObjectNode context) {
    PatientRecord.Builder thisPatient = PatientRecord.builder(patientId, base);
    Map<String, List<Item>> resources = new LinkedHashMap<>();
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : context.properties()) {
      String place = "context." + member.getKey();
      Optional<List<Item>> items = items(member.getValue(), place);
      if (items.isPresent()) {
        items.get().forEach(item -> requireThisPatient(thisPatient, item, patientId));
        resources.put(member.getKey(), List.copyOf(items.get()));
      } else if (!member.getValue().isNull()) {
        values.put(member.getKey(), member.getValue());
      }
    }
    return new HookContext(hook, patientId, resources, values);
  }

  /** The logical id of the encounter; empty if the context names none. */
  public Optional<String> encounterId() {
    return Optional.ofNullable(values.get("encounterId")).map(JsonNode::textValue);
  }

  /** The resources of all members, in the order in which they came. */
  public List<Item> items() {
    return resources.values().stream().flatMap(List::stream).toList();
  }

  /** The reference of a resource, such as {@code ServiceRequest/abc}. */
  public static String reference(ObjectNode resource) {
    return resource.path("resourceType").asText("") + "/" + resource.path("id").asText("");
  }

  private static Optional<List<Item>> items(JsonNode value, String place) {
    if (value instanceof ObjectNode object && object.has("resourceType")) {
      return Optional.of(
          object.path("resourceType").asText("").equals("Bundle")
              ? entries(object, place)
              : List.of(new Item(object, place)));
    }
    if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < value.size(); i++) {
        items.add(item(value.get(i), place + "[" + i + "]"));
      }
      return Optional.of(items);
    }
    return Optional.empty();
  }

  private static List<Item> entries(ObjectNode bundle, String place) {
    JsonNode entries = bundle.path("entry");
    if (!entries.isArray() && !entries.isMissingNode() && !entries.isNull()) {
      throw incorrect(
          "member-type", "A Bundle's entry has to be a list of entries.", place + ".entry");
    }
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      items.add(item(entries.get(i).path("resource"), place + ".entry[" + i + "].resource"));
    }
    return items;
  }

  private static Item item(JsonNode value, String place) {
    if (value instanceof ObjectNode resource) {
      return new Item(resource, place);
    }
    throw incorrect("resource-missing", "There has to be a FHIR resource here.", place);
  }

  private static void requireThisPatient(
      PatientRecord.Builder thisPatient, Item item, String patientId) {
    thisPatient.add(item.resource(), item.place());
    if (!item.resource().path("resourceType").asText("").equals("Appointment")) {
      return;
    }
    boolean some = false;
    boolean thisOne = false;
    for (JsonNode participant : item.resource().path("participant")) {
      String actor = participant.path("actor").path("reference").asText("");
      some |= actor.startsWith("Patient/") || actor.contains("/Patient/");
      thisOne |= Subject.hasId(actor, patientId);
    }
    if (some && !thisOne) {
      throw incorrect(
          "other-patient",
          "The patient of context.patientId takes no part in this Appointment. Send only this"
              + " patient's data.",
          item.place());
    }
  }

  private static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
