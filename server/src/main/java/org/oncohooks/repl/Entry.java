package org.oncohooks.repl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is typed: where one entry ends, and which name it declares. */
final class Entry {

  private static final Pattern DECLARES =
      Pattern.compile(
          "(?s)\\s*(?:define(?:\\s+(?:public|private))?(?:\\s+fluent)?(?:\\s+function)?"
              + "|valueset|codesystem|code|concept|parameter)\\s+(?:\"([^\"]+)\"|(\\w+)).*");

  private Entry() {}

  /**
   * Whether more has to come: a bracket, quote, comment or {@code case} is open, or the last line
   * ends with a backslash.
   */
  static boolean isOpen(String text) {
    Deque<Character> open = new ArrayDeque<>();
    int cases = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\'' || c == '`') {
        i = closing(text, i);
        if (i < 0) {
          return true;
        }
      } else if (text.startsWith("//", i)) {
        int end = text.indexOf('\n', i);
        i = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", i)) {
        int end = text.indexOf("*/", i + 2);
        if (end < 0) {
          return true;
        }
        i = end + 1;
      } else if ("([{".indexOf(c) >= 0) {
        open.push(c);
      } else if (")]}".indexOf(c) >= 0 && !open.isEmpty()) {
        open.pop();
      } else if (Character.isLetter(c)) {
        int end = i;
        while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
          end++;
        }
        String word = text.substring(i, end).toLowerCase(Locale.ROOT);
        cases += word.equals("case") ? 1 : word.equals("end") && cases > 0 ? -1 : 0;
        i = end - 1;
      }
    }
    return !open.isEmpty() || cases > 0 || text.stripTrailing().endsWith("\\");
  }

  /** Where a quote ends; negative if it doesn't. */
  private static int closing(String text, int start) {
    for (int i = start + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == text.charAt(start)) {
        return i;
      }
    }
    return -1;
  }

  /** The entry without the backslashes that carried it over lines. */
  static String whole(String text) {
    return text.replaceAll("\\\\[ \\t]*(?=\\n|$)", "").strip();
  }

  /** The name that a CQL statement declares; empty if the entry is an expression. */
  static Optional<String> declared(String entry) {
    Matcher declares = DECLARES.matcher(entry);
    return declares.matches()
        ? Optional.ofNullable(declares.group(1)).or(() -> Optional.of(declares.group(2)))
        : Optional.empty();
  }
}
