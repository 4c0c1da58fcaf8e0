package org.oncohooks.records;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** The part of a URL after its question mark. */
public final class QueryString {

  private QueryString() {}

  /**
   * @param text with or without a question mark at its beginning
   * @return the decoded parameters; a name that comes twice has both values
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if an escape is malformed
   */
  public static Map<String, List<String>> read(String text) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    String query = text.startsWith("?") ? text.substring(1) : text;
    for (String part : query.split("&")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      String value = equals < 0 ? "" : part.substring(equals + 1);
      if (!part.isEmpty()) {
        parameters.computeIfAbsent(decoded(name), n -> new ArrayList<>()).add(decoded(value));
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "query-malformed",
              "A percent sign in the query is not followed by two hexadecimal digits.")
          .asException();
    }
  }
}
