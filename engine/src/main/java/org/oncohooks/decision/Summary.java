package org.oncohooks.decision;

/** Brings a summary to the length that CDS Hooks allows (2.0, card attributes: under 140). */
final class Summary {

  private static final int MAX_CODE_POINTS = 139;

  private Summary() {}

  /** The text in one line; where too long, cut at a word and ended with an ellipsis. */
  static String fit(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.codePointCount(0, line.length()) <= MAX_CODE_POINTS) {
      return line;
    }
    String cut = line.substring(0, line.offsetByCodePoints(0, MAX_CODE_POINTS - 1));
    int space = cut.lastIndexOf(' ');
    return (space > 0 ? cut.substring(0, space) : cut).stripTrailing() + "…";
  }
}
