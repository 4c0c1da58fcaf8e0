package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;

/** Values in the words of people who don't read CQL. */
public final class Words {

  private static final int LONGEST = 80;

  private Words() {}

  /**
   * @param value as {@link org.oncohooks.cql.CqlTrace.Node#value} gives it
   * @return such as {@code yes}, {@code not known}, {@code none}, {@code 3 found}, {@code
   *     2026-06-01}
   */
  public static String of(JsonNode value) {
    if (value == null || value.isMissingNode()) {
      return "failed";
    }
    if (value.isNull()) {
      return "not known";
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "yes" : "no";
    }
    if (value.isArray()) {
      return count(value.size());
    }
    if (value.isTextual()) {
      String text = value.textValue();
      if (text.startsWith("@")) {
        return text.substring(1);
      }
      return "'" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text) + "'";
    }
    if (value.isObject()) {
      return object(value);
    }
    return value.asText();
  }

  private static String object(JsonNode value) {
    if (value.has("count")) {
      return count(value.get("count").asInt());
    }
    if (value.has("reference")) {
      return value.get("reference").asText();
    }
    if (value.has("fhir")) {
      return value.hasNonNull("value") ? of(value.get("value")) : value.get("fhir").asText();
    }
    if (value.has("low")) {
      return of(value.get("low")) + " to " + of(value.get("high"));
    }
    if (value.has("unit")) {
      return of(value.path("value")) + " " + value.path("unit").asText("");
    }
    if (value.has("system") && value.has("code")) {
      return value.get("code").asText();
    }
    if (value.path("resource").isTextual()) {
      return value.get("resource").asText();
    }
    return "a value";
  }

  private static String count(int size) {
    return size == 0 ? "none" : size + " found";
  }
}
