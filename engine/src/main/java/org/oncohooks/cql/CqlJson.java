package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.opencds.cqf.cql.engine.runtime.BaseTemporal;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Quantity;
import org.opencds.cqf.cql.engine.runtime.Time;
import org.opencds.cqf.cql.engine.runtime.Tuple;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * CQL values as JSON, the form in which results leave this package:
 *
 * <ul>
 *   <li>null, Boolean, String, Integer, Long and Decimal as themselves, decimals without trailing
 *       zeros;
 *   <li>Date, DateTime and Time as CQL literals at their precision ({@code @2026-06-01});
 *   <li>Quantity {@code {value, unit}}, Code {@code {code, system}}, Concept {@code {codes}},
 *       Interval {@code {low, lowClosed, high, highClosed}}, Tuple as object, List as array;
 *   <li>a FHIR resource as {@code {reference}}, a FHIR primitive as {@code {fhir, value}}, any
 *       other FHIR value as {@code {fhir}}.
 * </ul>
 */
final class CqlJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final boolean whole;

  private CqlJson(boolean whole) {
    this.whole = whole;
  }

  static JsonNode of(Value value) {
    return new CqlJson(false).json(value);
  }

  /** As {@link #of}, but FHIR values as the JSON that the record holds. */
  static JsonNode whole(Value value) {
    return new CqlJson(true).json(value);
  }

  private JsonNode json(Value value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.Boolean b) {
      return JSON.booleanNode(b.getValue());
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.String s) {
      return JSON.textNode(s.getValue());
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.Integer i) {
      return JSON.numberNode(i.getValue());
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.Long l) {
      return JSON.numberNode(l.getValue());
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.Decimal d) {
      return decimal(d.getValue());
    }
    if (value instanceof Date || value instanceof DateTime || value instanceof Time) {
      return JSON.textNode(Temporals.literal((BaseTemporal) value));
    }
    if (value instanceof org.opencds.cqf.cql.engine.runtime.List list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(item -> array.add(json(item)));
      return array;
    }
    return structured(value);
  }

  private JsonNode structured(Value value) {
    ObjectNode object = JSON.objectNode();
    if (value instanceof Tuple tuple) {
      tuple.getElements().forEach((name, item) -> object.set(name, json(item)));
    } else if (value instanceof Quantity quantity) {
      object.set(
          "value", quantity.getValue() == null ? JSON.nullNode() : decimal(quantity.getValue()));
      object.put("unit", quantity.getUnit());
    } else if (value instanceof Code code) {
      object.put("code", code.getCode()).put("system", code.getSystem());
    } else if (value instanceof Concept concept) {
      ArrayNode codes = object.putArray("codes");
      if (concept.getCodes() != null) {
        concept.getCodes().forEach(code -> codes.add(json(code)));
      }
    } else if (value instanceof Interval interval) {
      object.set("low", json(interval.getLow()));
      object.put("lowClosed", interval.getLowClosed());
      object.set("high", json(interval.getHigh()));
      object.put("highClosed", interval.getHighClosed());
    } else if (value instanceof ClassInstance instance) {
      if (whole) {
        return CqlFhir.json(instance);
      }
      fhir(instance, object);
    } else {
      object.put("type", value.getTypeAsString());
    }
    return object;
  }

  private static void fhir(ClassInstance instance, ObjectNode object) {
    if (instance.getElements() instanceof JsonElements elements
        && elements.node().has("resourceType")) {
      object.put("reference", elements.type().name() + "/" + elements.node().path("id").asText(""));
      return;
    }
    object.put("fhir", instance.getType().getLocalPart());
    if (instance.getElements() instanceof PrimitiveElements primitive) {
      object.set("value", of(primitive.get("value")));
    }
  }

  private static JsonNode decimal(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    return JSON.numberNode(plain.scale() < 0 ? plain.setScale(0) : plain);
  }
}
