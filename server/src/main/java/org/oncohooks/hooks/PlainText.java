package org.oncohooks.hooks;

/**
 * Text for people, cleaned of what can change how the text around it is shown: control characters,
 * invisible formatting and bidirectional overrides. White space of any kind becomes one space.
 */
final class PlainText {

  /** CDS Hooks 2.0, card attributes: a summary has fewer than 140 characters. */
  static final int SUMMARY = 139;

  private static final int NEXT_LINE = 0x85;
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  private PlainText() {}

  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    boolean space = false;
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE) {
        space = clean.length() > 0;
      } else if (isShown(c)) {
        if (space) {
          clean.append(' ');
          space = false;
        }
        clean.appendCodePoint(c);
      }
    }
    return clean.toString();
  }

  private static boolean isShown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED ->
          false;
      // the joiners shape words in several scripts; the other format characters only hide or turn
      case Character.FORMAT -> c == ZERO_WIDTH_NON_JOINER || c == ZERO_WIDTH_JOINER;
      default -> true;
    };
  }

  /** At most so many code points, cut after a word where there is one, with … as the last. */
  static String cut(String text, int most) {
    if (text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    int end = text.offsetByCodePoints(0, most - 1);
    int space = text.lastIndexOf(' ', end);
    return text.substring(0, space > end / 2 ? space : end).stripTrailing() + "…";
  }
}
