package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import org.opencds.cqf.cql.engine.runtime.BaseTemporal;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Quantity;
import org.opencds.cqf.cql.engine.runtime.Ratio;
import org.opencds.cqf.cql.engine.runtime.Time;
import org.opencds.cqf.cql.engine.runtime.Tuple;
import org.opencds.cqf.cql.engine.runtime.Value;
import org.opencds.cqf.cql.engine.runtime.Vocabulary;

/**
 * CQL values as parameters of a FHIR Parameters resource, as the guide Using CQL with FHIR 2.0 maps
 * types (chapter Conformance, FHIR Type Mapping): a list repeats its parameter, a tuple has parts,
 * null and what is empty are extensions of a value that is not there.
 */
final class CqlFhir {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/";
  private static final String UCUM = "http://unitsofmeasure.org";

  private static final Set<String> PRIMITIVES =
      Set.of(
          "base64Binary",
          "boolean",
          "canonical",
          "code",
          "date",
          "dateTime",
          "decimal",
          "id",
          "instant",
          "integer",
          "markdown",
          "oid",
          "positiveInt",
          "string",
          "time",
          "unsignedInt",
          "uri",
          "url",
          "uuid");

  /** The complex types that a value[x] may have (FHIR R4, open types). */
  private static final Set<String> OPEN_TYPES =
      Set.of(
          "Address",
          "Age",
          "Annotation",
          "Attachment",
          "CodeableConcept",
          "Coding",
          "ContactPoint",
          "Count",
          "Distance",
          "Duration",
          "HumanName",
          "Identifier",
          "Money",
          "Period",
          "Quantity",
          "Range",
          "Ratio",
          "Reference",
          "SampledData",
          "Signature",
          "Timing",
          "ContactDetail",
          "Contributor",
          "DataRequirement",
          "Expression",
          "ParameterDefinition",
          "RelatedArtifact",
          "TriggerDefinition",
          "UsageContext",
          "Dosage",
          "Meta");

  private static final Map<String, String> NULLS =
      Map.of(
          "System.Integer", "_valueInteger",
          "System.Decimal", "_valueDecimal",
          "System.String", "_valueString",
          "System.Long", "_valueString",
          "System.Date", "_valueDate",
          "System.DateTime", "_valueDateTime",
          "System.Time", "_valueTime");

  private final String type;

  private CqlFhir(String type) {
    this.type = type;
  }

  /**
   * @param name of the parameters
   * @param staticType as {@link CqlProgram#resultType} gives it
   * @return one parameter or, of a list with several elements, as many
   */
  static ArrayNode parameters(String name, Value value, String staticType) {
    ArrayNode parameters = JSON.arrayNode();
    new CqlFhir(fullName(staticType)).add(parameters, name, value, true);
    return parameters;
  }

  /** {@code list<System.Integer>} as the guide writes it: {@code List<System.Integer>}. */
  static String fullName(String staticType) {
    return staticType
        .replace("list<", "List<")
        .replace("interval<", "Interval<")
        .replace("choice<", "Choice<")
        .replace("tuple{", "Tuple{");
  }

  private void add(ArrayNode to, String name, Value value, boolean outermost) {
    if (value instanceof org.opencds.cqf.cql.engine.runtime.List list) {
      boolean some = false;
      for (Value item : list) {
        some = true;
        if (item instanceof org.opencds.cqf.cql.engine.runtime.List) {
          ObjectNode parameter = begin(to, name, outermost, item);
          ArrayNode parts = parameter.putArray("part");
          add(parts, "element", item, false);
        } else {
          single(begin(to, name, outermost, item), item, outermost);
        }
      }
      if (!some) {
        marked(begin(to, name, outermost, null), "_valueBoolean", "cqf-isEmptyList");
      }
      return;
    }
    single(begin(to, name, outermost, value), value, outermost);
  }

  private ObjectNode begin(ArrayNode to, String name, boolean outermost, Value value) {
    ObjectNode parameter = to.addObject();
    if (outermost && !(value instanceof ClassInstance)) {
      parameter
          .putArray("extension")
          .addObject()
          .put("url", DEFINITIONS + "cqf-cqlType")
          .put("valueString", type);
    }
    return parameter.put("name", name);
  }

