package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.Difference;
import org.oncohooks.coverage.CoverageReport;
import org.oncohooks.coverage.LibraryCoverage;
import org.oncohooks.cql.CqlPlaces;
import org.oncohooks.cql.CqlSource;

/** What {@code oncohooks test} says, for people who write content. */
final class TestOutput {

  private static final int MOST_MISSED = 20;
  private static final int LONGEST_MISSED = 80;

  private final PrintWriter out;
  private final boolean terminal;

  /**
   * @param terminal whether progress can be shown on one line that is overwritten
   */
  TestOutput(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  synchronized void progress(int done, int all) {
    if (terminal && (done % 50 == 0 || done == all)) {
      out.print(done == all ? "\r" + " ".repeat(30) + "\r" : "\r  " + done + " of " + all);
      out.flush();
    }
  }

  /** The cases that do not hold, each with its file and what differs. */
  void results(List<CaseResult> results, Path tests) {
    for (CaseResult result : results) {
      if (result.holds()) {
        continue;
      }
      out.println("FAILED  " + result.tested().name());
      out.println("        in " + CaseFolder.fileOf(tests, result.tested()));
      for (Difference difference : result.differences()) {
        out.println("    " + difference.what());
        out.println("        expected  " + difference.expected());
        out.println("        was       " + difference.actual());
      }
      out.println("    why: oncohooks explain \"" + result.tested().name() + "\"");
      out.println();
    }
    out.flush();
  }

  /**
   * @param accepted how many differences were written
   * @param loading nanoseconds for the content, {@code reading} for the cases, {@code running}
   */
  void sum(
      List<CaseResult> results,
      int accepted,
      boolean accepting,
      long loading,
      long reading,
      long running) {
    long failed = results.stream().filter(result -> !result.holds()).count();
    out.println(
        results.size()
            + (results.size() == 1 ? " case, " : " cases, ")
            + (failed == 0 ? "all hold" : failed + " failed")
            + " ("
            + seconds(loading + reading + running)
            + ": content "
            + seconds(loading)
            + ", cases read "
            + seconds(reading)
            + ", run "
            + seconds(running)
            + ").");
    if (accepting && failed > 0) {
      out.println(
          accepted
              + " differences were written into the cases. Look at them (git diff): what is, is not"
              + " always right.");
    }
    out.flush();
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  // --- Coverage
  // ------------------------------------------------------------------------------------

  /**
   * @param all whether all cases ran; if not, only what they touch is told, and nothing is too low
   */
  void coverage(
      CoverageReport report,
      boolean all,
      List<LibraryCoverage> low,
      double threshold,
      Map<String, CqlSource> sources) {
    out.printf(
        Locale.ROOT, "%-34s %14s %20s %20s%n", "library", "defines", "expressions", "branches");
    boolean recommendations = true;
    for (LibraryCoverage library : report.libraries()) {
      if (!all && library.definesReached().part() == 0 && !low.contains(library)) {
        continue;
      }
      if (recommendations && !library.recommendation()) {
        out.println("  shared:");
        recommendations = false;
      }
      out.printf(
          Locale.ROOT,
          "%-34s %14s %20s %20s%s%n",
          library.library(),
          library.definesReached().part() + " of " + library.definesReached().whole(),
          share(library.expressions()),
          share(library.branches()),
          low.contains(library) ? "  too low" : "");
    }
    out.println(
        "Expressions: "
            + share(report.recommendationExpressions())
            + " in recommendations, "
            + share(report.expressions())
            + " in all; branches "
            + share(report.branches())
            + ".");
    low.forEach(library -> missed(library, threshold, sources));
    out.flush();
  }

  private void missed(LibraryCoverage library, double threshold, Map<String, CqlSource> sources) {
    out.println(library.library() + " needs " + threshold + " %; no case evaluates, among others:");
    String[] lines = sources.get(library.library()).text().split("\n", -1);
    library.missed().stream()
        .limit(MOST_MISSED)
        .map(CqlPlaces.Place::mark)
        .forEach(
            mark -> {
              String[] from = mark.locator().split("-")[0].split(":");
              String text =
                  lines[Integer.parseInt(from[0]) - 1].substring(Integer.parseInt(from[1]) - 1);
              out.println(
                  "  "
                      + library.file()
                      + ":"
                      + from[0]
                      + ":"
                      + from[1]
                      + "  "
                      + (text.length() > LONGEST_MISSED
                          ? text.substring(0, LONGEST_MISSED) + "…"
                          : text));
            });
  }

  /** Cut, not rounded: 100 % means all. */
  private static String share(LibraryCoverage.Share share) {
    return String.format(
        Locale.ROOT,
        "%d of %d %5.1f %%",
        share.part(),
        share.whole(),
        Math.floor(share.percent() * 10) / 10);
  }
}
