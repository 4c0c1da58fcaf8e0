package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.oncohooks.Finding;
import org.oncohooks.cql.CqlParameter;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.cql.CqlTable;

/**
 * Tables of the content: a CodeSystem that names a CQL parameter in an extension gives it one tuple
 * for each concept, in order, with {@code code}, {@code display} and the properties that the
 * CodeSystem declares.
 *
 * <p>Table and declaration have to agree in every column, and a parameter without a default needs a
 * table: the CQL would otherwise read null, and stay silent.
 */
final class TableReader {

  private final List<Finding> findings;
  private final Map<String, List<CqlParameter>> declared = new TreeMap<>();
  private final Map<String, CqlTable> tables = new TreeMap<>();

  TableReader(CqlProgram program, List<Finding> findings) {
    this.findings = findings;
    for (CqlParameter parameter : program.declarations()) {
      declared.computeIfAbsent(parameter.name(), n -> new ArrayList<>()).add(parameter);
    }
  }

  /** The tables by parameter. What is wrong with them, or lacks one, becomes a finding. */
  Map<String, CqlTable> read(List<ContentFiles.Resource> resources, List<CqlSource> sources) {
    Set<String> bound = new HashSet<>();
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("CodeSystem")) {
        parameter(resource).ifPresent(name -> table(resource, name, bound));
      }
    }
    Map<String, String> files = new HashMap<>();
    sources.forEach(source -> files.put(source.name(), source.file()));
    for (List<CqlParameter> parameters : declared.values()) {
      for (CqlParameter parameter : parameters) {
        missing(parameter, bound)
            .ifPresent(
                message ->
                    findings.add(
                        Finding.error(
                            files.getOrDefault(parameter.library(), parameter.library()),
                            parameter.line(),
                            parameter.column(),
                            message)));
      }
    }
    return tables;
  }

  private static Optional<String> missing(CqlParameter parameter, Set<String> bound) {
    if (bound.contains(parameter.name())) {
      return parameter.hasDefault()
          ? Optional.of(
              "parameter "
                  + parameter.name()
                  + " is a table of the content; leave its default out, which is never used")
          : Optional.empty();
    }
    return parameter.hasDefault()
        ? Optional.empty()
        : Optional.of(
            "parameter "
                + parameter.name()
                + " has no value; give it a default, or a CodeSystem with the extension "
                + ContentFiles.PARAMETER);
  }

  private Optional<String> parameter(ContentFiles.Resource resource) {
    for (JsonNode extension : resource.json().path("extension")) {
      if (extension.path("url").asText("").equals(ContentFiles.PARAMETER)) {
        JsonNode name = extension.path("valueString");
        if (name.isTextual() && declared.containsKey(name.textValue())) {
          return Optional.of(name.textValue());
        }
        error(
            resource,
            name.isTextual()
                ? "no CQL library declares a parameter " + name.textValue()
                : "the extension " + ContentFiles.PARAMETER + " names a parameter by valueString",
            name.asText(ContentFiles.PARAMETER));
      }
    }
    return Optional.empty();
  }

  private void table(ContentFiles.Resource resource, String parameter, Set<String> bound) {
    if (!bound.add(parameter)) {
      error(resource, "another CodeSystem already stands for parameter " + parameter, parameter);
      return;
    }
    Map<String, String> columns = columns(resource);
    declared.get(parameter).forEach(declaration -> agree(resource, columns, declaration));
    List<Map<String, JsonNode>> rows = new ArrayList<>();
    Set<String> codes = new HashSet<>();
    for (JsonNode concept : resource.json().path("concept")) {
      String code = concept.path("code").asText("");
      if (!codes.add(code)) {
        error(resource, "code " + code + " stands in two rows of the table", code);
      }
      rows.add(row(resource, concept, code, columns));
    }
    if (rows.isEmpty()) {
      error(resource, "the table for parameter " + parameter + " has no concept", parameter);
    }
    tables.put(parameter, new CqlTable(columns, rows));
  }

  private Map<String, String> columns(ContentFiles.Resource resource) {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("code", "String");
    columns.put("display", "String");
    for (JsonNode property : resource.json().path("property")) {
      String name = property.path("code").asText("");
      Optional<String> type = systemType(property.path("type").asText(""));
      if (name.isEmpty() || type.isEmpty()) {
        error(
            resource,
            "a property of a table needs a code, and for its type one of string, code, integer,"
                + " decimal, boolean, dateTime",
            name);
      } else if (columns.putIfAbsent(name, type.get()) != null) {
        error(resource, "the table has the column " + name + " twice", name);
      }
    }
    return columns;
  }

  private static Optional<String> systemType(String propertyType) {
    return switch (propertyType) {
      case "string", "code" -> Optional.of("String");
      case "integer" -> Optional.of("Integer");
      case "decimal" -> Optional.of("Decimal");
      case "boolean" -> Optional.of("Boolean");
      case "dateTime" -> Optional.of("DateTime");
      default -> Optional.empty();
    };
  }

  private void agree(
      ContentFiles.Resource resource, Map<String, String> columns, CqlParameter declaration) {
    String parameter = declaration.library() + "." + declaration.name();
    if (declaration.row().isEmpty()) {
      error(
          resource,
          "parameter " + parameter + " has to be a List<Tuple { ... }> to hold a table",
          declaration.name());
      return;
    }
    Map<String, String> row = declaration.row().get();
    row.forEach(
        (name, type) -> {
          if (!columns.containsKey(name)) {
            error(
                resource,
                "parameter " + parameter + " has an element " + name + ", declare it as property",
                declaration.name());
          } else if (!columns.get(name).equals(type)) {
            error(
                resource,
                "column " + name + " is " + columns.get(name) + ", in " + parameter + " " + type,
                name);
          }
        });
    columns.forEach(
        (name, type) -> {
          if (!row.containsKey(name)) {
            error(
                resource,
                "parameter " + parameter + " lacks the element " + name + " " + type,
                name);
          }
        });
  }

  private Map<String, JsonNode> row(
      ContentFiles.Resource resource, JsonNode concept, String code, Map<String, String> columns) {
    Map<String, JsonNode> row = new HashMap<>();
    if (code.isBlank()) {
      error(resource, "a row of the table has no code", "concept");
    }
    for (String name : List.of("code", "display")) {
      if (concept.has(name)) {
        put(resource, row, name, "String", concept.get(name), code);
      }
    }
    if (concept.has("concept")) {
      error(resource, "rows of a table have no rows below them: " + code, code);
    }
    for (JsonNode property : concept.path("property")) {
      String name = property.path("code").asText("");
      String type = columns.get(name);
      if (type == null || name.equals("code") || name.equals("display")) {
        error(resource, "row " + code + " has the property " + name + ", not declared", code);
        continue;
      }
      if (row.containsKey(name)) {
        error(resource, "row " + code + " has the property " + name + " twice", code);
      }
      put(resource, row, name, type, value(resource, property, name), code);
    }
    return row;
  }

  /** The property's value; its member has to be the one of the type declared. */
  private static JsonNode value(ContentFiles.Resource resource, JsonNode property, String name) {
    for (JsonNode declaration : resource.json().path("property")) {
      String type = declaration.path("type").asText("");
      if (declaration.path("code").asText("").equals(name) && !type.isEmpty()) {
        return property.path("value" + Character.toUpperCase(type.charAt(0)) + type.substring(1));
      }
    }
    return property.path("value");
  }

  private void put(
      ContentFiles.Resource resource,
      Map<String, JsonNode> row,
      String name,
      String type,
      JsonNode value,
      String code) {
    if (CqlTable.holds(type, value)) {
      row.put(name, value);
    } else {
      error(resource, name + " of row " + code + " does not hold its type, " + type, code);
    }
  }

  private void error(ContentFiles.Resource resource, String message, String text) {
    findings.add(resource.error(message, text));
  }
}
