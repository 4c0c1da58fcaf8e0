package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Changes a case's resources: {@code set} ({@code Patient/p.birthDate: 1976-06-02}; null removes
 * the element), {@code remove} ({@code [Observation/a]}) and {@code add} (whole resources).
 */
final class Variant {

  private static final Pattern PATH =
      Pattern.compile("([A-Za-z]+/[A-Za-z0-9\\-.]+?)\\.(_?[a-z].*)");
  private static final Pattern STEP = Pattern.compile("(_?[A-Za-z]+)(?:\\[(\\d+)])?");

  private Variant() {}

  static List<ObjectNode> apply(String name, List<ObjectNode> resources, JsonNode variant) {
    List<ObjectNode> changed = new ArrayList<>();
    resources.forEach(resource -> changed.add(resource.deepCopy()));
    for (JsonNode reference : variant.path("remove")) {
      changed.remove(find(name, changed, reference.asText()));
    }
    for (Map.Entry<String, JsonNode> entry : variant.path("set").properties()) {
      Matcher path = PATH.matcher(entry.getKey());
      if (!path.matches()) {
        throw CaseFolder.problem(name, "sets " + entry.getKey() + "; write Type/id.element");
      }
      set(name, find(name, changed, path.group(1)), path.group(2), entry.getValue());
    }
    for (JsonNode resource : variant.path("add")) {
      changed.add(resource.deepCopy());
    }
    return changed;
  }

  private static ObjectNode find(String name, List<ObjectNode> resources, String reference) {
    return resources.stream()
        .filter(
            r -> (r.path("resourceType").asText() + "/" + r.path("id").asText()).equals(reference))
        .findFirst()
        .orElseThrow(() -> CaseFolder.problem(name, "changes " + reference + ", which it lacks"));
  }

  private static void set(String name, ObjectNode resource, String path, JsonNode value) {
    String[] steps = path.split("\\.");
    JsonNode parent = resource;
    for (int i = 0; i < steps.length - 1; i++) {
      parent = child(name, parent, steps[i]);
    }
    Matcher last = step(name, steps[steps.length - 1]);
    if (last.group(2) != null) {
      ArrayNode array = parent.withArray("/" + last.group(1));
      int index = Integer.parseInt(last.group(2));
      if (index < array.size()) {
        array.set(index, value);
      } else {
        array.add(value);
      }
    } else if (value.isNull()) {
      if (((ObjectNode) parent).remove(last.group(1)) == null) {
        throw CaseFolder.problem(name, "takes away " + path + ", which is not there");
      }
    } else {
      ((ObjectNode) parent).set(last.group(1), value);
    }
  }

  private static JsonNode child(String name, JsonNode parent, String text) {
    Matcher step = step(name, text);
    JsonNode child = parent.path(step.group(1));
    if (step.group(2) != null) {
      child = item(name, parent, child, step.group(1), Integer.parseInt(step.group(2)));
    } else if (child.isMissingNode() && parent instanceof ObjectNode object) {
      child = object.putObject(step.group(1));
    }
    if (!child.isObject()) {
      throw CaseFolder.problem(name, "sets below " + text + ", which is no object there");
    }
    return child;
  }

  /** One of a list; the one after its last, or the first of a list that is not there, is made. */
  private static JsonNode item(
      String name, JsonNode parent, JsonNode list, String element, int index) {
    if (!list.isMissingNode() && !list.isArray()) {
      throw CaseFolder.problem(
          name, "sets below " + element + "[" + index + "], and " + element + " is no list");
    }
    if (index > list.size()) {
      throw CaseFolder.problem(
          name,
          "sets below "
              + element
              + "["
              + index
              + "], and there are "
              + list.size()
              + "; the next one is "
              + element
              + "["
              + list.size()
              + "]");
    }
    if (index == list.size()) {
      return ((ObjectNode) parent).withArray("/" + element).addObject();
    }
    return list.get(index);
  }

  private static Matcher step(String name, String text) {
    Matcher step = STEP.matcher(text);
    if (!step.matches()) {
      throw CaseFolder.problem(name, "has the path step " + text + "; write element or element[0]");
    }
    return step;
  }
}
