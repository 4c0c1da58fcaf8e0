package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.oncohooks.records.SearchReader;

/**
 * The links of a search's answer; they hold the search as it was understood (FHIR R4, Search,
 * section 3.1.1.5).
 *
 * @param base the server's base URL, without a slash at its end
 * @param type FHIR type
 * @param parameters of the search, decoded
 */
record SearchLinks(String base, String type, Map<String, List<String>> parameters) {

  String self() {
    return url(parameters);
  }

  /**
   * @param after the place of this page's last match
   */
  String next(String after) {
    Map<String, List<String>> next = new LinkedHashMap<>(parameters);
    next.put(SearchReader.AFTER, List.of(after));
    return url(next);
  }

  String resource(ObjectNode json) {
    return base + "/" + json.path("resourceType").asText() + "/" + json.path("id").asText();
  }

  private String url(Map<String, List<String>> query) {
    String written =
        query.entrySet().stream()
            .flatMap(p -> p.getValue().stream().map(v -> encoded(p.getKey()) + "=" + encoded(v)))
            .collect(Collectors.joining("&"));
    return base + "/" + type + (written.isEmpty() ? "" : "?" + written);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
