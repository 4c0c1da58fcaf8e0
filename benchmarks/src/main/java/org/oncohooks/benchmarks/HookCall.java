package org.oncohooks.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A {@code patient-view} call with everything that the service asks for in its prefetch (CDS Hooks
 * 2.0): the patient itself, and a searchset Bundle for each search, an empty one where the chart
 * has nothing. Compact JSON, as an EHR sends it.
 *
 * @param service id of the service
 * @param body the request's body, in UTF-8
 * @param resources number of resources in the prefetch
 */
record HookCall(String service, byte[] body, int resources) {

  /** The instant at which every candidate evaluates: the sample patients' own. */
  static final String EVALUATED_AT = "2026-06-01T12:00:00-05:00";

  private static final String FHIR_SERVER = "https://ehr.example.org/fhir/";

  static HookCall of(PatientChart chart, OfferedService service) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("hook", "patient-view").put("hookInstance", "3b1f0f4e-5f0c-4c52-9a55-0d4d6f1a6c10");
    body.putObject("context")
        .put("userId", "Practitioner/benchmark")
        .put("patientId", chart.patientId());
    ObjectNode prefetch = body.putObject("prefetch");
    int resources = 0;
    for (Map.Entry<String, String> template : service.templates().entrySet()) {
      String query = template.getValue();
      int question = query.indexOf('?');
      if (question < 0) {
        String type = query.substring(0, query.indexOf('/'));
        prefetch.set(template.getKey(), chart.ofType(type).get(0));
        resources++;
      } else {
        List<ObjectNode> found = chart.ofType(query.substring(0, question));
        prefetch.set(template.getKey(), searchset(query, chart.patientId(), found));
        resources += found.size();
      }
    }
    body.putObject("extension").put("org.oncohooks.evaluationTime", EVALUATED_AT);
    return new HookCall(service.id(), bytes(body), resources);
  }

  String path() {
    return "/cds-services/" + service;
  }

  private static ObjectNode searchset(String query, String patientId, List<ObjectNode> found) {
    ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    bundle.put("resourceType", "Bundle").put("type", "searchset").put("total", found.size());
    bundle
        .putArray("link")
        .addObject()
        .put("relation", "self")
        .put("url", FHIR_SERVER + query.replace("{{context.patientId}}", patientId));
    if (!found.isEmpty()) {
      ArrayNode entries = bundle.putArray("entry");
      for (ObjectNode resource : found) {
        String reference =
            resource.path("resourceType").asText() + "/" + resource.path("id").asText();
        ObjectNode entry = entries.addObject().put("fullUrl", FHIR_SERVER + reference);
        entry.set("resource", resource);
        entry.putObject("search").put("mode", "match");
      }
    }
    return bundle;
  }

  private static byte[] bytes(ObjectNode body) {
    try {
      return JsonMapper.builder().build().writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree is always JSON", e);
    }
  }
}
