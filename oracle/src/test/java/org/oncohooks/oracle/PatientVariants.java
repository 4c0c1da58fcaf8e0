package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Patients like the samples, but with something changed where rules have their edges: dates moved
 * onto interval boundaries and birthdays or cut to a year, resources dropped, doubled or taken over
 * from another sample, codes, statuses and relations swapped. The same seed gives the same
 * variants.
 */
final class PatientVariants {

  private static final int MOST_CHANGES = 4;

  private final Map<String, ObjectNode> samples;
  private final PatientChanges changes;
  private final long seed;

  PatientVariants(Map<String, ObjectNode> samples, CodePool codes, ZonedDateTime at, long seed) {
    this.samples = samples;
    EdgeDates edges = new EdgeDates(at);
    this.changes =
        new PatientChanges(
            new DateChanges(edges),
            new ResourceChanges(List.copyOf(samples.values())),
            new StatementChanges(codes, edges),
            new ValueChanges(),
            new CodeChanges(codes),
            new PersonChanges(edges));
    this.seed = seed;
  }

  /**
   * @param perSample how many variants to make of each sample
   * @return Bundles by name, {@code <sample>~<number>-<changes>}
   */
  Map<String, ObjectNode> generate(int perSample) {
    Map<String, ObjectNode> variants = new TreeMap<>();
    samples.forEach(
        (name, sample) -> {
          Random random = new Random(seed ^ name.hashCode());
          for (int number = 0; number < perSample; number++) {
            ObjectNode bundle = sample.deepCopy();
            List<String> labels = change(new Chart(bundle, random), number);
            variants.put(
                String.format(Locale.ROOT, "%s~%03d-%s", name, number, String.join("+", labels)),
                bundle);
          }
        });
    return variants;
  }

  /** Every kind of change comes first in turn; others join it at random. */
  private List<String> change(Chart chart, int number) {
    Random random = chart.random();
    List<String> labels = new ArrayList<>();
    int wanted = 1 + random.nextInt(MOST_CHANGES);
    Change[] kinds = Change.values();
    for (int i = 0; i < wanted; i++) {
      Change kind = i == 0 ? kinds[number % kinds.length] : kinds[random.nextInt(kinds.length)];
      if (changes.apply(kind, chart)) {
        labels.add(kind.label());
      }
    }
    return labels.isEmpty() ? List.of("unchanged") : labels;
  }
}
