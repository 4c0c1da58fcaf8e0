package org.oncohooks.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.hooks.TestContent;

/** What an author saves shows in a page that is open, which nobody reloads. */
class WorkbenchFollowsAuthorsTest {

  @TempDir private static Path content;
  private static TestBrowser browser;
  private static RunningService service;
  private static Page page;

  @BeforeAll
  static void start() throws IOException {
    browser = new TestBrowser();
    TestContent.copyTo(content);
    writeCase("Inclusion Criteria: false");
    service =
        RunningService.operated(content, Optional.empty(), Optional.empty(), Operations.none());
    service.watch();
    page = browser.page(1280, 900, ColorScheme.LIGHT);
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
      browser.close();
    }
  }

  private static void writeCase(String defines) throws IOException {
    Path folder = Files.createDirectories(content.resolve("cql/tests/Alert/nothing"));
    Files.writeString(
        folder.resolve("Patient-p.json"),
        "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1960-01-01\"}");
    Files.writeString(
        folder.resolve("expected.yaml"),
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\ndefines: {" + defines + "}\n");
  }

  private static void save(String from, String to) throws IOException {
    Path file = content.resolve("cql/Alert.cql");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  @Test
  void showsErrorsAndCasesAndCardsAsTheyAreSaved() throws Exception {
    page.navigate("http://127.0.0.1:" + service.port() + "/#/content");
    assertThat(page.getByText("Not tested yet. Run the cases here")).isVisible();
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Run all cases")).click();
    assertThat(page.getByText("1 case holds in 1 library")).isVisible();

    writeCase("Inclusion Criteria: true");
    Locator alert =
        page.locator(".recommendations > li")
            .filter(new Locator.FilterOptions().setHasText("1 of 1 cases does not hold"));
    alert.locator("summary").first().click();
    assertThat(alert.locator(".failures")).containsText("Alert/nothing");
    assertThat(alert.locator(".failures")).containsText("expected true");
    assertThat(alert).containsText("of its expressions");

    save("define \"Card Summary\":", "define \"Card Summary\"");
    Locator findings = page.locator(".findings");
    assertThat(findings).containsText("cql/Alert.cql:");
    TestBrowser.keep(page, "content-with-errors");
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    page.navigate("http://127.0.0.1:" + service.port() + "/#/patients");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("See what to mend")).click();
    assertThat(findings).isVisible();
    save("define \"Card Summary\"", "define \"Card Summary\":");
    assertThat(findings).hasCount(0);

    page.navigate("http://127.0.0.1:" + service.port() + "/#/patient/anna");
    Locator cards = page.locator(".answers");
    assertThat(cards).containsText("Look at the record of");
    save("'Look at the record of '", "'Saved just now, '");
    assertThat(cards).containsText("Saved just now");
    // the test content has no table of programmes, and a service that fails
    assertThat(browser.errors()).allMatch(error -> error.matches("(?s).*status of (404|500).*"));
  }
}
