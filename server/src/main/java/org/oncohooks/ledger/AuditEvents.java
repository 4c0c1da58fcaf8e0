package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.oncohooks.json.StrictJson;

/**
 * Rows as FHIR R4 AuditEvents, after the patterns of IHE's Basic Audit Log Patterns (BALP): who
 * asked whom, about which patient, with which outcome. They follow from the rows, so that the two
 * can't disagree. Patients are identifiers that only the ledger's key leads to, and a query is told
 * without what was asked for, which may name a patient.
 */
final class AuditEvents {

  private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  private static final String TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/";
  private static final String BALP = "https://profiles.ihe.net/ITI/BALP/CodeSystem/";
  private static final String OURS = "https://oncohooks.org/NamingSystem/";

  private static final String SUCCESS = "0";
  private static final String MINOR = "4";
  private static final String SERIOUS = "8";

  private AuditEvents() {}

  static ObjectNode of(LedgerRow row) {
    ObjectNode body = StrictJson.object(row.body().getBytes(StandardCharsets.UTF_8));
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("resourceType", "AuditEvent").put("id", "ledger-" + row.sequence());
    switch (row.kind()) {
      case LedgerRow.INVOCATION -> invocation(event, row, body);
      case LedgerRow.FEEDBACK -> {
        rest(event, "create", "C");
        recorded(event, row, SUCCESS);
        asked(event, body, false);
        source(event);
        patients(event, body);
        thing(event, body);
      }
      case LedgerRow.ACCESS -> access(event, row, body);
      case LedgerRow.REFUSAL -> refusal(event, row, body);
      default -> ofTheService(event, row, body);
    }
    return event;
  }

  private static void invocation(ObjectNode event, LedgerRow row, ObjectNode body) {
    rest(event, "operation", "E");
    recorded(
        event,
        row,
        !body.has("problem")
            ? SUCCESS
            : body.path("problem").asText().equals("data-missing") ? MINOR : SERIOUS);
    text(body, "problem", event, "outcomeDesc");
    asked(event, body, false);
    JsonNode fetches = body.path("fetches");
    if (fetches.isObject()) {
      agent(event, DICOM, "110153", "Source Role ID", fetches.path("server").asText(), false);
    }
    source(event);
    patients(event, body);
    request(event, OURS + "hook-instance", body.path("hookInstance").asText());
    thing(event, body);
  }

  private static void access(ObjectNode event, LedgerRow row, ObjectNode body) {
    String interaction = body.path("interaction").asText();
    boolean reads = Set.of("read", "vread", "history-instance").contains(interaction);
    rest(
        event,
        interaction,
        switch (interaction) {
          case "read", "vread", "history-instance" -> "R";
          case "create" -> "C";
          case "update" -> "U";
          case "delete" -> "D";
          default -> "E";
        });
    recorded(
        event,
        row,
        !body.has("problem") ? SUCCESS : body.path("serious").asBoolean() ? SERIOUS : MINOR);
    text(body, "problem", event, "outcomeDesc");
    asked(event, body, reads);
    source(event);
    patients(event, body);
    if (body.has("request")) {
      request(event, OURS + "request", body.path("request").asText());
    }
    if (body.has("resource")) {
      ObjectNode entity = entity(event, OURS + "ledger-resource", body.path("resource").asText());
      object(entity, "4", "Domain Resource");
      if (body.has("type")) {
        detail(entity, "type", body.path("type").asText());
      }
    }
    question(event, body, interaction);
  }

