package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CostTest {

  @Test
  void isReadAsItWasWritten() {
    Cost cost = new Cost("answer/a-service", List.of(round(100, 250), round(100, 150)), 4_096);
    assertThat(Cost.parse(cost.line())).contains(cost);
  }

  @Test
  void passesOverWhatAPeerSaysBesides() {
    assertThat(Cost.parse("kotlin-logging: initializing...")).isEmpty();
    assertThat(Cost.parse("applies\ta-service\t1")).isEmpty();
  }

  @Test
  void tellsTheMedianWithTheSmallestAndTheLargest() {
    Cost cost = new Cost("a", List.of(round(100, 300), round(100, 100), round(100, 200)), 0);
    assertThat(cost.cpuMillis().text(1)).isEqualTo("2.0 (1.0 - 3.0)");
  }

  @Test
  void sumsRoundByRound() {
    Cost a = new Cost("a", List.of(round(100, 100), round(100, 300)), 0);
    Cost b = new Cost("b", List.of(round(100, 300), round(100, 100)), 0);
    assertThat(Cost.sumOfCpuMillis(List.of(a, b)).text(1)).isEqualTo("4.0");
  }

  private static Round round(int requests, int millis) {
    return new Round(requests, Duration.ofMillis(millis));
  }
}
