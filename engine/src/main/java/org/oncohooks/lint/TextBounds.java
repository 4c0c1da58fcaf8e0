package org.oncohooks.lint;

import static org.oncohooks.lint.ElmLibrary.type;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How long a text that CQL builds can get: constant parts count as they are, numbers and dates with
 * what they need at most, and what comes out of a record or a setting has no bound.
 *
 * <p>A number that a setting, a count or a difference gives is taken to have at most four digits.
 */
final class TextBounds {

  private static final String ELM = "{urn:hl7-org:elm-types:r1}";
  private static final int FOUR_DIGITS = 4;

  private static final Map<String, Integer> PRINTED =
      Map.of(
          "Boolean",
          5,
          "Integer",
          11,
          "Long",
          20,
          "Decimal",
          20,
          "Date",
          10,
          "DateTime",
          29,
          "Time",
          12);

  private static final Set<String> PASSED_ON =
      Set.of("As", "Distinct", "Filter", "Except", "Intersect", "Upper", "Lower", "Sort");

  private static final Set<String> ONE_OF = Set.of("First", "Last", "SingletonFrom", "Max", "Min");

  private static final Set<String> SMALL_NUMBERS =
      Set.of("Count", "Length", "DifferenceBetween", "DurationBetween", "CalculateAgeAt");

  private final ElmProgram program;
  private final Map<String, Map<String, Extent>> tables;
  private final Map<String, Extent> known = new HashMap<>();
  private final Set<String> asking = new HashSet<>();

  /**
   * @param tables parameters that are tables of the content: longest text of each column
   */
  TextBounds(ElmProgram program, Map<String, Map<String, Extent>> tables) {
    this.program = program;
    this.tables = tables;
  }

  Extent define(String library, String name) {
    String key = library + "." + name;
    Extent found = known.get(key);
    if (found == null) {
      found = withoutCircle(key, () -> computed(library, name));
      known.put(key, found);
    }
    return found;
  }

  private Extent computed(String library, String name) {
    return program
        .library(library)
        .flatMap(l -> l.declared("statements", name).stream().findFirst().map(d -> body(l, d)))
        .orElseGet(() -> Extent.endless(library + ".\"" + name + "\""));
  }

  private Extent body(ElmLibrary library, JsonNode define) {
    return of(library, define.path("expression"), new HashMap<>());
  }

  private Extent withoutCircle(String key, java.util.function.Supplier<Extent> work) {
    if (!asking.add(key)) {
      return Extent.endless(key + ", which asks for itself");
    }
    try {
      return work.get();
    } finally {
      asking.remove(key);
    }
  }

