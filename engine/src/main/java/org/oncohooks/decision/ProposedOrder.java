package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.oncohooks.patient.HookContext;

/**
 * Applies an ActivityDefinition to a patient: a draft ServiceRequest that proposes (FHIR R4,
 * ActivityDefinition, section 14.3, applying a definition).
 */
public final class ProposedOrder {

  private ProposedOrder() {}

  /**
   * @param activity an ActivityDefinition
   */
  public static ObjectNode of(ObjectNode activity, HookContext context, ZonedDateTime evaluatedAt) {
    ObjectNode order = JsonNodeFactory.instance.objectNode();
    order.put("resourceType", "ServiceRequest");
    String url = activity.path("url").asText("");
    if (!url.isEmpty()) {
      String version = activity.path("version").asText("");
      order.putArray("instantiatesCanonical").add(version.isEmpty() ? url : url + "|" + version);
    }
    order.put("status", "draft").put("intent", "proposal");
    // topic is the ActivityDefinition's own word for what an order calls its category
    copyList(activity, "topic", order, "category");
    copy(activity, "priority", order);
    copy(activity, "doNotPerform", order);
    copy(activity, "code", order);
    order.putObject("subject").put("reference", "Patient/" + context.patientId());
    context
        .encounterId()
        .ifPresent(id -> order.putObject("encounter").put("reference", "Encounter/" + id));
    order.put(
        "authoredOn",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(evaluatedAt.truncatedTo(ChronoUnit.SECONDS)));
    copyList(activity, "reasonCode", order, "reasonCode");
    copyList(activity, "bodySite", order, "bodySite");
    return order;
  }

  /** The draft as it would be afterwards: what the activity defines, and the rest as it was. */
  public static ObjectNode changed(ObjectNode draft, ObjectNode activity) {
    ObjectNode order = draft.deepCopy();
    copyList(activity, "topic", order, "category");
    copy(activity, "priority", order);
    copy(activity, "doNotPerform", order);
    copy(activity, "code", order);
    copyList(activity, "reasonCode", order, "reasonCode");
    copyList(activity, "bodySite", order, "bodySite");
    return order;
  }

  private static void copy(ObjectNode from, String name, ObjectNode to) {
    JsonNode value = from.get(name);
    if (value != null) {
      to.set(name, value);
    }
  }

  private static void copyList(ObjectNode from, String name, ObjectNode to, String newName) {
    if (from.get(name) instanceof ArrayNode list && !list.isEmpty()) {
      to.set(newName, list);
    }
  }
}
