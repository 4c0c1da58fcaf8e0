package org.oncohooks.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ContentLintTest {

  @Test
  void findsNothingInTheContentThatNobodyAccepted() {
    assertThat(Lint.of(Path.of(System.getProperty("oncohooks.home")))).isEmpty();
  }
}
