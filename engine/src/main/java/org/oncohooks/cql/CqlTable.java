package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opencds.cqf.cql.engine.runtime.Tuple;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * A table of the content that stands for a CQL parameter: a list of tuples.
 *
 * @param columns the simple System type of each column by its name, such as {@code Integer}
 * @param rows JSON values by column, each one that its column {@link #holds}; a column that a row
 *     leaves out is null
 */
public record CqlTable(Map<String, String> columns, List<Map<String, JsonNode>> rows) {

  public CqlTable {
    columns = Map.copyOf(columns);
    rows = rows.stream().map(Map::copyOf).toList();
  }

  /**
   * Whether a column may hold a JSON value.
   *
   * @param type simple name of a System type
   */
  public static boolean holds(String type, JsonNode json) {
    return switch (type) {
      case "String" -> json.isTextual();
      case "Integer" -> json.isIntegralNumber() && json.canConvertToInt();
      case "Decimal" -> json.isNumber();
      case "Boolean" -> json.isBoolean();
      case "DateTime" -> json.isTextual() && isDateTime(json.textValue());
      default -> false;
    };
  }

  private static boolean isDateTime(String text) {
    try {
      Temporals.dateTime(text, ZoneOffset.UTC);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /**
   * The rows as CQL tuples. Shared by all threads: the engine reads parameters and never changes
   * them.
   *
   * @param offset of the evaluation instant, for dates that give none
   */
  Value value(ZoneOffset offset) {
    List<Value> tuples = new ArrayList<>(rows.size());
    for (Map<String, JsonNode> row : rows) {
      Map<String, Value> elements = new HashMap<>();
      columns.forEach(
          (name, type) ->
              elements.put(
                  name, row.containsKey(name) ? value(type, row.get(name), offset) : null));
      tuples.add(new Tuple().withElements(elements));
    }
    return new org.opencds.cqf.cql.engine.runtime.List(tuples);
  }

  private static Value value(String type, JsonNode json, ZoneOffset offset) {
    return switch (type) {
      case "String" -> new org.opencds.cqf.cql.engine.runtime.String(json.textValue());
      case "Integer" -> new org.opencds.cqf.cql.engine.runtime.Integer(json.intValue());
      case "Decimal" -> new org.opencds.cqf.cql.engine.runtime.Decimal(json.decimalValue());
      case "Boolean" -> new org.opencds.cqf.cql.engine.runtime.Boolean(json.booleanValue());
      case "DateTime" -> Temporals.dateTime(json.textValue(), offset);
      default -> throw new IllegalArgumentException("no column holds " + type);
    };
  }
}