  /** What was asked, without the values; how much it gave or changed. */
  private static void question(ObjectNode event, ObjectNode body, String interaction) {
    String type = body.path("type").asText();
    List<String> parts = new ArrayList<>();
    body.path("parameters").forEach(name -> parts.add(name.asText() + "="));
    ObjectNode entity = event.withArray("entity").addObject();
    coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "2", "System Object");
    if (interaction.equals("search-type")) {
      coding(entity.putObject("role"), TERMINOLOGY + "object-role", "24", "Query");
      String query = type + (parts.isEmpty() ? "" : "?" + String.join("&", parts));
      entity.put(
          "query", Base64.getEncoder().encodeToString(query.getBytes(StandardCharsets.UTF_8)));
    } else {
      String operation = body.path("operation").asText();
      entity.put(
          "name",
          operation.isEmpty() ? interaction : (type.isEmpty() ? "" : type + "/") + operation);
    }
    if (interaction.equals("search-type") && !type.isEmpty()) {
      detail(entity, "type", type);
    }
    detail(entity, "entries", body.path("entries").asText());
  }

  private static void refusal(ObjectNode event, LedgerRow row, ObjectNode body) {
    boolean token = body.path("reason").asText().startsWith("token-");
    if (token) {
      coding(event.putObject("type"), DICOM, "110114", "User Authentication");
      coding(event.putArray("subtype").addObject(), DICOM, "110122", "Login");
    } else {
      coding(event.putObject("type"), DICOM, "110113", "Security Alert");
    }
    event.put("action", "E");
    recorded(event, row, MINOR);
    text(body, "reason", event, "outcomeDesc");
    asked(event, body, false);
    source(event);
    ObjectNode entity = event.withArray("entity").addObject();
    coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "2", "System Object");
    entity.put("name", body.path("place").asText());
    detail(entity, "times", body.path("times").asText());
    detail(entity, "since", body.path("since").asText());
  }

  private static void ofTheService(ObjectNode event, LedgerRow row, ObjectNode body) {
    ObjectNode type = event.putObject("type");
    String code = body.path("code").asText();
    switch (code) {
      case "load-begun", "load-ended" -> coding(type, DICOM, "110107", "Import");
      case "audit-exported" -> coding(type, DICOM, "110101", "Audit Log Used");
      case "feedback-exported", "feedback-counted" -> coding(type, DICOM, "110106", "Export");
      default -> coding(type, DICOM, "110100", "Application Activity");
    }
    switch (code) {
      case "started" -> subtype(event, "110120", "Application Start");
      case "stopped" -> subtype(event, "110121", "Application Stop");
      default -> {} // the text says what it was
    }
    event.put(
        "action",
        switch (code) {
          case Entry.Deletion.CODE -> "D";
          case "load-begun", "load-ended" -> "C";
          case "audit-exported", "feedback-exported", "feedback-counted" -> "R";
          default -> "E";
        });
    recorded(event, row, code.equals("rule-quarantined") ? MINOR : SUCCESS);
    text(body, "text", event, "outcomeDesc");
    if (body.has("user")) {
      String user = body.path("user").asText();
      agent(event, TERMINOLOGY + "extra-security-role-type", "humanuser", "human user", user, true);
      agent(event, DICOM, "110150", "Application", "OncoHooks", false);
      source(event);
      return;
    }
    agent(event, DICOM, "110150", "Application", "OncoHooks", true);
    source(event);
  }

  private static void recorded(ObjectNode event, LedgerRow row, String outcome) {
    event.put("recorded", row.at().toString()).put("outcome", outcome);
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

  /**
   * The program that asked, this service, and the person on whose behalf.
   *
   * @param reads whether the data goes to who asked
   */
  private static void asked(ObjectNode event, JsonNode body, boolean reads) {
    String client =
        body.has("tenant")
            ? body.path("tenant").asText()
            : body.has("client")
                ? body.path("client").asText()
                : body.path("issuer").asText("unknown");
    boolean user = body.has("user");
    String source = "Source Role ID";
    String destination = "Destination Role ID";
    ObjectNode agent =
        reads
            ? agent(event, DICOM, "110152", destination, client, !user)
            : agent(event, DICOM, "110153", source, client, !user);
    if (body.has("issuer") && !body.path("issuer").asText().equals(client)) {
      ((ObjectNode) agent.path("who"))
          .putObject("identifier")
          .put("system", body.path("issuer").asText())
          .put("value", client);
    }
    if (reads) {
      agent(event, DICOM, "110153", source, "OncoHooks", false);
    } else {
      agent(event, DICOM, "110152", destination, "OncoHooks", false);
    }
    if (user) {
      agent(
          event,
          TERMINOLOGY + "v3-ParticipationType",
          "IRCP",
          "information recipient",
          body.path("user").asText(),
          true);
    }
  }

  private static ObjectNode agent(
      ObjectNode event, String system, String code, String display, String who, boolean requestor) {
    ObjectNode agent = event.withArray("agent").addObject();
    coding(agent.putObject("type").putArray("coding").addObject(), system, code, display);
    agent.putObject("who").put("display", who);
    agent.put("requestor", requestor);
    return agent;
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

  private static void patients(ObjectNode event, ObjectNode body) {
    for (String patient : EntryJson.patients(body)) {
      ObjectNode entity = entity(event, OURS + "ledger-patient", patient);
      coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "1", "Person");
      coding(entity.putObject("role"), TERMINOLOGY + "object-role", "1", "Patient");
    }
  }

  private static void request(ObjectNode event, String system, String id) {
    ObjectNode entity = entity(event, system, id);
    coding(entity.putObject("type"), BALP + "BasicAuditEntityType", "XrequestId", "X-Request-Id");
  }

  private static void object(ObjectNode entity, String role, String display) {
    coding(entity.putObject("type"), TERMINOLOGY + "audit-entity-type", "2", "System Object");
    coding(entity.putObject("role"), TERMINOLOGY + "object-role", role, display);
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
    if (body.has("fetches")) {
      detail(entity, "fetches", body.at("/fetches/asked").asText());
      detail(entity, "failed-fetches", body.at("/fetches/failed").asText());
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