  private void single(ObjectNode parameter, Value value, boolean outermost) {
    if (value == null) {
      parameter
          .putObject(outermost ? NULLS.getOrDefault(type, "_valueBoolean") : "_valueBoolean")
          .putArray("extension")
          .addObject()
          .put("url", DEFINITIONS + "data-absent-reason")
          .put("valueCode", "unknown");
    } else if (value instanceof Tuple tuple) {
      if (tuple.getElements().isEmpty()) {
        marked(parameter, "_valueBoolean", "cqf-isEmptyTuple");
      } else {
        ArrayNode parts = parameter.putArray("part");
        tuple.getElements().forEach((name, item) -> add(parts, name, item, false));
      }
    } else if (value instanceof ClassInstance instance) {
      fhir(parameter, instance);
    } else {
      system(parameter, value);
    }
  }

  private static void marked(ObjectNode parameter, String member, String extension) {
    parameter
        .putObject(member)
        .putArray("extension")
        .addObject()
        .put("url", DEFINITIONS + extension)
        .put("valueBoolean", true);
  }

  private static void system(ObjectNode parameter, Value value) {
    if (value instanceof org.opencds.cqf.cql.engine.runtime.Boolean b) {
      parameter.put("valueBoolean", b.getValue());
    } else if (value instanceof org.opencds.cqf.cql.engine.runtime.Integer i) {
      parameter.put("valueInteger", i.getValue());
    } else if (value instanceof org.opencds.cqf.cql.engine.runtime.Long l) {
      parameter.put("valueString", String.valueOf(l.getValue()));
    } else if (value instanceof org.opencds.cqf.cql.engine.runtime.Decimal d) {
      parameter.put("valueDecimal", d.getValue());
    } else if (value instanceof org.opencds.cqf.cql.engine.runtime.String s) {
      text(parameter, s.getValue());
    } else if (value instanceof Date date) {
      parameter.put("valueDate", moment(date));
    } else if (value instanceof DateTime dateTime) {
      parameter.put("valueDateTime", moment(dateTime));
    } else if (value instanceof Time time) {
      parameter.put("valueTime", moment(time));
    } else if (value instanceof Quantity quantity) {
      parameter.set("valueQuantity", quantity(quantity));
    } else if (value instanceof Ratio ratio) {
      ObjectNode json = parameter.putObject("valueRatio");
      json.set("numerator", quantity(ratio.getNumerator()));
      json.set("denominator", quantity(ratio.getDenominator()));
    } else if (value instanceof Code code) {
      parameter.set("valueCoding", coding(code));
    } else if (value instanceof Concept concept) {
      ObjectNode json = parameter.putObject("valueCodeableConcept");
      if (concept.getCodes() != null && !concept.getCodes().isEmpty()) {
        ArrayNode codings = json.putArray("coding");
        concept.getCodes().forEach(code -> codings.add(coding(code)));
      }
      if (concept.getDisplay() != null) {
        json.put("text", concept.getDisplay());
      }
    } else if (value instanceof Vocabulary vocabulary) {
      parameter.put("valueCanonical", vocabulary.getId());
    } else if (value instanceof Interval interval) {
      interval(parameter, interval);
    } else {
      // the engine has no other values; a type that is new says what it is
      text(parameter, value.toString());
    }
  }

  /** FHIR has no empty string. */
  private static void text(ObjectNode parameter, String text) {
    if (text.isEmpty()) {
      parameter
          .putObject("_valueString")
          .putArray("extension")
          .addObject()
          .put("url", DEFINITIONS + "data-absent-reason")
          .put("valueCode", "not-applicable");
    } else {
      parameter.put("valueString", text);
    }
  }

  /** FHIR asks for seconds where there is a time; zeros stand for those that are not known. */
  private static String moment(BaseTemporal value) {
    String text = Temporals.literal(value).replaceFirst("^@T?", "");
    int clock = value instanceof Time ? 0 : text.indexOf('T') + 1;
    if (clock == 0 && !(value instanceof Time)) {
      return text;
    }
    int zone = clock;
    while (zone < text.length() && "+-Z".indexOf(text.charAt(zone)) < 0) {
      zone++;
    }
    String time = text.substring(clock, zone);
    String whole =
        switch (time.length()) {
          case 2 -> time + ":00:00";
          case 5 -> time + ":00";
          default -> time;
        };
    return text.substring(0, clock) + whole + text.substring(zone);
  }

