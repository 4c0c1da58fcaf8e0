package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.cql.CqlTrace.Node;

/** The trees of the defines that were evaluated, as JSON of bounded size. */
final class ExplainedTrees {

  private static final int MOST_NODES = 4_000;
  private static final int MOST_NODES_OF_A_DEFINE = 400;
  private static final int MOST_PARTS = 40;
  private static final int DEEPEST = 60;
  private static final int LONGEST_VALUE = 240;

  private final CqlTrace trace;
  private int nodes;
  private int nodesOfThis;
  private int leftOut;

  ExplainedTrees(CqlTrace trace) {
    this.trace = trace;
  }

  /**
   * @param first libraries whose trees come first, before there are too many
   */
  ArrayNode defines(Collection<String> first) {
    Set<String> order = new LinkedHashSet<>(first);
    order.addAll(trace.libraries());
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    for (String library : order) {
      trace.defines(library).forEach((name, body) -> json.add(define(library, name, body)));
    }
    return json;
  }

  private ObjectNode define(String library, String name, Node body) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("library", library).put("define", name);
    body.locator().ifPresent(at -> json.put("at", at));
    body.value().ifPresent(value -> json.set("value", value));
    nodesOfThis = 0;
    json.set("tree", tree(body, 0));
    return json;
  }

  private ObjectNode tree(Node node, int depth) {
    nodes++;
    nodesOfThis++;
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", node.kind());
    node.locator().ifPresent(at -> json.put("at", at));
    node.value()
        .ifPresentOrElse(value -> json.set("value", brief(value)), () -> json.put("failed", true));
    node.refersTo()
        .ifPresent(
            name ->
                json.put(node.isCall() ? "calls" : "names", name.library() + "." + name.name()));
    node.valueSet().ifPresent(url -> json.put("valueSet", url));
    int kept = 0;
    for (Node part : node.parts()) {
      if (kept == MOST_PARTS
          || depth == DEEPEST
          || nodes >= MOST_NODES
          || nodesOfThis >= MOST_NODES_OF_A_DEFINE) {
        break;
      }
      // a part may stand in another library: a function's body
      ObjectNode tree = tree(part, depth + 1);
      if (!part.library().equals(node.library())) {
        tree.put("library", part.library());
      }
      json.withArray("/parts").add(tree);
      kept++;
    }
    if (kept < node.parts().size()) {
      json.put("partsLeftOut", node.parts().size() - kept);
      leftOut++;
    }
    return json;
  }

  /** What was left out, by name of the reason; empty if nothing was. */
  ObjectNode cut() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (leftOut > 0) {
      json.put("treesCutAt", leftOut);
    }
    if (trace.notKept() > 0) {
      json.put("evaluationsNotKept", trace.notKept());
    }
    return json;
  }

  /** A value that would be long is told by its size, or left at {@code {more: true}}. */
  static JsonNode brief(JsonNode value) {
    if (!value.isContainerNode() || value.toString().length() <= LONGEST_VALUE) {
      return value;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (value.isArray() || value.has("count")) {
      return json.put("count", value.isArray() ? value.size() : value.get("count").asInt());
    }
    return json.put("more", true);
  }
}
