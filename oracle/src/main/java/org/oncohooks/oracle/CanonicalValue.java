package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Enumeration;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Precision;
import org.opencds.cqf.cql.engine.runtime.Quantity;
import org.opencds.cqf.cql.engine.runtime.Ratio;
import org.opencds.cqf.cql.engine.runtime.Time;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/**
 * A result in the one JSON form that both engines write, so that files can be compared. Temporal
 * values keep their precision, numbers lose trailing zeros, FHIR resources become references.
 */
final class CanonicalValue {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final Pattern LOWER_CASE_COMPONENT = Pattern.compile("\\.[a-z]");
  private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx");

  private final UnaryOperator<Object> systemValue;

  /**
   * @param systemValue the CQL System value of a FHIR primitive
   */
  CanonicalValue(UnaryOperator<Object> systemValue) {
    this.systemValue = systemValue;
  }

  JsonNode of(Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof Boolean bool) {
      return JSON.booleanNode(bool);
    }
    if (value instanceof String text) {
      return JSON.textNode(text);
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof BigDecimal number) {
      return JSON.numberNode(plain(number));
    }
    if (value instanceof Date) {
      return JSON.textNode("@" + value);
    }
    if (value instanceof DateTime dateTime) {
      return JSON.textNode("@" + literal(dateTime));
    }
    if (value instanceof Time) {
      return JSON.textNode("@T" + value);
    }
    if (value instanceof Iterable<?> list) {
      ArrayNode array = JSON.arrayNode();
      list.forEach(element -> array.add(of(element)));
      return array;
    }
    if (value instanceof Throwable failure) {
      return JSON.objectNode().put("error", String.valueOf(failure.getMessage()));
    }
    return structured(value);
  }

  private JsonNode structured(Object value) {
    ObjectNode object = JSON.objectNode();
    if (value instanceof Tuple tuple) {
      tuple.getElements().forEach((name, element) -> object.set(name, of(element)));
    } else if (value instanceof Interval interval) {
      object.set("low", of(interval.getLow()));
      object.put("lowClosed", interval.getLowClosed());
      object.set("high", of(interval.getHigh()));
      object.put("highClosed", interval.getHighClosed());
    } else if (value instanceof Quantity quantity) {
      object.set("value", of(quantity.getValue()));
      object.put("unit", quantity.getUnit());
    } else if (value instanceof Ratio ratio) {
      object.set("numerator", of(ratio.getNumerator()));
      object.set("denominator", of(ratio.getDenominator()));
    } else if (value instanceof Code code) {
      object.put("code", code.getCode());
      object.put("system", code.getSystem());
    } else if (value instanceof Concept concept) {
      object.set("codes", of(concept.getCodes()));
    } else if (value instanceof Resource resource) {
      object.put("reference", resource.fhirType() + "/" + resource.getIdElement().getIdPart());
    } else if (value instanceof PrimitiveType<?> primitive) {
      object.put("fhir", typeName(primitive));
      object.set("value", of(systemValue.apply(primitive)));
    } else if (value instanceof Base element) {
      object.put("fhir", component(element.fhirType()));
    } else {
      throw new IllegalArgumentException("No canonical form for " + value.getClass().getName());
    }
    return object;
  }

  /** Codes with a required binding have types of their own in the FHIR model of CQL. */
  private static String typeName(PrimitiveType<?> primitive) {
    return primitive instanceof Enumeration<?> code
        ? code.getEnumFactory().getClass().getSimpleName().replace("EnumFactory", "")
        : primitive.fhirType();
  }

  /**
   * As CQL writes it; the engine's own text leaves the offset out unless there are milliseconds.
   */
  private static String literal(DateTime value) {
    boolean timed = value.getPrecision().compareTo(Precision.DAY) > 0;
    boolean offsetShown = value.getPrecision() == Precision.MILLISECOND;
    return value + (timed && !offsetShown ? OFFSET.format(value.getDateTime()) : "");
  }

  /**
   * The FHIR model of CQL writes {@code Encounter.Location} where FHIR writes {@code .location}.
   */
  private static String component(String type) {
    return LOWER_CASE_COMPONENT.matcher(type).replaceAll(m -> m.group().toUpperCase(Locale.ROOT));
  }

  private static BigDecimal plain(BigDecimal number) {
    return number.signum() == 0
        ? BigDecimal.ZERO
        : new BigDecimal(number.stripTrailingZeros().toPlainString());
  }
}
