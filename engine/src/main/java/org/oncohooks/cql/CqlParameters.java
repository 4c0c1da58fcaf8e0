package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.hl7.elm.r1.NamedTypeSpecifier;
import org.hl7.elm.r1.ParameterDef;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.opencds.cqf.cql.engine.runtime.Value;

/** Settings from JSON, checked against the parameters that the CQL declares. */
final class CqlParameters {

  private CqlParameters() {}

  static Map<String, Value> convert(
      Map<String, ParameterDef> declared, Map<String, JsonNode> settings) {
    Map<String, Value> values = new HashMap<>();
    settings.forEach(
        (name, json) -> {
          ParameterDef def = declared.get(name);
          if (def == null) {
            throw problem(
                "parameter-unknown",
                "There is no parameter of that name that can be set; those there are: "
                    + String.join(", ", declared.keySet())
                    + ".",
                name);
          }
          String type = typeName(def);
          values.put(
              name,
              value(type, json)
                  .orElseThrow(
                      () ->
                          problem(
                              "parameter-type",
                              "The parameter has to be a CQL " + type + ".",
                              name)));
        });
    return values;
  }

  private static String typeName(ParameterDef def) {
    if (def.getParameterTypeSpecifier() instanceof NamedTypeSpecifier named) {
      return named.getName().getLocalPart();
    }
    return def.getParameterType() == null
        ? "type that its declaration names"
        : def.getParameterType().getLocalPart();
  }

  private static Optional<Value> value(String type, JsonNode json) {
    return switch (type) {
      case "Boolean" ->
          json.isBoolean()
              ? Optional.of(new org.opencds.cqf.cql.engine.runtime.Boolean(json.booleanValue()))
              : Optional.empty();
      case "Integer" ->
          json.isIntegralNumber() && json.canConvertToInt()
              ? Optional.of(new org.opencds.cqf.cql.engine.runtime.Integer(json.intValue()))
              : Optional.empty();
      case "Decimal" ->
          json.isNumber()
              ? Optional.of(new org.opencds.cqf.cql.engine.runtime.Decimal(json.decimalValue()))
              : Optional.empty();
      case "String" ->
          json.isTextual()
              ? Optional.of(new org.opencds.cqf.cql.engine.runtime.String(json.textValue()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static RuntimeException problem(String code, String text, String name) {
    String place =
        "extension.org.oncohooks.parameters"
            + (name.matches("[A-Za-z][A-Za-z0-9]{0,63}") ? "." + name : "");
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
