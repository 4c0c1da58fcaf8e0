package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A code, identifier or the like, as a token search compares it (FHIR R4, Search, token).
 *
 * @param system code system; empty text if the element has none
 * @param code as recorded; never empty
 */
record TokenValue(String system, String code) {

  /** What is longer is compared by its beginning: an index takes no entry of any length. */
  private static final int LONGEST = 255;

  TokenValue {
    system = cut(system);
    code = cut(code);
  }

  private static String cut(String text) {
    // what databases take for the end of a text is no character of any code
    String plain = text.replace('\0', '?');
    return plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
  }

  /**
   * @param found an element that a token parameter looks at
   * @param impliedSystem the code system of a plain {@code code} element, if it is one
   */
  static List<TokenValue> of(JsonNode found, Optional<String> impliedSystem) {
    List<TokenValue> values = new ArrayList<>();
    if (!found.isObject()) {
      add(values, impliedSystem.orElse(""), found.asText(""));
    } else if (found.path("coding").isArray()) {
      found
          .path("coding")
          .forEach(c -> add(values, c.path("system").asText(""), c.path("code").asText("")));
    } else {
      String code = found.path(found.has("value") ? "value" : "code").asText("");
      add(values, found.path("system").asText(""), code);
    }
    return values;
  }

  private static void add(List<TokenValue> values, String system, String code) {
    if (!code.isEmpty()) {
      values.add(new TokenValue(system, code));
    }
  }

  /** The code without its case, by which codes are compared; at most twice as long. */
  String folded() {
    return fold(code);
  }

  private static String fold(String code) {
    return code.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}