  private static ObjectNode quantity(Quantity quantity) {
    ObjectNode json = JSON.objectNode();
    if (quantity == null) {
      return json;
    }
    json.put("value", quantity.getValue());
    if (quantity.getUnit() != null) {
      json.put("unit", quantity.getUnit()).put("system", UCUM).put("code", quantity.getUnit());
    }
    return json;
  }

  private static ObjectNode coding(Code code) {
    ObjectNode json = JSON.objectNode();
    if (code != null) {
      put(json, "system", code.getSystem());
      put(json, "version", code.getVersion());
      put(json, "code", code.getCode());
      put(json, "display", code.getDisplay());
    }
    return json;
  }

  private static void put(ObjectNode json, String name, String text) {
    if (text != null && !text.isEmpty()) {
      json.put(name, text);
    }
  }

  /** A bound that is open becomes the nearest value inside; one that is not known is left out. */
  private static void interval(ObjectNode parameter, Interval interval) {
    Value low = bound(interval.getLow(), interval.getLowClosed(), interval, true);
    Value high = bound(interval.getHigh(), interval.getHighClosed(), interval, false);
    if (low instanceof BaseTemporal || high instanceof BaseTemporal) {
      ObjectNode period = parameter.putObject("valuePeriod");
      putMoment(period, "start", low);
      putMoment(period, "end", high);
    } else {
      ObjectNode range = parameter.putObject("valueRange");
      putAmount(range, "low", low);
      putAmount(range, "high", high);
    }
  }

  private static Value bound(Value bound, Boolean closed, Interval interval, boolean low) {
    if (bound == null || Boolean.TRUE.equals(closed)) {
      return bound;
    }
    return low ? interval.getStart() : interval.getEnd();
  }

  private static void putMoment(ObjectNode period, String name, Value bound) {
    if (bound instanceof Time time) {
      period.put(name, "0001-01-01T" + moment(time) + "Z");
    } else if (bound instanceof BaseTemporal temporal) {
      period.put(name, moment(temporal));
    }
  }

  private static void putAmount(ObjectNode range, String name, Value bound) {
    if (bound instanceof Quantity quantity) {
      range.set(name, quantity(quantity));
    } else if (bound != null) {
      BigDecimal number = new BigDecimal(CqlJson.of(bound).asText());
      range.putObject(name).put("value", number);
    }
  }

  private void fhir(ObjectNode parameter, ClassInstance instance) {
    String name = instance.getType().getLocalPart();
    if (instance.getElements() instanceof PrimitiveElements primitive) {
      // the model has a type of its own for each code that is bound to a value set
      String kind = PRIMITIVES.contains(name) ? name : "code";
      String member = "value" + Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
      if (primitive.json() != null) {
        parameter.set(member, primitive.json());
      }
      if (primitive.sibling() != null) {
        parameter.set("_" + member, primitive.sibling());
      }
    } else if (instance.getElements() instanceof JsonElements elements
        && elements.node().has("resourceType")) {
      parameter.set("resource", elements.node());
    } else if (instance.getElements() instanceof JsonElements elements
        && OPEN_TYPES.contains(name)) {
      parameter.set("value" + name, elements.node());
    } else {
      ArrayNode parts = parameter.putArray("part");
      instance.getElements().forEach((element, value) -> add(parts, element, value, false));
    }
  }

  /** The JSON of a FHIR value as it stands in the record; what the CQL made itself is its parts. */
  static JsonNode json(ClassInstance instance) {
    if (instance.getElements() instanceof JsonElements elements) {
      return elements.node();
    }
    if (instance.getElements() instanceof PrimitiveElements primitive) {
      return primitive.json() == null ? JSON.nullNode() : primitive.json();
    }
    ObjectNode made = JSON.objectNode();
    instance.getElements().forEach((name, value) -> made.set(name, CqlJson.whole(value)));
    return made;
  }
}
