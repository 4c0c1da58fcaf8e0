package org.oncohooks.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.cql.CqlTrace.Node;

/** What the defines asked the record for, and what they found. */
final class ExplainedRetrieves {

  private static final int MOST = 500;

  private final CqlTrace trace;
  private final SourceText text;
  private final Map<String, ObjectNode> found = new LinkedHashMap<>();

  ExplainedRetrieves(CqlTrace trace, SourceText text) {
    this.trace = trace;
    this.text = text;
  }

  ArrayNode json() {
    for (String library : trace.libraries()) {
      trace.defines(library).forEach((name, body) -> collect(body, name));
    }
    return JsonNodeFactory.instance.arrayNode().addAll(found.values());
  }

  private void collect(Node node, String define) {
    if (node.asked().isPresent() && found.size() < MOST) {
      found.putIfAbsent(
          node.library() + node.locator().orElse("") + node.value(),
          retrieve(node, node.asked().get(), define));
    }
    node.parts().forEach(part -> collect(part, define));
  }

  private ObjectNode retrieve(Node node, CqlTrace.Asked asked, String define) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("library", node.library()).put("define", define);
    node.locator()
        .ifPresent(
            at -> {
              json.put("at", at);
              text.at(node.library(), at).ifPresent(t -> json.put("text", t));
            });
    json.put("type", asked.type());
    asked.path().ifPresent(path -> json.put("path", path));
    asked.valueSet().ifPresent(url -> json.put("valueSet", url));
    asked.codes().ifPresent(codes -> json.set("codes", codes));
    node.value()
        .ifPresent(
            value -> {
              json.put("count", value.isArray() ? value.size() : value.path("count").asInt());
              Explanation.texts(json, "resources", java.util.List.copyOf(Facts.in(value)));
            });
    return json;
  }
}
