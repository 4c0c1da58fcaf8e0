package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/**
 * The code systems that stand for a CQL parameter: a list of tuples, one a concept. Whether they
 * fit the parameter's declaration is not checked here.
 */
final class Tables {

  private static final String EXTENSION = "https://oncohooks.org/StructureDefinition/cql-parameter";

  private final Map<String, JsonNode> byParameter;

  private Tables(Map<String, JsonNode> byParameter) {
    this.byParameter = byParameter;
  }

  static Tables read(Path directory) {
    Map<String, JsonNode> byParameter = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return new Tables(byParameter);
    }
    JsonMapper mapper =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        JsonNode codeSystem = mapper.readTree(file.toFile());
        for (JsonNode extension : codeSystem.path("extension")) {
          if (extension.path("url").asText().equals(EXTENSION)) {
            byParameter.put(extension.path("valueString").asText(), codeSystem);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Tables(byParameter);
  }

  /**
   * Values of the engine's own types by parameter.
   *
   * @param offset that dates without one have
   */
  Map<String, Object> values(ZoneOffset offset) {
    Map<String, Object> values = new TreeMap<>();
    byParameter.forEach((parameter, table) -> values.put(parameter, rows(table, offset)));
    return values;
  }

  private static List<Tuple> rows(JsonNode table, ZoneOffset offset) {
    List<Tuple> rows = new ArrayList<>();
    for (JsonNode concept : table.path("concept")) {
      Map<String, Object> row = new TreeMap<>();
      row.put("code", concept.path("code").textValue());
      row.put("display", concept.path("display").textValue());
      table.path("property").forEach(column -> row.put(column.path("code").asText(), null));
      for (JsonNode property : concept.path("property")) {
        row.put(property.path("code").asText(), value(property, offset));
      }
      rows.add(new Tuple().withElements(row));
    }
    return rows;
  }

  private static Object value(JsonNode property, ZoneOffset offset) {
    if (property.has("valueInteger")) {
      return property.get("valueInteger").intValue();
    }
    if (property.has("valueDecimal")) {
      return property.get("valueDecimal").decimalValue();
    }
    if (property.has("valueBoolean")) {
      return property.get("valueBoolean").booleanValue();
    }
    if (property.has("valueDateTime")) {
      return new DateTime(property.get("valueDateTime").textValue(), offset);
    }
    return property.path(property.has("valueCode") ? "valueCode" : "valueString").textValue();
  }
}