  private Extent of(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    String type = type(node);
    if (PASSED_ON.contains(type)) {
      return of(library, first(node), names);
    }
    if (ONE_OF.contains(type)) {
      return of(library, node.has("source") ? node.get("source") : first(node), names).one();
    }
    if (SMALL_NUMBERS.contains(type)) {
      return Extent.text(FOUR_DIGITS);
    }
    switch (type) {
      case "Null":
        return Extent.NOTHING;
      case "Literal":
        String value = node.path("value").asText();
        return Extent.text(value.codePointCount(0, value.length()));
      case "Concatenate":
        return Extent.together(each(library, node.path("operand"), names));
      case "Coalesce":
        return Extent.anyOf(each(library, node.path("operand"), names));
      case "If":
        return Extent.anyOf(
            List.of(of(library, node.path("then"), names), of(library, node.path("else"), names)));
      case "Case":
        return choice(library, node, names);
      case "Tuple":
        Map<String, Extent> elements = new HashMap<>();
        for (JsonNode element : node.path("element")) {
          elements.put(element.path("name").asText(), of(library, element.path("value"), names));
        }
        return Extent.tuple(elements);
      case "List":
        List<Extent> items = each(library, node.path("element"), names);
        return Extent.list(Extent.anyOf(items), OptionalInt.of(items.size()));
      case "ToList":
        return Extent.list(of(library, first(node), names), OptionalInt.of(1));
      case "Slice":
        return slice(library, node, names);
      case "Indexer":
        return of(library, node.path("operand").path(0), names).one();
      case "Flatten":
        return flatten(library, first(node), names);
      case "Union":
        List<Extent> lists = each(library, node.path("operand"), names);
        return Extent.list(Extent.anyOf(lists.stream().map(Extent::one).toList()), sum(lists));
      case "Combine":
        return combine(library, node, names);
      case "Substring":
        return type(node.path("length")).equals("Literal")
            ? Extent.text(node.at("/length/value").asInt())
            : of(library, node.path("stringToSub"), names);
      case "ToString":
        return printed(library, node, names);
      case "DateTimeComponentFrom":
        return Extent.text(node.path("precision").asText().equals("Year") ? 4 : 3);
      case "Add", "Subtract", "TruncatedDivide", "Modulo", "Truncate", "Ceiling", "Floor":
        return Extent.text(
            each(library, node.path("operand"), names).stream()
                    .filter(e -> e.endless().isEmpty())
                    .mapToInt(Extent::length)
                    .max()
                    .orElse(FOUR_DIGITS)
                + 1);
      case "Query":
        return query(library, node, names);
      case "Property":
        return property(library, node, names);
      case "OperandRef", "AliasRef", "QueryLetRef":
        return names.getOrDefault(
            node.path("name").asText(), Extent.endless(what(library, node, type)));
      case "ParameterRef":
        return parameter(library, node);
      case "ExpressionRef":
        return define(library.target(node), node.path("name").asText());
      case "FunctionRef":
        return call(library, node, names);
      default:
        return Extent.endless(what(library, node, type));
    }
  }

  /** A list cut to a number of items that stands there. */
  private Extent slice(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    Extent list = of(library, node.path("source"), names);
    int[] end = {-1};
    ElmLibrary.walk(
        node.path("endIndex"),
        List.of(),
        (below, parents) -> {
          if (type(below).equals("Literal")) {
            end[0] = Math.max(end[0], below.path("value").asInt());
          }
        });
    boolean fromFirst = node.at("/startIndex/value").asInt(-1) == 0;
    return fromFirst && end[0] >= 0 ? Extent.list(list.one(), OptionalInt.of(end[0])) : list;
  }

  private static String what(ElmLibrary library, JsonNode node, String type) {
    String name = node.path("name").asText(node.path("path").asText(""));
    return type + (name.isEmpty() ? "" : " " + name) + " at " + library.where(node);
  }

  private static JsonNode first(JsonNode node) {
    JsonNode operand = node.path("operand");
    return operand.isArray()
        ? operand.path(0)
        : operand.isMissingNode() ? node.path("source") : operand;
  }

  private List<Extent> each(ElmLibrary library, JsonNode nodes, Map<String, Extent> names) {
    List<Extent> all = new ArrayList<>();
    nodes.forEach(node -> all.add(of(library, node, names)));
    return all;
  }

  private Extent choice(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    List<Extent> choices = new ArrayList<>();
    for (JsonNode item : node.path("caseItem")) {
      choices.add(of(library, item.path("then"), names));
    }
    choices.add(of(library, node.path("else"), names));
    return Extent.anyOf(choices);
  }

  private Extent flatten(ElmLibrary library, JsonNode lists, Map<String, Extent> names) {
    Extent all = of(library, lists, names);
    OptionalInt count =
        type(lists).equals("List")
            ? sum(each(library, lists.path("element"), names))
            : OptionalInt.empty();
    return Extent.list(all.one().one(), count);
  }

  private static OptionalInt sum(List<Extent> lists) {
    return lists.stream().allMatch(list -> list.count().isPresent())
        ? OptionalInt.of(lists.stream().mapToInt(list -> list.count().getAsInt()).sum())
        : OptionalInt.empty();
  }

