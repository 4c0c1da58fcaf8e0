package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.hooks.Mode;

/** The workbench's files over HTTP: which there are, what a browser may do with them, and when. */
class WorkbenchTest {

  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*['\"](\\.[^'\"]+)['\"]");

  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.withTestContent(Mode.DEVELOPMENT);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void letsNoScriptInButItsOwn() throws Exception {
    HttpResponse<String> page = service.get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
                    .contains("frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "http"));
    assertThat(page.body()).doesNotContainPattern("<script(?![^>]*src=)|<style|style=|\\son\\w+=");
  }

  @Test
  void servesEveryFileThatItImports() throws Exception {
    Deque<String> toRead = new ArrayDeque<>(Set.of("/workbench/main.js"));
    Set<String> read = new LinkedHashSet<>();
    while (!toRead.isEmpty()) {
      String path = toRead.remove();
      if (!read.add(path)) {
        continue;
      }
      HttpResponse<String> file = service.get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Content-Type"))
          .hasValue("text/javascript; charset=utf-8");
      Matcher imports = IMPORT.matcher(file.body());
      while (imports.find()) {
        toRead.add(java.net.URI.create(path).resolve(imports.group(1)).getPath());
      }
    }
    assertThat(read)
        .contains(
            "/workbench/view/why.js",
            "/workbench/lib/lit-html/lit-html.js",
            "/workbench/lib/marked/marked.esm.js",
            "/workbench/lib/dompurify/purify.es.mjs");
  }

  @Test
  void sendsAFileOnlyOnce() throws Exception {
    HttpResponse<String> first = service.get("/workbench/style/base.css");
    String tag = first.headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> second =
        service.send(service.request("/workbench/style/base.css").header("If-None-Match", tag));

    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(second.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/workbench/",
        "/workbench/nothing.js",
        "/workbench/view/%2e%2e/main.js%00",
        "/workbench/..%2fWorkbench.class",
        "/workbench/Workbench.class",
        "/workbench/lib/lit-html/package.json",
        "/workbench/lib/logback/logback.js",
        "/workbench/lib/marked",
        "/index.html"
      })
  void servesNothingElse(String path) throws Exception {
    assertThat(service.get(path).statusCode()).isIn(400, 404);
  }

  @Test
  void isOnlyRead() throws Exception {
    HttpResponse<String> answer =
        service.send(service.request("/").POST(BodyPublishers.ofString("{}")));

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void isOffInProduction() throws Exception {
    try (RunningService production = RunningService.withTestContent(Mode.PRODUCTION)) {
      assertThat(production.get("/").statusCode()).isEqualTo(404);
      assertThat(production.get("/workbench/main.js").statusCode()).isEqualTo(404);
      assertThat(production.printed()).doesNotContain("Workbench");
    }
  }
}
