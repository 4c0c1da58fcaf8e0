package org.oncohooks.cql;

import java.util.Optional;
import org.oncohooks.Finding;

/**
 * Refuses CQL whose brackets nest so deeply that the compiler would take seconds or minutes for
 * them, or overflow.
 */
final class Nesting {

  /** The content nests 6 deep. 400 intervals in each other take the compiler seconds. */
  static final int MOST = 60;

  private Nesting() {}

  /** The first bracket that is too deep; brackets in texts, names and comments are none. */
  static Optional<Finding> check(CqlSource source) {
    String text = source.text();
    int depth = 0;
    int line = 1;
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int from = i;
      if (c == '(' || c == '[' || c == '{') {
        if (++depth > MOST) {
          return Optional.of(
              Finding.error(
                  source.file(),
                  line,
                  i - begin + 1,
                  "brackets nest more than "
                      + MOST
                      + " deep here; give inner parts names by defines"));
        }
      } else if (c == ')' || c == ']' || c == '}') {
        depth--;
      } else if (c == '\'' || c == '"' || c == '`') {
        i = afterQuote(text, i);
      } else if (text.startsWith("//", i)) {
        i = before(text, "\n", i, 0);
      } else if (text.startsWith("/*", i)) {
        i = before(text, "*/", i + 2, 2);
      }
      for (int j = from; j <= i && j < text.length(); j++) {
        if (text.charAt(j) == '\n') {
          line++;
          begin = j + 1;
        }
      }
    }
    return Optional.empty();
  }

  /** The place of the quote's end. */
  private static int afterQuote(String text, int quote) {
    int i = quote + 1;
    while (i < text.length() && text.charAt(i) != text.charAt(quote)) {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }

  private static int before(String text, String end, int from, int length) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + length - 1;
  }
}
