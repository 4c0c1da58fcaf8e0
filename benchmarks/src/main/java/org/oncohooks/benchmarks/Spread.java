package org.oncohooks.benchmarks;

import java.util.List;
import java.util.Locale;

/** Smallest, median and largest of some numbers. */
record Spread(double min, double median, double max) {

  /**
   * @param numbers at least one
   */
  static Spread of(List<Double> numbers) {
    List<Double> sorted = numbers.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(sorted.get(0), median, sorted.get(sorted.size() - 1));
  }

  /** {@code median (min - max)}; the median alone if there is but one number. */
  String text(int decimals) {
    String form = "%." + decimals + "f";
    return min == max
        ? String.format(Locale.ROOT, form, median)
        : String.format(Locale.ROOT, form + " (" + form + " - " + form + ")", median, min, max);
  }
}
