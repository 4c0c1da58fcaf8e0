package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.NamedTypeSpecifier;
import org.hl7.elm.r1.ParameterDef;
import org.oncohooks.NearestName;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.opencds.cqf.cql.engine.runtime.Value;

/** Settings from JSON, checked against the parameters that the CQL declares. */
final class CqlParameters {

  private static final String PLACE = "extension.org.oncohooks.parameters";

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
                "There is no parameter of that name that can be set"
                    + NearestName.hint(name, declared.keySet())
                    + "; those there are: "
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

  /**
   * @param settings names of the settings that a request gives
   * @param invalid sentences of the CQL about settings that can't be used, by library
   */
  static void requireUsable(Set<String> settings, Map<String, List<String>> invalid) {
    if (invalid.isEmpty()) {
      return;
    }
    String text = invalid.values().stream().flatMap(List::stream).collect(Collectors.joining(" "));
    List<String> words = List.of(text.split("[^A-Za-z0-9]+"));
    List<String> places =
        settings.stream().filter(words::contains).sorted().map(CqlParameters::place).toList();
    throw new Problem(
            ProblemCategory.INCORRECT,
            "parameter-invalid",
            text,
            places.isEmpty() ? List.of(PLACE) : places)
        .asException();
  }

  /**
   * Whether the value is what the declaration says; any default but a literal counts as another.
   */
  static boolean isDefault(ParameterDef def, JsonNode value) {
    return def != null
        && def.getDefault() instanceof Literal literal
        && (value.isNumber()
            ? value.decimalValue().compareTo(new BigDecimal(literal.getValue())) == 0
            : value.asText().equals(literal.getValue()));
  }

  static String typeName(ParameterDef def) {
    if (def.getParameterTypeSpecifier() instanceof NamedTypeSpecifier named) {
      return named.getName().getLocalPart();
    }
    return def.getParameterType() == null
        ? "type that its declaration names"
        : def.getParameterType().getLocalPart();
  }

  static Optional<Value> value(String type, JsonNode json) {
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
    return Problem.of(ProblemCategory.INCORRECT, code, text, place(name)).asException();
  }

  private static String place(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9]{0,63}") ? PLACE + "." + name : PLACE;
  }
}
