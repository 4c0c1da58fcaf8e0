package org.oncohooks.records;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.oncohooks.Problem;

/** What became of the resources of a {@link BulkLoad}. Not thread-safe. */
public final class LoadTally {

  /** Enough for whoever mends the data, and no endless list. */
  private static final int MOST_REASONS = 50;

  /** Of one reason; whoever mends them begins with these. */
  private static final int MOST_PLACES = 10;

  private final Map<String, Long> refusals = new HashMap<>();
  private final Map<String, List<String>> places = new HashMap<>();
  private final Map<String, Long> skipped = new HashMap<>();
  private long written;
  private long unchanged;

  void written(Written outcome) {
    if (outcome.effect() == Written.Effect.NONE) {
      unchanged++;
    } else {
      written++;
    }
  }

  void skipped(String type) {
    skipped.merge(type, 1L, Long::sum);
  }

  /**
   * Counts by type and reason; elements lose their indexes, so that like is counted with like.
   *
   * @param where source, line, entry and relative reference, as far as there are such
   */
  void refused(String type, Problem problem, String where) {
    String element = problem.places().isEmpty() ? "" : problem.places().get(0) + ": ";
    String reason = type + " " + element.replaceAll("\\[\\d+]", "") + problem.text();
    refusals.merge(reason, 1L, Long::sum);
    List<String> known = places.computeIfAbsent(reason, r -> new ArrayList<>());
    if (known.size() < MOST_PLACES) {
      known.add(where);
    }
  }

  /** Resources that were new or differed. */
  public long written() {
    return written;
  }

  /** Resources that were there already. */
  public long unchanged() {
    return unchanged;
  }

  /** Resources of types that are not kept. */
  public long skipped() {
    return skipped.values().stream().mapToLong(Long::longValue).sum();
  }

  public long refused() {
    return refusals.values().stream().mapToLong(Long::longValue).sum();
  }

  public long all() {
    return written + unchanged + skipped() + refused();
  }

  /**
   * A line for each type that was skipped and each reason of refusal, the most frequent first;
   * after a reason a line, indented, for each of its first places.
   */
  public List<String> reasons() {
    List<String> lines = new ArrayList<>();
    sorted(skipped)
        .forEach(e -> lines.add(e.getValue() + " skipped: " + e.getKey() + " is not kept"));
    List<Map.Entry<String, Long>> all = sorted(refusals);
    all.stream()
        .limit(MOST_REASONS)
        .forEach(
            e -> {
              lines.add(e.getValue() + " refused: " + e.getKey());
              List<String> known = places.get(e.getKey());
              known.forEach(place -> lines.add("  " + place));
              if (e.getValue() > known.size()) {
                lines.add("  and " + (e.getValue() - known.size()) + " more");
              }
            });
    if (all.size() > MOST_REASONS) {
      lines.add("... and " + (all.size() - MOST_REASONS) + " more reasons");
    }
    return lines;
  }

  private static List<Map.Entry<String, Long>> sorted(Map<String, Long> counts) {
    Comparator<Map.Entry<String, Long>> most =
        Map.Entry.<String, Long>comparingByValue().reversed();
    return counts.entrySet().stream()
        .sorted(most.thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }
}
