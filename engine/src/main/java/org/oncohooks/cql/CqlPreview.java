package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Tuple;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * CQL values as JSON for people who look into an evaluation: the form of {@link CqlJson}, but
 * bounded, and without reading anything of the record that the CQL has not read.
 *
 * <ul>
 *   <li>a list of more than 10 is {@code {count, first}}
 *   <li>a text of more than 200 characters ends in an ellipsis
 *   <li>what lies deeper than 4 values in each other, or after 100 single ones, is {@code {more:
 *       true}}
 *   <li>a FHIR primitive has the value that stands in the record
 * </ul>
 */
final class CqlPreview {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_ITEMS = 10;
  private static final int MOST_TEXT = 200;
  private static final int DEEPEST = 4;
  private static final int MOST_VALUES = 100;

  private int left = MOST_VALUES;

  private CqlPreview() {}

  static JsonNode of(Value value) {
    return new CqlPreview().of(value, 0);
  }

  private JsonNode of(Value value, int depth) {
    left--;
    if (value instanceof org.opencds.cqf.cql.engine.runtime.String text) {
      return JSON.textNode(cut(text.getValue()));
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.List
        || value instanceof Tuple
        || value instanceof ClassInstance) {
      return depth == DEEPEST || left < 0
          ? JSON.objectNode().put("more", true)
          : structured(value, depth);
    }
    return CqlJson.of(value);
  }

  private JsonNode structured(Value value, int depth) {
    if (value instanceof org.opencds.cqf.cql.engine.runtime.List list) {
      return list(list, depth);
    }
    if (value instanceof Tuple tuple) {
      ObjectNode object = JSON.objectNode();
      tuple.getElements().forEach((name, item) -> object.set(name, of(item, depth + 1)));
      return object;
    }
    ClassInstance instance = (ClassInstance) value;
    if (instance.getElements() instanceof PrimitiveElements primitive) {
      ObjectNode object = JSON.objectNode().put("fhir", instance.getType().getLocalPart());
      JsonNode json = primitive.json();
      return object.set(
          "value", json != null && json.isTextual() ? JSON.textNode(cut(json.textValue())) : json);
    }
    if (instance.getElements() instanceof JsonElements) {
      return CqlJson.of(value);
    }
    return JSON.objectNode().put("fhir", instance.getType().getLocalPart());
  }

  private JsonNode list(org.opencds.cqf.cql.engine.runtime.List list, int depth) {
    ArrayNode first = JSON.arrayNode();
    int count = 0;
    for (Value item : list) {
      if (count < MOST_ITEMS) {
        first.add(of(item, depth + 1));
      }
      count++;
    }
    if (count <= MOST_ITEMS) {
      return first;
    }
    ObjectNode object = JSON.objectNode().put("count", count);
    object.set("first", first);
    return object;
  }

  private static String cut(String text) {
    return text == null || text.length() <= MOST_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MOST_TEXT))) + "…";
  }
}
