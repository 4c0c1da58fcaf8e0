package org.oncohooks.lint;

import static org.oncohooks.lint.ElmLibrary.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.oncohooks.knowledge.PrefetchTemplates;

/**
 * What single expressions of a library may hold that makes it slow, unsteady or hard to ask for.
 */
final class ElmChecks {

  /** The one library that may ask what time it is. */
  private static final String CLOCK = "Settings";

  private static final Set<String> NOW = Set.of("Now", "Today", "TimeOfDay");
  private static final Set<String> WALKS_EVERYTHING = Set.of("Descendents", "Children");
  private static final Set<String> COMPARES =
      Set.of("Equal", "Equivalent", "In", "Contains", "InValueSet");

  /** Null, whatever stands on the other side, if one side is. */
  private static final Set<String> NULL_OF_NULL =
      Set.of("Equal", "NotEqual", "Less", "LessOrEqual", "Greater", "GreaterOrEqual");

  /** A repetition of what is itself a repetition: (a+)+, (a*)*, (a|b*)+. */
  private static final Pattern NESTED_REPETITION =
      Pattern.compile("\\([^)]*[+*}][^)]*\\)\\s*[+*{]");

  private final ElmLibrary library;
  private final List<Remark> remarks = new ArrayList<>();

  private ElmChecks(ElmLibrary library) {
    this.library = library;
  }

  static List<Remark> of(ElmLibrary library) {
    ElmChecks checks = new ElmChecks(library);
    ElmLibrary.walk(library.json().path("statements"), List.of(), checks::check);
    return checks.remarks;
  }

  private void check(JsonNode node, List<JsonNode> parents) {
    String type = type(node);
    if (NOW.contains(type) && !library.name().equals(CLOCK)) {
      remark(
          Rule.WALL_CLOCK,
          node,
          type + "() reads the clock, and a case can't hold it; use " + CLOCK + ".\"Today\"");
    } else if (type.equals("Retrieve")) {
      retrieve(node, parents);
    } else if (type.equals("Query")) {
      crossJoin(node);
    } else if (NULL_OF_NULL.contains(type)) {
      nullComparison(node);
    } else if (type.equals("Matches") || type.equals("ReplaceMatches")) {
      pattern(node);
    } else if (WALKS_EVERYTHING.contains(type)) {
      remark(Rule.RUNAWAY, node, type + " walks through everything; name the elements");
    } else if (type.equals("Expand")) {
      remark(
          Rule.RUNAWAY,
          node,
          "expand makes a value for each step of an interval, without limit; compare its ends");
    } else if (type.equals("Message")) {
      remark(
          Rule.RUNAWAY,
          node,
          "what Message says may quote the patient and is not passed on; use \"Data Incomplete\"");
    } else if (type.equals("FunctionRef") && callsItself(node, parents)) {
      remark(
          Rule.RUNAWAY,
          node,
          "the function calls itself, which may never end; write it without recursion");
    }
  }

  private boolean callsItself(JsonNode call, List<JsonNode> parents) {
    return library.target(call).equals(library.name())
        && parents.stream()
            .anyMatch(
                p ->
                    type(p).equals("FunctionDef")
                        && p.path("name").asText().equals(call.path("name").asText())
                        && p.path("operand").size() == call.path("operand").size()
                        && call.path("signature").equals(signature(p)));
  }

  private static JsonNode signature(JsonNode function) {
    com.fasterxml.jackson.databind.node.ArrayNode types =
        com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
    function.path("operand").forEach(operand -> types.add(operand.path("operandTypeSpecifier")));
    return types;
  }

  private void retrieve(JsonNode node, List<JsonNode> parents) {
    String resource = node.path("dataType").asText().replaceFirst("\\{.*}", "");
    if (resource.equals("Patient")) {
      return;
    }
    if (node.has("dateRange")) {
      remark(
          Rule.PREFETCH,
          node,
          "CDS Hooks 2.0 can't ask for a range of dates; retrieve all and filter by where");
    }
    String path = node.path("codeProperty").asText("");
    if (!node.has("codes")) {
      remark(
          Rule.UNFILTERED_RETRIEVE,
          node,
          "every "
              + resource
              + " of the patient is asked for; "
              + (resource.startsWith("Medication")
                  ? "medicines can't be filtered, so say in lint.yaml why the rule needs them"
                  : "filter by a value set, such as [" + resource + ": Concepts.\"...\"]"));
    } else if (!PrefetchTemplates.canFilterBy(path)) {
      remark(
          Rule.PREFETCH,
          node,
          resource
              + " can't be asked for by "
              + path
              + ", so that all of them are; filter by code or category where that is as good");
    }
    for (int i = 0; i < parents.size(); i++) {
      JsonNode parent = parents.get(i);
      if (type(parent).equals("Query")
          && !isSource(parent, node, parents.subList(i, parents.size()))) {
        remark(
            Rule.RUNAWAY,
            node,
            "this retrieve is done again for each element of the query around it; name it by a"
                + " define");
        return;
      }
    }
  }

