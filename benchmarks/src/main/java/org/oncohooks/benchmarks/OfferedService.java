package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A service as discovery tells it (CDS Hooks 2.0, discovery).
 *
 * @param id the last segment of its address
 * @param templates prefetch templates by key
 */
record OfferedService(String id, Map<String, String> templates) {

  private static final String HOOK = "patient-view";

  /** The services that answer {@code patient-view}, in the order of the discovery answer. */
  static List<OfferedService> ofDiscovery(byte[] json) throws IOException {
    List<OfferedService> services = new ArrayList<>();
    for (JsonNode service : JsonMapper.builder().build().readTree(json).path("services")) {
      if (HOOK.equals(service.path("hook").asText())) {
        Map<String, String> templates = new LinkedHashMap<>();
        service
            .path("prefetch")
            .properties()
            .forEach(member -> templates.put(member.getKey(), member.getValue().asText()));
        services.add(new OfferedService(service.path("id").asText(), templates));
      }
    }
    return services;
  }
}
