package org.oncohooks.app;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The Chromium of this machine, headless; what goes wrong in its pages is kept. */
final class TestBrowser implements AutoCloseable {

  /** Debian's place first; no browser is downloaded. */
  private static final Optional<Path> CHROMIUM =
      Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst();

  private static final Path SCREENSHOTS = Path.of("target", "workbench-screenshots");

  /** In milliseconds, for a machine that is busy with other things. */
  private static final int PATIENCE = 40_000;

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> errors = new ArrayList<>();

  TestBrowser() {
    Assumptions.assumeTrue(
        CHROMIUM.isPresent(),
        "SKIPPED: the workbench is tested in a browser, and there is none here; install Debian's"
            + " package chromium");
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM.orElseThrow())
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync")));
  }

  /** A new page with nothing kept from others. */
  Page page(int width, int height, ColorScheme theme) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(theme)
                .setTimezoneId("America/Chicago"));
    context.setDefaultTimeout(PATIENCE);
    Page page = context.newPage();
    page.onPageError(error -> errors.add("page: " + error));
    page.onConsoleMessage(
        message -> {
          // on a busy machine the service says so, and the page asks again
          if (message.type().equals("error") && !message.text().contains("status of 503")) {
            errors.add("console: " + message.text());
          }
        });
    page.onDialog(dialog -> errors.add("a dialog was opened: " + dialog.message()));
    return page;
  }

  /** What scripts threw, the console reported (refusals of the policy too) or a script opened. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  void forgetErrors() {
    errors.clear();
  }

  static void keep(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
  }

  /**
   * Serious and critical findings of axe-core on WCAG 2.2 A and AA, names that differ from what is
   * seen, and headings out of order, as {@code rule: element}.
   */
  @SuppressWarnings("unchecked")
  static List<String> seriousFindings(Page page) {
    if (page.evaluate("() => typeof axe").equals("undefined")) {
      page.evaluate(axe());
    }
    return (List<String>)
        page.evaluate(
            """
            async () => {
              const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
              const more = ['label-content-name-mismatch', 'heading-order'];
              const found = await axe.run({runOnly: tags, rules: Object.fromEntries(more.map(r => [r, {enabled: true}]))});
              return found.violations
                .filter(v => ['serious', 'critical'].includes(v.impact) || more.includes(v.id))
                .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary}`));
            }
            """);
  }

  private static String axe() {
    try (InputStream in = TestBrowser.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + "; undefined";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