  /** Whether a node stands below one of a query's sources, and so is evaluated once for it. */
  private static boolean isSource(JsonNode query, JsonNode node, List<JsonNode> way) {
    JsonNode child = way.size() > 1 ? way.get(1) : node;
    for (JsonNode source : query.path("source")) {
      if (source == child) {
        return true;
      }
    }
    return false;
  }

  private void crossJoin(JsonNode query) {
    if (query.path("source").size() > 1) {
      Set<String> aliases = new HashSet<>();
      query.path("source").forEach(source -> aliases.add(source.path("alias").asText()));
      if (!ties(query.path("where"), aliases)) {
        remark(
            Rule.CROSS_JOIN,
            query,
            "each element of one list is looked at with each of the other; tie them by an equality"
                + " in where, or ask for each list by itself");
      }
    }
  }

  private static boolean ties(JsonNode where, Set<String> aliases) {
    boolean[] found = new boolean[1];
    ElmLibrary.walk(
        where,
        List.of(),
        (node, parents) -> {
          if (COMPARES.contains(type(node)) && named(node, aliases).size() > 1) {
            found[0] = true;
          }
        });
    return found[0];
  }

  private static Set<String> named(JsonNode node, Set<String> aliases) {
    Set<String> named = new HashSet<>();
    ElmLibrary.walk(
        node,
        List.of(),
        (below, parents) -> {
          for (Map.Entry<String, JsonNode> member : below.properties()) {
            if (Set.of("scope", "name").contains(member.getKey())
                && aliases.contains(member.getValue().asText(""))) {
              named.add(member.getValue().asText());
            }
          }
        });
    return named;
  }

  private void nullComparison(JsonNode node) {
    for (JsonNode side : node.path("operand")) {
      if (isNull(side)) {
        remark(
            Rule.NULL_COMPARISON,
            node,
            "what is compared with null is always null, neither true nor false; write is null or"
                + " is not null");
        return;
      }
    }
  }

  /** Null as it stands there, or as the compiler made it another type. */
  private static boolean isNull(JsonNode node) {
    JsonNode operand = node.path("operand");
    return switch (type(node)) {
      case "Null" -> true;
      case "As", "Convert", "ToString", "ToDecimal", "ToQuantity", "ToDateTime", "ToConcept" ->
          isNull(operand);
      case "FunctionRef" ->
          node.path("libraryName").asText().equals("FHIRHelpers")
              && operand.size() == 1
              && isNull(operand.get(0));
      default -> false;
    };
  }

  private void pattern(JsonNode node) {
    Optional<String> pattern = constant(node.path("operand").path(1));
    if (pattern.isEmpty()) {
      remark(Rule.RUNAWAY, node, "write the pattern as a constant, so that it can be reviewed");
    } else if (NESTED_REPETITION.matcher(pattern.get()).find()) {
      remark(
          Rule.RUNAWAY,
          node,
          "a repetition within a repetition can take for ever on a long text; write the pattern"
              + " without");
    }
  }

  /** A text that stands in this library as it is, in one piece or several, under a name or not. */
  private Optional<String> constant(JsonNode node) {
    return switch (type(node)) {
      case "Literal" -> Optional.of(node.path("value").asText());
      case "Concatenate" ->
          constant(node.path("operand").path(0))
              .flatMap(
                  begin -> constant(node.path("operand").path(1)).map(end -> begin.concat(end)));
      case "ExpressionRef" ->
          node.has("libraryName")
              ? Optional.empty()
              : library.declared("statements", node.path("name").asText()).stream()
                  .findFirst()
                  .flatMap(define -> constant(define.path("expression")));
      default -> Optional.empty();
    };
  }

  private void remark(Rule rule, JsonNode node, String message) {
    remarks.add(library.remark(rule, node, message));
  }
}
