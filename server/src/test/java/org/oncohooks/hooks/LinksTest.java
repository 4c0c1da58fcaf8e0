package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.knowledge.Link;

class LinksTest {

  private static boolean shown(Links links, String url) {
    return links.mayShow(new Link("A page", url));
  }

  @Test
  @DisplayName("R-79: with a list of hosts, only these, whatever their case")
  void showsTheHostsOfTheList() {
    Links links = new Links(List.of("Example.org"));
    assertThat(shown(links, "https://example.ORG/a?b#c")).isTrue();
    assertThat(shown(links, "https://example.org:8443/a")).isTrue();
    assertThat(shown(links, "https://other.example.org/a")).isFalse();
    assertThat(shown(links, "https://example.org.evil.example/a")).isFalse();
    assertThat(shown(links, "https://example.org@evil.example/a")).isFalse();
  }

  @ParameterizedTest
  @DisplayName("R-79: only absolute https links")
  @ValueSource(
      strings = {
        "",
        "http://example.org",
        "javascript:alert(1)",
        "//example.org",
        "/a",
        "https://",
        "https://user:secret@example.org/",
        "https://example.org/a b",
        "https://example.org/<b>",
        "HTTPS:example.org"
      })
  void showsNothingElse(String url) {
    assertThat(shown(new Links(List.of()), url)).isFalse();
  }
}
