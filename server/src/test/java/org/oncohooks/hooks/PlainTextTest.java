package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTest {

  @Test
  void leavesAShortTextAlone() {
    assertThat(PlainText.cut("a b", 3)).isEqualTo("a b");
  }

  @Test
  void cutsAfterAWord() {
    assertThat(PlainText.cut("alpha beta gamma", 12)).isEqualTo("alpha beta…");
  }

  @Test
  void cutsAWordThatIsTooLong() {
    assertThat(PlainText.cut("a".repeat(200), 139)).isEqualTo("a".repeat(138) + "…");
  }

  @Test
  void countsCodePointsNotUnits() {
    String text = "😀".repeat(139);
    assertThat(PlainText.cut(text, 139)).isEqualTo(text);
    String cut = PlainText.cut(text + "😀", 139);
    assertThat(cut.codePointCount(0, cut.length())).isEqualTo(139);
    assertThat(cut).isEqualTo("😀".repeat(138) + "…");
  }

  @Test
  void neverExceedsTheLimit() {
    for (int most = 2; most < 60; most++) {
      String cut =
          PlainText.cut("The quick brown fox jumps over the lazy dog and so on to the end", most);
      assertThat(cut.codePointCount(0, cut.length())).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void trimsAndJoinsWhiteSpace() {
    assertThat(PlainText.clean(" \u00A0a \n\t b\u3000")).isEqualTo("a b");
  }

  @Test
  void keepsTheJoinersOfScripts() {
    assertThat(PlainText.clean("می\u200Cخواهم")).isEqualTo("می\u200Cخواهم");
  }
}
