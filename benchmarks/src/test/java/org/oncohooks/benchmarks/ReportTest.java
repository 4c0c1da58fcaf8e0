package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ReportTest {

  @Test
  void setsTheCandidatesSideBySideAndNamesWhatWasMissed() {
    String report = Report.of(results());
    assertThat(report)
        .contains("| a request | one | two | sum |")
        .contains("| **OncoHooks over HTTP, CPU ms** | 2.00 (1.00 - 3.00) | 1.00 | 3.00")
        .contains("| OncoHooks / the usual way | 0.20 | 0.10 | 0.15 |")
        .contains("| 2 connections | 800 | 1.60 |")
        .contains("| CPU ms a request, mean of the services | 1.50 | 1.50 | met |")
        .contains("| CPU ms a request, dearest service | 1.50 | 2.00 | **missed** |")
        .contains("| largest RSS under load, MB | 300 | 256 | met |");
  }

  private static Results results() {
    List<Cost> ours = List.of(cost(100, 200, 300), cost(100, 100, 100));
    List<Cost> usual = List.of(cost(1000, 1000, 1000), cost(1000, 1000, 1000));
    Start start = new Start(List.of(3.0), List.of(200.0));
    return new Results(
        "2 cores",
        List.of(new HookCall("one", new byte[1024], 9), new HookCall("two", new byte[1024], 8)),
        5_000,
        ours,
        List.of(0.5, 0.5),
        List.of(1, 0),
        usual,
        usual,
        usual,
        List.of(new Throughput(2, 800, 1.6)),
        start,
        start,
        OptionalLong.of(256L << 20));
  }

  private static Cost cost(int... millisOfHundred) {
    return new Cost(
        "a",
        Arrays.stream(millisOfHundred)
            .mapToObj(millis -> new Round(100, Duration.ofMillis(millis)))
            .toList(),
        2_048);
  }
}
