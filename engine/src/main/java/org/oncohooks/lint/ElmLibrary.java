package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One compiled library as ELM JSON.
 *
 * @param name the library's name
 * @param file its source, relative to the content folder
 * @param json the member {@code library}
 * @param includes library names by the alias under which they are included
 */
record ElmLibrary(String name, String file, JsonNode json, Map<String, String> includes) {

  static ElmLibrary of(String name, String file, JsonNode json) {
    Map<String, String> includes = new HashMap<>();
    for (JsonNode include : json.at("/includes/def")) {
      includes.put(include.path("localIdentifier").asText(), include.path("path").asText());
    }
    return new ElmLibrary(name, file, json, includes);
  }

  /** The declarations of a kind: {@code valueSets}, {@code parameters}, {@code statements} … */
  List<JsonNode> declared(String kind) {
    List<JsonNode> list = new ArrayList<>();
    json.path(kind).path("def").forEach(list::add);
    return list;
  }

  /** The declarations of one name, several for a function with overloads. */
  List<JsonNode> declared(String kind, String name) {
    return declared(kind).stream().filter(d -> d.path("name").asText().equals(name)).toList();
  }

  /** The library that a reference means: an included one, or this. */
  String target(JsonNode reference) {
    String alias = reference.path("libraryName").asText("");
    return alias.isEmpty() ? name : includes.getOrDefault(alias, alias);
  }

  /** A remark at the place of an expression or declaration. */
  Remark remark(Rule rule, JsonNode node, String message) {
    int[] place = place(node).orElse(new int[] {1, 1});
    return Remark.warning(rule, file, place[0], place[1], message);
  }

  /** {@code file:line} of an expression. */
  String where(JsonNode node) {
    return file + ":" + place(node).map(p -> p[0]).orElse(1);
  }

  private static Optional<int[]> place(JsonNode node) {
    String locator = node.path("locator").asText("");
    if (locator.isEmpty()) {
      return Optional.empty();
    }
    String[] start = locator.split("-", 2)[0].split(":");
    return Optional.of(new int[] {Integer.parseInt(start[0]), Integer.parseInt(start[1])});
  }

  static String type(JsonNode node) {
    return node.path("type").asText("");
  }

  /** Every object below a node, itself included, each with its parents' way down to it. */
  static void walk(JsonNode node, List<JsonNode> parents, BiConsumer<JsonNode, List<JsonNode>> to) {
    if (node.isObject()) {
      to.accept(node, parents);
      List<JsonNode> below = new ArrayList<>(parents);
      below.add(node);
      node.forEach(child -> walk(child, below, to));
    } else if (node.isArray()) {
      node.forEach(child -> walk(child, parents, to));
    }
  }
}
