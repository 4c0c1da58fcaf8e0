package org.oncohooks.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.oncohooks.cql.CqlMark;
import org.oncohooks.cql.CqlPlaces;
import org.oncohooks.cql.CqlSource;

/**
 * Coverage as HTML: a table, and a page for each library with its source marked. The pages need
 * nothing but themselves, and no script.
 */
public final class CoveragePages {

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --met: #e8f5e9; --missed: #ffd9d6; --half: #fff1c2; --line: #666; }
      @media (prefers-color-scheme: dark) { :root { --met: #14331a; --missed: #6b1f1a; --half: #57450a; --line: #999; } }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
      .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
      pre { font: 13px/1.5 ui-monospace, monospace; overflow-x: auto; }
      pre .no { display: inline-block; width: 3.5em; color: var(--line); user-select: none; }
      .met { background: var(--met); }
      .missed { background: var(--missed); text-decoration: underline wavy #c00; }
      .half { background: var(--half); text-decoration: underline dotted; }
      .low { font-weight: 700; }
      @media (max-width: 40rem) {
        body { margin: 1rem auto; font-size: 14px; }
        th, td { padding-right: .4rem; overflow-wrap: anywhere; vertical-align: top; }
        th { hyphens: auto; }
        .n { white-space: normal; font-size: 12px; overflow-wrap: normal; }
      }
      """;

  private CoveragePages() {}

  /**
   * Writes {@code index.html} and {@code <Library>.html} for each library.
   *
   * @param folder is made if it is not there
   * @param sources by library
   * @param threshold which libraries are marked as low
   */
  public static void write(
      Path folder, CoverageReport report, Map<String, CqlSource> sources, double threshold)
      throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("index.html"), index(report, threshold));
    for (LibraryCoverage library : report.libraries()) {
      Files.writeString(
          folder.resolve(library.library() + ".html"),
          page(library, sources.get(library.library()).text()));
    }
  }

  // --- The table ---------------------------------------------------------------------------------

  private static String index(CoverageReport report, double threshold) {
    StringBuilder html = new StringBuilder(head("What the cases evaluate"));
    html.append("<h1>What the cases evaluate</h1>\n<p>")
        .append(percent(report.recommendationExpressions()))
        .append(" of the recommendations' expressions, ")
        .append(percent(report.expressions()))
        .append(" of all, ")
        .append(percent(report.branches()))
        .append(" of all branches. A recommendation needs ")
        .append(number(threshold))
        .append(" % of its expressions.</p>\n");
    table(html, "Recommendations", report.libraries(), true, threshold);
    table(html, "Shared libraries", report.libraries(), false, threshold);
    return html.append("</body></html>\n").toString();
  }

  private static void table(
      StringBuilder html,
      String title,
      List<LibraryCoverage> libraries,
      boolean recommendations,
      double threshold) {
    html.append("<h2>").append(title).append("</h2>\n<table><tr><th scope=col>library</th>");
    for (String column : List.of("defines", "expressions", "branches")) {
      html.append("<th scope=col class=n>").append(column).append("</th>");
    }
    html.append("</tr>\n");
    for (LibraryCoverage library : libraries) {
      if (library.recommendation() == recommendations) {
        boolean low = recommendations && library.expressions().percent() < threshold;
        html.append(low ? "<tr class=low>" : "<tr>")
            .append("<th scope=row><a href=\"")
            .append(library.library())
            .append(".html\">")
            .append(library.library())
            .append("</a>")
            .append(low ? " (too low)" : "")
            .append("</th>");
        for (LibraryCoverage.Share share :
            List.of(library.definesReached(), library.expressions(), library.branches())) {
          html.append("<td class=n>")
              .append(share.part() + " of " + share.whole() + ", " + percent(share))
              .append("</td>");
        }
        html.append("</tr>\n");
      }
    }
    html.append("</table>\n");
  }

  // --- A library ---------------------------------------------------------------------------------

  private static String page(LibraryCoverage library, String source) {
    StringBuilder html = new StringBuilder(head(library.library()));
    html.append("<p><a href=\"index.html\">All libraries</a></p>\n<h1>")
        .append(library.library())
        .append("</h1>\n<p>")
        .append(percent(library.expressions()))
        .append(" of the expressions, ")
        .append(percent(library.branches()))
        .append(
            " of the branches. <span class=missed>Never evaluated</span>, <span class=half>decides"
                + " and always went one way</span>; point at an expression to see how often it"
                + " gave what.</p>\n");
    html.append("<h2>Defines</h2>\n<table><tr><th scope=col>define</th>");
    for (String column : List.of("true", "false", "null", "other", "failed")) {
      html.append("<th scope=col class=n>").append(column).append("</th>");
    }
    html.append("</tr>\n");
    for (CqlPlaces.Define define : library.defines()) {
      CqlMark mark = define.mark();
      html.append("<tr><td><a href=\"#L")
          .append(define.locator().split(":")[0])
          .append("\">")
          .append(escape(define.name()))
          .append("</a>")
          .append(define.function() ? " (function)" : "")
          .append(mark.times() == 0 ? " <span class=missed>never evaluated</span>" : "")
          .append("</td>");
      for (long count :
          List.of(mark.yes(), mark.no(), mark.unknown(), mark.other(), mark.failed())) {
        html.append("<td class=n>").append(count == 0 ? "" : count).append("</td>");
      }
      html.append("</tr>\n");
    }
    html.append("</table>\n<h2>Source</h2>\n<pre tabindex=0>");
    source(html, library, source.split("\n", -1));
    return html.append("</pre>\n</body></html>\n").toString();
  }

  /** A place by the characters where it begins and ends, lines and columns from 0, end excluded. */
  private record Range(int line, int column, int lastLine, int end, CqlPlaces.Place place) {

    static Range of(CqlPlaces.Place place) {
      String[] ends = place.mark().locator().split("-");
      String[] from = ends[0].split(":");
      String[] to = ends[ends.length - 1].split(":");
      return new Range(
          Integer.parseInt(from[0]) - 1,
          Integer.parseInt(from[1]) - 1,
          Integer.parseInt(to[0]) - 1,
          Integer.parseInt(to[1]),
          place);
    }

    boolean holds(int atLine, int atColumn) {
      return (atLine > line || atLine == line && atColumn >= column)
          && (atLine < lastLine || atLine == lastLine && atColumn < end);
    }

    /**
     * Expressions are parts of each other or apart: what begins later and is there is the inner.
     */
    private int size() {
      return (lastLine - line) * 10_000 + end - column;
    }
  }

  private static void source(StringBuilder html, LibraryCoverage library, String[] lines) {
    List<Range> ranges = new ArrayList<>(library.places().stream().map(Range::of).toList());
    ranges.sort(Comparator.comparingInt(Range::size));
    for (int line = 0; line < lines.length; line++) {
      int at = line;
      List<Range> here = ranges.stream().filter(r -> r.line <= at && r.lastLine >= at).toList();
      html.append("<span class=no id=L").append(line + 1).append('>').append(line + 1);
      html.append("</span>");
      Range open = null;
      for (int column = 0; column < lines[line].length(); column++) {
        int in = column;
        Range inner = here.stream().filter(r -> r.holds(at, in)).findFirst().orElse(null);
        if (inner != open) {
          close(html, open);
          open(html, inner);
          open = inner;
        }
        html.append(escape(lines[line].substring(column, column + 1)));
      }
      close(html, open);
      html.append('\n');
    }
  }

  private static void open(StringBuilder html, Range range) {
    if (range == null) {
      return;
    }
    CqlMark mark = range.place().mark();
    String kind =
        mark.times() == 0
            ? "missed"
            : range.place().decides() && range.place().waysGone() < 2 ? "half" : "met";
    html.append("<span class=").append(kind).append(" title=\"").append(words(mark)).append("\">");
  }

  private static void close(StringBuilder html, Range range) {
    if (range != null) {
      html.append("</span>");
    }
  }

  private static String words(CqlMark mark) {
    if (mark.times() == 0) {
      return "never evaluated";
    }
    List<String> words = new ArrayList<>();
    add(words, "true", mark.yes());
    add(words, "false", mark.no());
    add(words, "null", mark.unknown());
    add(words, "other", mark.other());
    add(words, "failed", mark.failed());
    return String.join(", ", words);
  }

  private static void add(List<String> words, String name, long count) {
    if (count > 0) {
      words.add(name + " " + count);
    }
  }

  private static String head(String title) {
    return "<!doctype html>\n<html lang=en><head><meta charset=utf-8><title>"
        + escape(title)
        + "</title>\n<meta name=viewport content=\"width=device-width\"><style>\n"
        + STYLE
        + "</style></head><body>\n";
  }

  private static String percent(LibraryCoverage.Share share) {
    return number(share.percent()) + "\u00a0%";
  }

  /** One decimal, cut and not rounded: 100 means all. */
  private static String number(double percent) {
    return String.format(Locale.ROOT, "%.1f", Math.floor(percent * 10) / 10);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
