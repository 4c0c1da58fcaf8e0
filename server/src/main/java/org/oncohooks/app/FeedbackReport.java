package org.oncohooks.app;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.LedgerReader.Line;

/** Counts, by recommendation, what became of its cards. */
final class FeedbackReport {

  private static final String UNKNOWN = "(cards that this ledger does not know)";
  private static final String OTHER = "(cards about what was not evaluated)";
  private static final String NO_REASON = "(no reason given)";

  private static final class Count {
    private long shown;
    private long accepted;
    private long overridden;
    private final Map<String, Long> reasons = new TreeMap<>();
  }

  private final Map<String, Count> counts = new TreeMap<>();

  void shown(String recommendation) {
    count(recommendation).shown++;
  }

  void answered(Line line) {
    Count count = count(line.known() ? line.recommendation().orElse(OTHER) : UNKNOWN);
    if (line.outcome().equals("accepted")) {
      count.accepted++;
    } else {
      count.overridden++;
      count.reasons.merge(
          line.reason().map(FeedbackReport::words).orElse(NO_REASON), 1L, Long::sum);
    }
  }

  private Count count(String recommendation) {
    return counts.computeIfAbsent(recommendation, r -> new Count());
  }

  /** The display is what the caller wrote; a control character in it must not reach a terminal. */
  private static String words(Entry.Reason reason) {
    return reason
        .display()
        .map(display -> reason.code() + " (" + display + ")")
        .orElse(reason.code())
        .replaceAll("\\p{Cntrl}", " ");
  }

  void print(PrintWriter out) {
    if (counts.isEmpty()) {
      out.println("No card has been shown and no feedback has come.");
      return;
    }
    out.println("   shown  accepted  overridden  accepted of answered  recommendation");
    counts.forEach(
        (recommendation, count) -> {
          long answered = count.accepted + count.overridden;
          String rate =
              answered == 0
                  ? "-"
                  : String.format(Locale.ROOT, "%.0f %%", 100.0 * count.accepted / answered);
          out.println(
              String.format(
                  Locale.ROOT,
                  "%8d  %8d  %10d  %20s  %s",
                  count.shown,
                  count.accepted,
                  count.overridden,
                  rate,
                  recommendation));
          count.reasons.entrySet().stream()
              .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
              .forEach(
                  reason ->
                      out.println(
                          String.format(
                              Locale.ROOT,
                              "%30d  overridden: %s",
                              reason.getValue(),
                              reason.getKey())));
        });
  }
}
