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

  private final Map<String, Long> refusals = new HashMap<>();
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

  /** Counts by type and reason; places lose their indexes, so that like is counted with like. */
  void refused(String type, Problem problem) {
    String place = problem.places().isEmpty() ? "" : problem.places().get(0) + ": ";
    refusals.merge(type + " " + place.replaceAll("\\[\\d+]", "") + problem.text(), 1L, Long::sum);
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

  /** A line for each type that was skipped and each reason of refusal, the most frequent first. */
  public List<String> reasons() {
    List<String> lines = new ArrayList<>();
    sorted(skipped)
        .forEach(e -> lines.add(e.getValue() + " skipped: " + e.getKey() + " is not kept"));
    List<Map.Entry<String, Long>> all = sorted(refusals);
    all.stream()
        .limit(MOST_REASONS)
        .forEach(e -> lines.add(e.getValue() + " refused: " + e.getKey()));
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
