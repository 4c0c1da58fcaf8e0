package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("B11: patient text in Markdown")
class MarkdownTextTest {

  private static final List<Extension> GFM =
      List.of(
          AutolinkExtension.create(), StrikethroughExtension.create(), TablesExtension.create());
  private static final Parser PARSER = Parser.builder().extensions(GFM).build();
  private static final HtmlRenderer HTML = HtmlRenderer.builder().extensions(GFM).build();

  private static String html(String markdown) {
    Node document = PARSER.parse(markdown);
    return HTML.render(document).strip();
  }

  private static String asHtmlText(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** The text is shown as itself, wherever in a card it stands. */
  private static void assertShownAsText(String text) {
    String shown = PlainText.clean(text).replace("@ ", "@");
    String escaped = MarkdownText.escape(text);
    String expected = asHtmlText(shown);
    assertThat(seen(html(escaped))).isEqualTo(expected.isEmpty() ? "" : "<p>" + expected + "</p>");
    assertThat(seen(html("**Why:** " + escaped)))
        .isEqualTo(
            expected.isEmpty()
                ? "<p><strong>Why:</strong></p>"
                : "<p><strong>Why:</strong> " + expected + "</p>");
    assertThat(seen(html("- " + escaped + ", end")))
        .isEqualTo("<ul>\n<li>" + expected + ", end</li>\n</ul>");
    assertThat(seen(html("[" + escaped + "](<https://example.org/>)")))
        .isEqualTo("<p><a href=\"https://example.org/\">" + expected + "</a></p>");
  }

  private static String seen(String html) {
    return html.replace("\u200B", "").replace("@ ", "@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Breast cancer, left (C50.912)",
        "*bold* _it_ **b** __b__ ~~s~~ ~s~",
        "`code` ``code``",
        "[x](javascript:alert(1))",
        "![](https://tracker.example/p.png)",
        "[x][y] [x]: https://example.org",
        "<script>alert(1)</script>",
        "<b>b</b> <!-- c --> <?php ?> <![CDATA[x]]>",
        "&lt;script&gt; &amp; &#60; &copy;",
        "https://example.org/a?b=c&d=e",
        "HTTP://EXAMPLE.ORG ftp://example.org file://x javascript://x",
        "www.example.org WWW.example.org a.www.example.org",
        "mail someone@example.org or mailto:someone@example.org",
        "<https://example.org> <someone@example.org>",
        "# heading",
        "#1",
        "1. one",
        "12) twelve",
        "2024. It began",
        "- minus",
        "+ plus",
        "* star",
        "> quote",
        "---",
        "***",
        "===",
        "```",
        "~~~",
        "| a | b |",
        "|---|---|",
        "a | b",
        "    indented",
        "end with backslash \\",
        "\\*not\\*",
        "$math$ {x} ^y^",
        "don't \"quote\"",
        "100% < 200 > 50",
        "[ ] task [x] done",
        "[^1] footnote",
        ":smile: @mention",
        ")",
        ".",
        "1",
        "1.",
        "1.5 mg",
        "日本語 العربية עברית"
      })
  void showsTextAsItself(String text) {
    assertShownAsText(text);
  }

  @Test
  void makesOneLineOfMany() {
    assertThat(MarkdownText.escape("a\n\n# b\r\n\tc\u2028d\u0085e")).isEqualTo("a \\# b c d e");
  }

  @Test
  void dropsWhatHidesOrTurnsText() {
    assertThat(MarkdownText.escape("a\u202Eb\u2066c\u200Fd\uFEFFe\u0000f\u001Bg\u00ADh"))
        .isEqualTo("abcdefgh");
  }

  @Test
  void dropsHalvesOfSurrogatePairs() {
    assertThat(MarkdownText.escape("a\uD83Db\uDE00c")).isEqualTo("abc");
    assertThat(MarkdownText.escape("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
  }

  @Test
  void cutsWhatIsLongerThanAnyFact() {
    assertThat(MarkdownText.escape("word ".repeat(100_000))).hasSizeLessThan(520).endsWith("…");
    assertShownAsText(PlainText.cut(">".repeat(400), 400));
  }

  @Test
  void showsAnyMixtureOfSignsAsText() {
    String[] pieces = {
      "*",
      "_",
      "`",
      "~",
      "[",
      "]",
      "(",
      ")",
      "<",
      ">",
      "&",
      "#",
      "+",
      "-",
      "=",
      ".",
      "!",
      "|",
      "\\",
      "@",
      ":",
      "/",
      "//",
      "http",
      "https://",
      "www.",
      "a",
      "B",
      "1",
      " ",
      "\n",
      "\t",
      "é",
      "\"",
      "'",
      "{",
      "}",
      "$",
      "^",
      "%",
      ";",
      "amp;",
      "x.org",
      "\u202E",
      "😀"
    };
    Random random = new Random(20260601);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = 1 + random.nextInt(12); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      assertShownAsText(text.toString());
    }
  }
}
