package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A patient's Bundle, to be changed in place, and the random choices within it. */
record Chart(ObjectNode bundle, Random random) {

  ObjectNode patient() {
    return resources().stream().filter(r -> type(r).equals("Patient")).findFirst().orElseThrow();
  }

  List<ObjectNode> resources() {
    List<ObjectNode> resources = new ArrayList<>();
    bundle.path("entry").forEach(entry -> resources.add((ObjectNode) entry.path("resource")));
    return resources;
  }

  List<ObjectNode> resources(String type) {
    return resources().stream().filter(resource -> type(resource).equals(type)).toList();
  }

  /**
   * A resource other than the Patient; every type has the same chance, or the many laboratory
   * results would take most of the changes.
   */
  Optional<ObjectNode> anyResource(Predicate<ObjectNode> wanted) {
    Map<String, List<ObjectNode>> byType = new TreeMap<>();
    for (ObjectNode resource : resources()) {
      if (!type(resource).equals("Patient") && wanted.test(resource)) {
        byType.computeIfAbsent(type(resource), t -> new ArrayList<>()).add(resource);
      }
    }
    return any(byType.values()).flatMap(this::any);
  }

  <T> Optional<T> any(Collection<T> values) {
    return values.stream().skip(values.isEmpty() ? 0 : random.nextInt(values.size())).findFirst();
  }

  void remove(Predicate<ObjectNode> unwanted) {
    entries().removeIf(entry -> unwanted.test((ObjectNode) entry.path("resource")));
  }

  /** Adds a resource under a new id, and as this patient's. */
  ObjectNode add(ObjectNode resource) {
    ObjectNode added = resource.deepCopy();
    Collection<String> ids = new TreeSet<>();
    resources().forEach(r -> ids.add(r.path("id").asText()));
    String id = "added-1";
    for (int number = 2; ids.contains(id); number++) {
      id = "added-" + number;
    }
    added.put("id", id);
    for (String element : List.of("subject", "patient")) {
      if (added.path(element) instanceof ObjectNode reference) {
        reference.put("reference", "Patient/" + patient().path("id").asText());
      }
    }
    ObjectNode entry = entries().addObject();
    entry.set("resource", added);
    entry.putObject("request").put("method", "PUT").put("url", type(added) + "/" + id);
    return added;
  }

  static String type(JsonNode resource) {
    return resource.path("resourceType").asText();
  }

  /** Removes every type of a choice element, {@code onset} for {@code onset[x]}. */
  static void clear(ObjectNode object, String choice) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> !name.startsWith(choice) && !name.startsWith("_" + choice));
    object.remove(names);
  }

  /** Every object below a node, the node included. */
  static List<ObjectNode> objects(JsonNode node) {
    List<ObjectNode> objects = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      objects.add(object);
    }
    node.forEach(child -> objects.addAll(objects(child)));
    return objects;
  }

  private ArrayNode entries() {
    return (ArrayNode) bundle.path("entry");
  }
}
