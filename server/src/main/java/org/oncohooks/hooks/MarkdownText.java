package org.oncohooks.hooks;

/**
 * Writes text into GitHub Flavored Markdown so that it is shown as the same text: no character of
 * it becomes markup, a link or HTML, wherever in a line it stands.
 *
 * <p>Angle brackets and ampersands become character references rather than backslash escapes, so
 * that the text is harmless too where Markdown is shown as HTML or not rendered at all. Escaping
 * does not stop the autolinks of GFM (section 6.9), which are found after escapes are resolved; a
 * zero-width space within {@code www.} and {@code ://} does, and a space after an at sign.
 */
final class MarkdownText {

  private static final int LONGEST = 500;
  private static final char BREAK = '\u200B';

  private MarkdownText() {}

  /** The text cleaned, cut at 500 code points, and escaped. */
  static String escape(String text) {
    return escapeWhole(PlainText.cut(PlainText.clean(text), LONGEST));
  }

  private static String escapeWhole(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    int start = blockMarker(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\\', '`', '*', '_', '[', ']', '|', '~' -> out.append('\\').append(c);
        case '@' ->
            out.append(c).append(i + 1 < text.length() && text.charAt(i + 1) != ' ' ? " " : "");
        case ':' -> {
          out.append(c);
          if (text.startsWith("//", i + 1)) {
            out.append(BREAK);
          }
        }
        case '.' -> {
          if (i == start) {
            out.append('\\');
          } else if (endsWithWww(text, i)) {
            out.append(BREAK);
          }
          out.append(c);
        }
        case '#', '+', '-', '=', ')' -> {
          if (i == start || c == '#') {
            out.append('\\');
          }
          out.append(c);
        }
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** Where the character stands that would make the start of the text a heading, list or rule. */
  private static int blockMarker(String text) {
    int i = 0;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    if (i < text.length() && i > 0) {
      return text.charAt(i) == '.' || text.charAt(i) == ')' ? i : -1;
    }
    return 0;
  }

  private static boolean endsWithWww(String text, int dot) {
    return dot >= 3 && text.regionMatches(true, dot - 3, "www", 0, 3);
  }
}