  private Extent combine(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    Extent list = of(library, node.path("source"), names);
    int separator = node.has("separator") ? of(library, node.path("separator"), names).length() : 0;
    if (list.count().isEmpty()) {
      return Extent.endless("as many texts as there are, at " + library.where(node));
    }
    int count = list.count().getAsInt();
    List<Extent> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(list.one());
    }
    parts.add(Extent.text(Math.max(0, count - 1) * separator));
    return Extent.together(parts);
  }

  private Extent printed(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    String name = node.path("signature").path(0).path("name").asText("").replace(ELM, "");
    Integer most = PRINTED.get(name);
    if (most == null) {
      return Extent.endless(what(library, node, "ToString"));
    }
    Extent operand = of(library, first(node), names);
    boolean number = name.equals("Integer") || name.equals("Decimal") || name.equals("Long");
    return number && operand.endless().isEmpty() && operand.length() > 0
        ? Extent.text(Math.min(most, operand.length()))
        : Extent.text(most);
  }

  private Extent query(ElmLibrary library, JsonNode node, Map<String, Extent> outer) {
    Map<String, Extent> names = new HashMap<>(outer);
    OptionalInt count = OptionalInt.of(1);
    boolean list = false;
    Extent only = Extent.NOTHING;
    for (JsonNode source : node.path("source")) {
      only = of(library, source.path("expression"), names);
      list |= only.item() != null;
      count =
          count.isPresent() && only.count().isPresent()
              ? OptionalInt.of(count.getAsInt() * only.count().getAsInt())
              : OptionalInt.empty();
      names.put(source.path("alias").asText(), only.one());
    }
    for (JsonNode let : node.path("let")) {
      names.put(let.path("identifier").asText(), of(library, let.path("expression"), names));
    }
    Extent item =
        node.has("return") ? of(library, node.at("/return/expression"), names) : only.one();
    return list ? Extent.list(item, count) : item;
  }

  private Extent property(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    Extent owner =
        node.has("source")
            ? of(library, node.get("source"), names)
            : names.getOrDefault(node.path("scope").asText(), Extent.NOTHING);
    Extent element = owner.one().elements().get(node.path("path").asText());
    return element == null ? Extent.endless(what(library, node, "Property")) : element;
  }

  private Extent parameter(ElmLibrary library, JsonNode node) {
    String name = node.path("name").asText();
    if (tables.containsKey(name)) {
      return Extent.list(Extent.tuple(tables.get(name)), OptionalInt.empty());
    }
    Optional<JsonNode> declared =
        program
            .library(library.target(node))
            .flatMap(l -> l.declared("parameters", name).stream().findFirst());
    JsonNode specifier = declared.map(d -> d.path("parameterTypeSpecifier")).orElse(node);
    String type = specifier.path("name").asText("").replace(ELM, "");
    return switch (type) {
      case "Integer" -> Extent.text(FOUR_DIGITS);
      case "Boolean", "Decimal" -> Extent.text(PRINTED.get(type));
      default -> Extent.endless("the setting " + name + " at " + library.where(node));
    };
  }

  private Extent call(ElmLibrary library, JsonNode node, Map<String, Extent> names) {
    String target = library.target(node);
    String name = node.path("name").asText();
    Optional<ElmLibrary> callee = program.library(target);
    if (callee.isEmpty()) {
      return Extent.endless(name + " of what is recorded, at " + library.where(node));
    }
    List<Extent> arguments = each(library, node.path("operand"), names);
    List<Extent> results = new ArrayList<>();
    for (JsonNode function : callee.get().declared("statements", name)) {
      JsonNode operands = function.path("operand");
      if (operands.size() == arguments.size()) {
        Map<String, Extent> bound = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
          bound.put(operands.get(i).path("name").asText(), arguments.get(i));
        }
        results.add(
            withoutCircle(
                target + "." + name + "()",
                () -> of(callee.get(), function.path("expression"), bound)));
      }
    }
    return Extent.anyOf(results);
  }
}
