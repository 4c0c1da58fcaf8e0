package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.oncohooks.json.StrictJson;

/**
 * Rows as FHIR R4 AuditEvents, after the patterns of IHE's Basic Audit Log Patterns (BALP): who
 * asked whom, about which patient, with which outcome. They follow from the rows, so that the two
 * can't disagree. The patient is an identifier that only the ledger's key leads to.
 */
final class AuditEvents {

  private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";
  private static final String BALP = "https://profiles.ihe.net/ITI/BALP/CodeSystem/";
  private static final String OURS = "https://oncohooks.org/NamingSystem/";

  private AuditEvents() {}

  static ObjectNode of(LedgerRow row) {
    ObjectNode body = StrictJson.object(row.body().getBytes(StandardCharsets.UTF_8));
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("resourceType", "AuditEvent").put("id", "ledger-" + row.sequence());
    switch (row.kind()) {
      case LedgerRow.INVOCATION -> {
        rest(event, "operation", "E");
        event.put("recorded", row.at().toString()).put("outcome", outcome(body));
        text(body, "problem", event, "outcomeDesc");
        client(event, body);
        source(event);
        patient(event, body);
        request(event, body.path("hookInstance").asText());
        thing(event, body);
      }
      case LedgerRow.FEEDBACK -> {
        rest(event, "create", "C");
        event.put("recorded", row.at().toString()).put("outcome", "0");
        client(event, body);
        source(event);
        if (body.has("patient")) {
          patient(event, body);
        }
        thing(event, body);
      }
      default -> {
        coding(event.putObject("type"), DICOM, "110100", "Application Activity");
        switch (body.path("code").asText()) {
          case "started" -> subtype(event, "110120", "Application Start");
          case "stopped" -> subtype(event, "110121", "Application Stop");
          default -> {} // the text says what it was
        }
        event
            .put("action", body.path("code").asText().equals(Entry.Deletion.CODE) ? "D" : "E")
            .put("recorded", row.at().toString())
            .put("outcome", "0");
        text(body, "text", event, "outcomeDesc");
        agent(event, "110150", "Application", "OncoHooks", true);
        source(event);
      }
    }
    return event;
  }

  /** A refusal that the caller can mend is a minor failure, any other a serious one. */
  private static String outcome(JsonNode call) {
    if (!call.has("problem")) {
      return "0";
    }
    return call.path("problem").asText().equals("data-missing") ? "4" : "8";
  }

  private static void rest(ObjectNode event, String interaction, String action) {
    coding(event.putObject("type"), TERMINOLOGY + "audit-event-type", "rest", "RESTful Operation");
    coding(
        event.putArray("subtype").addObject(),
        "http://hl7.org/fhir/restful-interaction",
        interaction,
        interaction);
    event.put("action", action);
  }

  private static void subtype(ObjectNode event, String code, String display) {
    coding(event.putArray("subtype").addObject(), DICOM, code, display);
  }

  private static void client(ObjectNode event, JsonNode body) {
    agent(event, "110153", "Source Role ID", body.path("tenant").asText(), true);
    agent(event, "110152", "Destination Role ID", "OncoHooks", false);
  }

  private static void agent(
      ObjectNode event, String code, String display, String who, boolean requestor) {
    ObjectNode agent = event.withArray("agent").addObject();
    coding(agent.putObject("type").putArray("coding").addObject(), DICOM, code, display);
    agent.putObject("who").put("display", who);
    agent.put("requestor", requestor);
  }

  private static void source(ObjectNode event) {
    ObjectNode source = event.putObject("source");
    source.putObject("observer").put("display", "OncoHooks");
    coding(
        source.putArray("type").addObject(),
        TERMINOLOGY + "security-source-type",
        "4",
        "Application Server");
  }

  private static void patient(ObjectNode event, JsonNode body) {
    ObjectNode entity = entity(event, OURS + "ledger-patient", body.path("patient").asText());
    coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "1", "Person");
    coding(entity.putObject("role"), TERMINOLOGY + "object-role", "1", "Patient");
  }

  private static void request(ObjectNode event, String hookInstance) {
    ObjectNode entity = entity(event, OURS + "hook-instance", hookInstance);
    coding(entity.putObject("type"), BALP + "BasicAuditEntityType", "XrequestId", "X-Request-Id");
  }

  /** What was asked or answered, as it stands in the row. */
  private static void thing(ObjectNode event, JsonNode body) {
    boolean call = body.has("hook");
    ObjectNode entity =
        call
            ? entity(event, OURS + "service", body.path("service").asText())
            : entity(event, OURS + "card", body.path("card").asText());
    coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "2", "System Object");
    if (call) {
      detail(entity, "hook", body.path("hook").asText());
      detail(entity, "knowledge", body.path("knowledge").asText());
    } else {
      detail(entity, "outcome", body.path("outcome").asText());
    }
    for (JsonNode judged : body.path("recommendations")) {
      detail(entity, judged.path("fate").asText(), judged.path("recommendation").asText());
    }
    for (JsonNode card : body.path("cards")) {
      detail(entity, "card", card.path("uuid").asText());
    }
  }

  private static ObjectNode entity(ObjectNode event, String system, String value) {
    ObjectNode entity = event.withArray("entity").addObject();
    entity.putObject("what").putObject("identifier").put("system", system).put("value", value);
    return entity;
  }

  private static void detail(ObjectNode entity, String type, String value) {
    entity.withArray("detail").addObject().put("type", type).put("valueString", value);
  }

  private static void text(JsonNode from, String member, ObjectNode to, String name) {
    if (from.has(member)) {
      to.put(name, from.path(member).asText());
    }
  }

  private static void coding(ObjectNode node, String system, String code, String display) {
    node.put("system", system).put("code", code).put("display", display);
  }
}
