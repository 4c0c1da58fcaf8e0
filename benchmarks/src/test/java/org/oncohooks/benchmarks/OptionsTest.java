package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class OptionsTest {

  @Test
  void whatIsSaidOutrightGoesBeforeQuick() {
    Options options = Options.parse("--requests", "70", "--quick", "--warmup", "300");
    assertThat(options.requests()).isEqualTo(70);
    assertThat(options.warmup()).isEqualTo(300);
    assertThat(options.starts()).isEqualTo(Options.parse("--quick").starts());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--fast"));
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--requests"));
    assertThatIllegalArgumentException().isThrownBy(() -> Options.parse("--requests", "few"));
  }
}
