package org.oncohooks.records;

import java.util.ArrayList;
import java.util.List;

/** The escapes of search values: backslash before comma, bar, dollar and backslash. */
final class SearchText {

  private SearchText() {}

  /** Splits at a separator that no backslash precedes; the parts keep their escapes. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == separator) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  static String unescape(String text) {
    return text.replaceAll("\\\\([,|$\\\\])", "$1");
  }
}
