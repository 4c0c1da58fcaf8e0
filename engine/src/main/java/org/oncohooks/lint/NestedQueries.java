package org.oncohooks.lint;

import static org.oncohooks.lint.ElmLibrary.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Queries over a define that are done again for each element of a query around them, where both
 * lists grow with the chart: with twice the chart they take four times as long.
 */
final class NestedQueries {

  /** What makes a list of lists, as long as they are. */
  private static final Set<String> AS_LONG =
      Set.of(
          "Union",
          "Intersect",
          "Except",
          "Flatten",
          "Distinct",
          "As",
          "Convert",
          "ToList",
          "If",
          "Case",
          "Coalesce",
          "FunctionRef");

  private final ElmProgram program;
  private final Map<String, Boolean> growing = new HashMap<>();
  private final Map<String, Optional<String>> scanning = new HashMap<>();
  private final List<Remark> remarks = new ArrayList<>();

  private NestedQueries(ElmProgram program) {
    this.program = program;
  }

  static List<Remark> of(ElmProgram program) {
    NestedQueries queries = new NestedQueries(program);
    for (ElmLibrary library : program.libraries()) {
      ElmLibrary.walk(
          library.json().path("statements"),
          List.of(),
          (node, parents) -> {
            if (type(node).equals("Query") && queries.growsBySource(library, node)) {
              queries.look(library, node);
            }
          });
    }
    return queries.remarks.stream().distinct().toList();
  }

  private void look(ElmLibrary library, JsonNode query) {
    for (Map.Entry<String, JsonNode> part : query.properties()) {
      if (!part.getKey().equals("source")) {
        ElmLibrary.walk(part.getValue(), List.of(), (node, parents) -> inner(library, node));
      }
    }
  }

  private void inner(ElmLibrary library, JsonNode node) {
    scanned(library, node)
        .ifPresent(
            name ->
                remarks.add(
                    library.remark(
                        Rule.NESTED_QUERY,
                        node,
                        "\""
                            + name
                            + "\" is gone through again for each element of the query around it,"
                            + " and both grow with the chart; name what you ask of it by a define"
                            + " of its own, or make one of the lists short first")));
  }

  /** The define that a query, or a function that is called, goes through; empty if none grows. */
  private Optional<String> scanned(ElmLibrary library, JsonNode node) {
    if (type(node).equals("Query") || type(node).equals("With") || type(node).equals("Without")) {
      List<JsonNode> sources = new ArrayList<>();
      if (node.has("source")) {
        node.path("source").forEach(source -> sources.add(source.path("expression")));
      } else {
        sources.add(node.path("expression"));
      }
      return sources.stream()
          .filter(source -> grows(library, source))
          .flatMap(source -> define(source).stream())
          .findFirst();
    }
    if (!type(node).equals("FunctionRef")) {
      return Optional.empty();
    }
    String key = library.target(node) + "." + node.path("name").asText();
    Optional<String> known = scanning.get(key);
    if (known == null) {
      scanning.put(key, Optional.empty());
      known = scannedBy(library.target(node), node.path("name").asText());
      scanning.put(key, known);
    }
    return known;
  }

  private Optional<String> scannedBy(String target, String function) {
    List<String> found = new ArrayList<>();
    program
        .library(target)
        .ifPresent(
            library ->
                library.declared("statements", function).stream()
                    .filter(declared -> type(declared).equals("FunctionDef"))
                    .forEach(
                        declared ->
                            ElmLibrary.walk(
                                declared.path("expression"),
                                List.of(),
                                (node, parents) -> scanned(library, node).ifPresent(found::add))));
    return found.stream().findFirst();
  }

  /** The first define that an expression names; a retrieve in a query is another finding. */
  private static Optional<String> define(JsonNode expression) {
    List<String> names = new ArrayList<>();
    ElmLibrary.walk(
        expression,
        List.of(),
        (node, parents) -> {
          if (type(node).equals("ExpressionRef")) {
            names.add(node.path("name").asText());
          }
        });
    return names.stream().findFirst();
  }

  private boolean growsBySource(ElmLibrary library, JsonNode query) {
    for (JsonNode source : query.path("source")) {
      if (grows(library, source.path("expression"))) {
        return true;
      }
    }
    return false;
  }

  /** Whether a list gets longer with the chart. */
  private boolean grows(ElmLibrary library, JsonNode expression) {
    String type = type(expression);
    if (type.equals("Retrieve")) {
      return true;
    }
    if (type.equals("Query")) {
      return !expression.has("aggregate") && growsBySource(library, expression);
    }
    if (type.equals("ExpressionRef")) {
      return defineGrows(library.target(expression), expression.path("name").asText());
    }
    if (!AS_LONG.contains(type)) {
      return false;
    }
    boolean[] any = new boolean[1];
    expression.forEach(
        below -> {
          if (below.isArray()) {
            below.forEach(
                each -> any[0] |= grows(library, each.has("then") ? each.path("then") : each));
          } else {
            any[0] |= grows(library, below);
          }
        });
    return any[0];
  }

  private boolean defineGrows(String target, String name) {
    String key = target + "." + name;
    Boolean known = growing.get(key);
    if (known == null) {
      growing.put(key, false);
      known =
          program
              .library(target)
              .map(
                  library ->
                      library.declared("statements", name).stream()
                          .anyMatch(declared -> grows(library, declared.path("expression"))))
              .orElse(false);
      growing.put(key, known);
    }
    return known;
  }
}
