package org.oncohooks.repl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.regex.Pattern;

/** Values as an author reads them: near to CQL, lists a line for each element. */
final class Shown {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 50;
  private static final Pattern MOMENT = Pattern.compile("@T?\\d[\\d:T.+Z-]*");

  private Shown() {}

  /**
   * @param value as {@link org.oncohooks.cql.CqlEvaluation#evaluateWhole} gives it
   */
  static void print(PrintWriter out, JsonNode value) {
    if (value.isArray()) {
      list(out, value);
    } else if (value.has("resourceType")) {
      out.println(pretty(value));
    } else {
      out.println(text(value));
    }
  }

  private static void list(PrintWriter out, JsonNode value) {
    if (value.isEmpty()) {
      out.println("{}");
      return;
    }
    int shown = 0;
    for (JsonNode item : value) {
      if (shown++ == MOST) {
        out.println("  … " + (value.size() - MOST) + " more");
        break;
      }
      out.println("  " + text(item));
    }
    out.println("  (" + value.size() + (value.size() == 1 ? " element)" : " elements)"));
  }

  private static String text(JsonNode value) {
    if (value.isTextual()) {
      String text = value.textValue();
      return MOMENT.matcher(text).matches() ? text : "'" + text + "'";
    }
    return value.has("resourceType")
        ? value.path("resourceType").asText() + "/" + value.path("id").asText()
        : value.toString();
  }

  private static String pretty(JsonNode value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can be written", e);
    }
  }
}
