package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * The input of an operation: a FHIR Parameters resource, or the parts of one of its parameters. All
 * methods throw {@code INCORRECT} with the parameter's name where it is not as it has to be.
 */
final class Inputs {

  private final List<ObjectNode> all = new ArrayList<>();

  private Inputs() {}

  private Inputs(JsonNode list, Set<String> known, Set<String> unsupported, String place) {
    if (!list.isMissingNode() && !list.isArray()) {
      throw incorrect("parameters", "Parameters are a list.", place);
    }
    for (JsonNode each : list) {
      String name = each.path("name").asText("");
      if (unsupported.contains(name)) {
        throw notSupported(name);
      }
      if (!(each instanceof ObjectNode parameter) || !known.contains(name)) {
        throw incorrect(
            "parameter-unknown",
            "A parameter is not taken here; those taken are "
                + String.join(", ", new TreeSet<>(known))
                + ".",
            known.contains(name) || !name.matches("[A-Za-z-]{1,40}") ? place : name);
      }
      all.add(parameter);
    }
  }

  /**
   * @param parameters a Parameters resource
   * @param known the names that the operation takes
   * @param unsupported those that its definition has besides, and that would change the answer
   */
  static Inputs of(ObjectNode parameters, Set<String> known, Set<String> unsupported) {
    if (!parameters.path("resourceType").asText("").equals("Parameters")) {
      throw incorrect("parameters", "Send a FHIR Parameters resource.", "resourceType");
    }
    return new Inputs(parameters.path("parameter"), known, unsupported, "parameter");
  }

  static ProblemException notSupported(String name) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "parameter-not-supported",
            "The operation's definition has this parameter; this service does not support it, and does"
                + " not go on as if it were not there. Leave it out.",
            name)
        .asException();
  }

  /** The same without one of them. */
  Inputs without(String name) {
    Inputs others = new Inputs();
    all.stream()
        .filter(each -> !each.path("name").asText("").equals(name))
        .forEach(others.all::add);
    return others;
  }

  private Optional<ObjectNode> one(String name) {
    List<ObjectNode> named = named(name);
    if (named.size() > 1) {
      throw incorrect("parameter-twice", "This parameter comes once.", name);
    }
    return named.stream().findFirst();
  }

  private List<ObjectNode> named(String name) {
    return all.stream().filter(each -> each.path("name").asText("").equals(name)).toList();
  }

  /** What is asked for in this parameter is a resource, not its name. */
  boolean isResource(String name) {
    return named(name).stream().anyMatch(each -> each.has("resource"));
  }

  boolean has(String name) {
    return !named(name).isEmpty();
  }

  /** A primitive, as text. */
  Optional<String> text(String name) {
    return one(name).map(parameter -> text(parameter, name));
  }

  String requiredText(String name) {
    return text(name)
        .orElseThrow(() -> incorrect("parameter-missing", "This parameter is missing.", name));
  }

  List<String> texts(String name) {
    return named(name).stream().map(parameter -> text(parameter, name)).toList();
  }

  private static String text(ObjectNode parameter, String name) {
    JsonNode value = value(parameter, name);
    if (value.isContainerNode() || value.asText("").isBlank()) {
      throw incorrect("parameter-type", "This parameter has to be a simple value.", name);
    }
    return value.asText();
  }

  Optional<Boolean> truth(String name) {
    return text(name)
        .map(
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default ->
                      throw incorrect(
                          "parameter-type", "This parameter has to be true or false.", name);
                });
  }

  Optional<Integer> number(String name) {
    return text(name)
        .map(
            text -> {
              if (!text.matches("\\d{1,6}")) {
                throw incorrect(
                    "parameter-type", "This parameter has to be a whole number from 0.", name);
              }
              return Integer.valueOf(text);
            });
  }

  /** A complex value or resource. */
  Optional<ObjectNode> object(String name) {
    return one(name)
        .map(
            parameter -> {
              JsonNode value =
                  parameter.has("resource") ? parameter.get("resource") : value(parameter, name);
              if (value instanceof ObjectNode object) {
                return object;
              }
              throw incorrect("parameter-type", "This parameter has to be an object.", name);
            });
  }

  /** The parts of each parameter of this name. */
  List<Inputs> parts(String name, Set<String> known) {
    return named(name).stream()
        .map(parameter -> new Inputs(parameter.path("part"), known, Set.of(), name))
        .toList();
  }

  private static JsonNode value(ObjectNode parameter, String name) {
    for (Map.Entry<String, JsonNode> member : parameter.properties()) {
      if (member.getKey().startsWith("value")) {
        return member.getValue();
      }
    }
    throw incorrect("parameter-empty", "This parameter has no value.", name);
  }

  /**
   * The simple values of a Parameters resource that is an input itself, by name; {@code
   * Library.Name} is read as {@code Name}, since the content's names are unique.
   */
  static Map<String, JsonNode> settings(ObjectNode parameters) {
    Map<String, JsonNode> settings = new TreeMap<>();
    for (JsonNode each : parameters.path("parameter")) {
      if (!(each instanceof ObjectNode parameter)) {
        throw incorrect("parameters", "Parameters are a list.", "parameters");
      }
      String name = parameter.path("name").asText("");
      JsonNode value = value(parameter, "parameters");
      if (value.isContainerNode()) {
        throw incorrect(
            "parameter-type",
            "Settings are Booleans, numbers and text; this is none of them.",
            "parameters");
      }
      settings.put(name.substring(name.lastIndexOf('.') + 1), value);
    }
    return settings;
  }

  static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
