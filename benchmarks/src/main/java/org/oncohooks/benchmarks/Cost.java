package org.oncohooks.benchmarks;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What answering costs.
 *
 * @param name what was measured; no tabs
 * @param rounds at least one
 * @param allocated bytes allocated for a request, on the Java heap
 */
record Cost(String name, List<Round> rounds, long allocated) {

  private static final String MARK = "cost";

  Spread cpuMillis() {
    return Spread.of(rounds.stream().map(Round::cpuMillis).toList());
  }

  /** One of each, one after the other: round by round, so that its spread is one of sums. */
  static Spread sumOfCpuMillis(List<Cost> costs) {
    int rounds = costs.stream().mapToInt(cost -> cost.rounds.size()).min().orElseThrow();
    return Spread.of(
        IntStream.range(0, rounds)
            .mapToObj(i -> costs.stream().mapToDouble(c -> c.rounds.get(i).cpuMillis()).sum())
            .toList());
  }

  /** As one line of text, which {@link #parse} reads. */
  String line() {
    return String.join(
        "\t",
        MARK,
        name,
        Long.toString(allocated),
        rounds.stream()
            .map(round -> round.requests() + ":" + round.cpu().toNanos())
            .collect(Collectors.joining(",")));
  }

  /** Empty if the line is not one that {@link #line} gives. */
  static Optional<Cost> parse(String line) {
    String[] parts = line.split("\t", -1);
    if (parts.length != 4 || !parts[0].equals(MARK)) {
      return Optional.empty();
    }
    List<Round> rounds = Arrays.stream(parts[3].split(",")).map(Cost::round).toList();
    return Optional.of(new Cost(parts[1], rounds, Long.parseLong(parts[2])));
  }

  private static Round round(String text) {
    int colon = text.indexOf(':');
    return new Round(
        Integer.parseInt(text.substring(0, colon)),
        Duration.ofNanos(Long.parseLong(text.substring(colon + 1))));
  }
}
