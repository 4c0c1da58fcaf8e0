package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.Medicines;

/** Makes of a case what an EHR would send: a hook request, or the patient's data as a Bundle. */
public final class RequestFromCase {

  private static final String DRAFT_ORDERS = "draftOrders";
  private static final String SELECTIONS = "selections";

  /**
   * Members of a context that are one resource, and that are a list of them (CDS Hooks library).
   */
  private static final Set<String> ONE = Set.of("allergyIntolerance", "medication");

  private static final Set<String> LIST = Set.of("fulfillmentTasks");

  private static final String BASE = "https://example.org/fhir/";

  private RequestFromCase() {}

  /**
   * A request that each of some services answers as the case says: with the case's instant and
   * settings, which services take in development mode alone.
   *
   * @param services that answer the case's hook; the request holds what all of them ask for
   */
  public static ObjectNode request(Case of, Collection<Service> services) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("hook", of.hook());
    request.put(
        "hookInstance",
        UUID.nameUUIDFromBytes(of.name().getBytes(StandardCharsets.UTF_8)).toString());
    request.set("context", context(of));
    ObjectNode prefetch = request.putObject("prefetch");
    // sorted, so that the same case gives the same text
    Map<String, String> keyOfType = new TreeMap<>();
    services.forEach(service -> keyOfType.putAll(service.prefetch(of.hook()).keyOfType()));
    keyOfType.forEach(
        (type, key) -> {
          if (key.equals(PrefetchTemplates.PATIENT)) {
            of(of, type).forEach(patient -> prefetch.set(key, patient));
          } else if (!of.missing().contains(type)) {
            prefetch.set(key, searchset(of, type));
          }
        });
    ObjectNode extension = request.putObject("extension");
    extension.put(
        "org.oncohooks.evaluationTime",
        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(of.evaluatedAt().toOffsetDateTime()));
    if (!of.parameters().isEmpty()) {
      ObjectNode parameters = extension.putObject("org.oncohooks.parameters");
      of.parameters().forEach(parameters::set);
    }
    return request;
  }

  /**
   * The patient's data, but for types that are missing, as a transaction that puts each resource
   * under its own id: a FHIR server, {@code load} and the workbench take it.
   */
  public static ObjectNode bundle(Case of) {
    ObjectNode bundle =
        JsonNodeFactory.instance
            .objectNode()
            .put("resourceType", "Bundle")
            .put("type", "transaction");
    ArrayNode entries = bundle.putArray("entry");
    for (ObjectNode resource : of.resources()) {
      if (!of.missing().contains(resource.path("resourceType").asText())) {
        String reference = HookContext.reference(resource);
        ObjectNode entry = entries.addObject().put("fullUrl", BASE + reference);
        entry.set("resource", resource);
        entry.putObject("request").put("method", "PUT").put("url", reference);
      }
    }
    return bundle;
  }

  private static List<ObjectNode> of(Case of, String type) {
    return of.resources().stream()
        .filter(each -> each.path("resourceType").asText().equals(type))
        .toList();
  }

  private static ObjectNode searchset(Case of, String type) {
    List<ObjectNode> found = of(of, type);
    ObjectNode bundle =
        JsonNodeFactory.instance
            .objectNode()
            .put("resourceType", "Bundle")
            .put("type", "searchset");
    bundle.put("total", found.size());
    ArrayNode entries = bundle.putArray("entry");
    found.forEach(each -> entries.addObject().set("resource", each));
    if (Medicines.mayBeNamedBy(Set.of(type))) {
      for (ObjectNode medication : of(of, "Medication")) {
        ObjectNode entry = entries.addObject();
        entry.set("resource", medication);
        entry.putObject("search").put("mode", "include");
      }
    }
    return bundle;
  }

  private static ObjectNode context(Case of) {
    HookContext said = CaseRunner.context(of);
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    context.put("userId", "Practitioner/example");
    context.put("patientId", said.patientId());
    if (of.hook().startsWith("encounter-")) {
      context.put("encounterId", "example");
    }
    said.values().forEach(context::set);
    for (Map.Entry<String, List<HookContext.Item>> member : said.resources().entrySet()) {
      List<ObjectNode> resources =
          member.getValue().stream().map(HookContext.Item::resource).toList();
      if (ONE.contains(member.getKey()) && resources.size() == 1) {
        context.set(member.getKey(), resources.get(0));
      } else if (LIST.contains(member.getKey())) {
        resources.forEach(context.putArray(member.getKey())::add);
      } else {
        ArrayNode entries =
            context
                .putObject(member.getKey())
                .put("resourceType", "Bundle")
                .put("type", "collection")
                .putArray("entry");
        resources.forEach(each -> entries.addObject().set("resource", each));
      }
    }
    if (of.hook().equals("order-select") && !context.has(SELECTIONS)) {
      ArrayNode selections = context.putArray(SELECTIONS);
      said.resources()
          .getOrDefault(DRAFT_ORDERS, List.of())
          .forEach(item -> selections.add(HookContext.reference(item.resource())));
    }
    return context;
  }
}
