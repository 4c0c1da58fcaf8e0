package org.oncohooks.explain;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oncohooks.cql.CqlSource;

/** What stands in the CQL at a place, {@code line:column-line:column}. */
final class SourceText {

  private static final int LONGEST = 160;

  private final Map<String, CqlSource> sources;
  private final Map<String, String[]> lines = new TreeMap<>();

  SourceText(Map<String, CqlSource> sources) {
    this.sources = sources;
  }

  /** In one line, cut; empty if the place is not of the content. */
  Optional<String> at(String library, String locator) {
    CqlSource source = sources.get(library);
    if (source == null) {
      return Optional.empty();
    }
    String[] text = lines.computeIfAbsent(library, l -> source.text().split("\n", -1));
    String[] ends = locator.split("-");
    int[] from = place(ends[0]);
    int[] to = ends.length > 1 ? place(ends[1]) : from;
    if (from[0] < 1 || to[0] > text.length || from[0] > to[0]) {
      return Optional.empty();
    }
    StringBuilder found = new StringBuilder();
    for (int line = from[0]; line <= to[0]; line++) {
      String whole = text[line - 1];
      int begin = line == from[0] ? Math.min(from[1] - 1, whole.length()) : 0;
      int end = line == to[0] ? Math.min(to[1], whole.length()) : whole.length();
      found.append(whole, begin, Math.max(begin, end)).append(' ');
    }
    String one = found.toString().replaceAll("\\s+", " ").strip();
    return Optional.of(
        one.codePointCount(0, one.length()) <= LONGEST
            ? one
            : one.substring(0, one.offsetByCodePoints(0, LONGEST)) + "…");
  }

  private static int[] place(String text) {
    String[] parts = text.split(":");
    return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
  }
}
