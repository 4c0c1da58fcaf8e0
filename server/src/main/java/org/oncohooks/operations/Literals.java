package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters as CQL text, the way back of the guide's type mapping: a parameter that comes several
 * times is a list, one with parts a tuple.
 */
final class Literals {

  private Literals() {}

  /**
   * @param parameters values of {@code parameter} or {@code part}
   * @return CQL by name
   * @throws org.oncohooks.ProblemException {@code INCORRECT} for a type without CQL counterpart
   */
  static Map<String, String> of(JsonNode parameters) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (JsonNode each : parameters) {
      String name = each.path("name").asText("");
      if (!name.matches("[A-Za-z][A-Za-z0-9_.\\- ]{0,63}")) {
        throw Inputs.incorrect("parameter-name", "A parameter's name can't be one.", "parameters");
      }
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(literal(each));
    }
    Map<String, String> literals = new LinkedHashMap<>();
    values.forEach(
        (name, list) ->
            literals.put(
                name, list.size() == 1 ? list.get(0) : "{ " + String.join(", ", list) + " }"));
    return literals;
  }

  private static String literal(JsonNode parameter) {
    if (parameter.has("part")) {
      List<String> elements = new ArrayList<>();
      of(parameter.get("part"))
          .forEach((name, value) -> elements.add("\"" + name + "\": " + value));
      return "Tuple { " + String.join(", ", elements) + " }";
    }
    for (Map.Entry<String, JsonNode> member : parameter.properties()) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "valueBoolean", "valueInteger", "valueDecimal", "valuePositiveInt", "valueUnsignedInt":
          return number(value);
        case "valueString", "valueCode", "valueUri", "valueUrl", "valueCanonical", "valueId":
          return text(value.asText());
        case "valueDate":
          return moment("@", value);
        case "valueDateTime", "valueInstant":
          return value.asText().contains("T") ? moment("@", value) : moment("@", value) + "T";
        case "valueTime":
          return moment("@T", value);
        case "valueQuantity":
          return quantity(value);
        case "valueCoding":
          return code(value);
        case "_valueBoolean", "_valueString", "_valueInteger":
          return "null";
        default:
          break;
      }
    }
    throw Inputs.incorrect(
        "parameter-type", "A parameter is of a type that is not taken here.", "parameters");
  }

  private static String number(JsonNode value) {
    if (!value.isBoolean() && !value.isNumber()) {
      throw Inputs.incorrect(
          "parameter-type", "A parameter's value is not of its type.", "parameters");
    }
    return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
  }

  private static String moment(String sign, JsonNode value) {
    if (!value.asText().matches("[0-9][0-9T:.+Z-]{1,40}")) {
      throw Inputs.incorrect("parameter-type", "A parameter's value is no time.", "parameters");
    }
    return sign + value.asText();
  }

  private static String quantity(JsonNode value) {
    String unit = value.path("code").asText(value.path("unit").asText("1"));
    return number(value.path("value")) + " " + text(unit);
  }

  private static String code(JsonNode value) {
    return "Code { code: "
        + text(value.path("code").asText())
        + ", system: "
        + text(value.path("system").asText())
        + " }";
  }

  static String text(String text) {
    StringBuilder literal = new StringBuilder("'");
    for (char c : text.toCharArray()) {
      switch (c) {
        case '\'' -> literal.append("\\'");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> literal.append(c);
      }
    }
    return literal.append('\'').toString();
  }
}
