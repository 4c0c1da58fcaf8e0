package org.oncohooks.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.SelectOption;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A person's ways through the workbench, in a real browser against the real service. */
class WorkbenchInBrowserTest {

  private static final String HOSTILE =
      "<img src=x onerror=alert(1)>**bold** [x](javascript:alert(2))";

  private static TestBrowser browser;
  private static RunningService service;

  private Page page;

  @BeforeAll
  static void start() {
    browser = new TestBrowser();
    service = RunningService.withOwnContent();
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    browser.forgetErrors();
    page = browser.page(1280, 900, ColorScheme.LIGHT);
  }

  @AfterEach
  void nothingWentWrong() {
    page.context().close();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void findsAPatientAndSeesWhatACardRestsOn() {
    go("#/patients");
    page.getByLabel("Search by name").fill("corbane night");
    page.getByRole(AriaRole.LINK, role("Thessaly Corbane")).click();

    assertThat(page.getByRole(AriaRole.HEADING, role("Thessaly Corbane"))).isVisible();
    assertThat(page.getByText("62 years")).isVisible();
    Locator card = card("MRI spine within 7 days");
    assertThat(card).containsText("Warning");
    card.getByText("Details").click();
    assertThat(card.locator(".markdown strong").first()).hasText("Why:");
    assertThat(card.locator(".markdown a").first()).hasAttribute("rel", "noopener noreferrer");

    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Mark its \\d+ facts"))).click();
    assertThat(page.locator("#fact-Condition-night-pain-survivor-back-pain"))
        .containsText("used by the card");
    assertThat(page.locator(".timeline .mark.used").first()).isVisible();
    assertThat(page.locator(".pedigree").first()).containsText("Osteoporosis 68");
  }

  @Test
  void overridesACardAndSeesThatItIsNotRepeated() {
    go("#/patient/older-than-74");
    Locator card = card("no routine interval at ages 75");
    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Override"))).click();
    assertThat(card).containsText("choose a reason first");

    card.getByLabel("Override because").selectOption(new SelectOption().setIndex(1));
    card.getByLabel("Comment").fill("talked about it");
    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Override"))).click();
    assertThat(card).containsText("Feedback stored: overridden");

    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Ask again"))).click();
    assertThat(page.locator(".suppressed").first()).containsText("overridden");
    assertThat(card).hasCount(0);
  }

  @Test
  void acceptsASuggestionAndSignsTheOrder() {
    go("#/patient/screening-overdue");
    Locator card = card("overdue, last recorded");
    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Order screening mammogram"))).click();
    assertThat(card).containsText("Feedback stored: accepted");

    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Sign the order into the chart"))).click();
    assertThat(page.getByRole(AriaRole.REGION, role("Edited on this page")))
        .containsText("Signed:");
    assertThat(page.getByRole(AriaRole.REGION, role("Orders and referrals")))
        .containsText("active");
  }

  @Test
  void editsFactsAndSeesWhatChanges() {
    go("#/patient/up-to-date-mother");
    Locator changed = page.getByRole(AriaRole.REGION, role("Edited on this page"));
    page.getByRole(AriaRole.BUTTON, role("Add a fact or relative")).click();
    page.locator("dialog select[name=role]").selectOption("SIS");
    page.locator("dialog select[name=cancer]").selectOption("relative-breast-cancer");
    page.getByLabel("at age").fill("39");
    page.getByRole(AriaRole.BUTTON, role("Add the relative")).click();
    assertThat(changed).containsText("Added: sister");
    assertThat(page.locator(".pedigree").first()).containsText("breast ca 39");

    Locator mammogram =
        page.locator("li[id^=fact-DiagnosticReport]")
            .filter(new Locator.FilterOptions().setHasText("ammogra"))
            .or(page.locator("li[id^=fact-DiagnosticReport]"))
            .first();
    mammogram.getByRole(AriaRole.BUTTON).click();
    page.getByRole(AriaRole.BUTTON, role("Remove this fact")).click();
    assertThat(changed).containsText("Removed:");

    page.getByRole(AriaRole.BUTTON, role("Undo all edits")).click();
    assertThat(changed).hasCount(0);
  }

  @Test
  void switchesProgrammeDayHookAndDialect() {
    go("#/patient/shared-decision-aunt");
    card("Discuss benefits and harms").waitFor();
    page.getByLabel("Programme").selectOption("USPSTF-2024");
    card("ages 40-74, every 2 years").waitFor();

    page.getByLabel("Evaluated on").fill("2031-10-01");
    page.getByLabel("Evaluated on").blur();
    assertThat(page.getByText("50 years")).isVisible();

    page.getByLabel("Hook").selectOption("order-select");
    page.getByLabel("Draft order").selectOption("order-screening-mammogram");
    assertThat(page.locator(".answers")).not().containsText("Hereditary cancer referral");
    page.getByRole(AriaRole.LINK, role("Wire")).click();
    assertThat(page.getByLabel("Request", new Page.GetByLabelOptions().setExact(true)))
        .containsText("ServiceRequest/draft-order");
  }

  @Test
  void saysWhyARecommendationStayedSilent() {
    go("#/patient/prophylactic-mastectomy");
    page.getByRole(AriaRole.LINK, role("Why not? Breast cancer screening")).click();
    page.getByRole(AriaRole.LINK, role("Screening mammogram due")).click();

    assertThat(page.locator("#words-head")).containsText("Silent: Screening mammogram due");
    assertThat(page.locator(".steps").first()).containsText("Criteria");
    assertThat(page.locator(".cql .m.false").first()).isVisible();
    assertThat(page.locator(".cql .mark-word.false").first()).hasText("F");
    assertThat(page.getByRole(AriaRole.HEADING, role("What the record was asked for"))).isVisible();
    assertThat(page.locator(".pedigree").first()).containsText("this patient");
  }

  @Test
  void neverShowsWhatIsAbsentAsPresent() {
    go("#/patient/shared-decision-aunt");
    Locator lump =
        page.locator(".timeline .mark")
            .filter(new Locator.FilterOptions().setHasText("Breast lump"));
    assertThat(lump.first()).hasClass(Pattern.compile("negative"));
    assertThat(
            page.locator(".facts-list li")
                .filter(new Locator.FilterOptions().setHasText("Breast lump"))
                .first())
        .containsText("Absent");
    assertThat(page.locator(".pedigree").first()).containsText("breast ca 45");
  }

  @Test
  void comparesTwoSetups() {
    go("#/patient/shared-decision-aunt/compare");
    assertThat(page.getByText("Change something above")).isVisible();
    page.getByLabel("Programme (other)").selectOption("USPSTF-2024");

    assertThat(page.locator(".summary")).containsText("1 of 4 services answer differently");
    assertThat(page.getByRole(AriaRole.REGION, role("The other").setExact(true)))
        .containsText("every 2 years");
  }

  @Test
  void showsWhatWentOverTheWire() {
    go("#/patient/screening-overdue/wire");
    assertThat(page.getByText("waited for the service")).isVisible();
    page.getByLabel("Send the data as prefetch").check();
    assertThat(page.locator(".prefetch")).containsText("conditions");
    page.getByText("As curl", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.getByLabel("curl command")).containsText("curl -s 'http");
  }

  @Test
  void tellsThePopulationAndItsWorklist() throws Exception {
    go("#/population");
    page.getByRole(AriaRole.BUTTON, role("Evaluate 14 patients")).click();
    assertThat(page.getByText("14 of 14 patients in")).isVisible();
    page.getByRole(AriaRole.BUTTON, role("Critical alert")).click();
    assertThat(page.locator("table.list tbody tr")).hasCount(1);

    Download csv =
        page.waitForDownload(() -> page.getByRole(AriaRole.BUTTON, role("Save as CSV")).click());
    assertThat(Files.readString(csv.path())).contains("\"cord-compression\",", "\"critical\",");
    page.getByRole(AriaRole.LINK, role("Bryony Haldersund")).click();
    card("whole-spine MRI within 24 h").waitFor();
  }

  @Test
  void showsTheContentWithItsSources() {
    go("#/content");
    Locator due =
        page.locator(".recommendations > li")
            .filter(new Locator.FilterOptions().setHasText("Screening mammogram due, version"));
    due.locator("summary").first().click();
    assertThat(due.getByText("Ann Intern Med 2016;164:279-296")).isVisible();
    due.getByText("CQL of ScreeningDue").click();
    assertThat(due.getByLabel("CQL of ScreeningDue")).containsText("define \"Is Due\"");
  }

  @Test
  void showsHostileStringsAsText() {
    String bundle =
        """
        {"resourceType":"Bundle","type":"collection","entry":[
         {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"h","name":[{"text":"X"}],"gender":"female","birthDate":"1960-01-01"}},
         {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"urn:uuid:1"},
           "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
           "code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009","display":"X"}],"text":"X"},"note":[{"text":"X"}],"onsetDateTime":"2019-01-01"}},
         {"resource":{"resourceType":"Condition","id":"p","subject":{"reference":"Patient/h"},
           "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
           "code":{"coding":[{"system":"http://snomed.info/sct","code":"279039007","display":"X"}]},"onsetDateTime":"2026-01-01"}},
         {"resource":{"resourceType":"FamilyMemberHistory","id":"f","status":"completed","patient":{"reference":"Patient/h"},"name":"X",
           "relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"MTH","display":"X"}]},
           "condition":[{"code":{"text":"X"}}]}}]}
        """
            .replace("\"X\"", "\"" + HOSTILE + "\"");
    go("#/patients");
    choose("hostile.json", bundle);

    assertThat(page.locator("h1")).hasText(HOSTILE);
    assertThat(page.locator(".card").first()).isVisible();
    for (Locator details : page.locator(".card details").all()) {
      details.locator("summary").click();
    }
    assertThat(page.locator("#fact-Condition-c")).containsText(HOSTILE);
    assertThat(page.locator(".markdown").first()).containsText("<img src=x");
    page.getByRole(AriaRole.LINK, role("Why").setExact(true)).click();
    page.locator(".steps").first().waitFor();
    page.getByRole(AriaRole.LINK, role("Wire").setExact(true)).click();
    assertThat(page.locator("main img, main iframe, main [onerror]")).hasCount(0);
    assertThat(page.locator("a[href^=javascript]")).hasCount(0);
  }

  @Test
  void takesACdsHooksRequest() {
    go("#/patients");
    choose(
        "request.json",
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"brca1-carrier"},
         "extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00"}}
        """);
    card("yearly breast MRI").waitFor();
    assertThat(page.getByText("from a dropped request")).isVisible();
    assertThat(page.getByText("The patient’s own resource is missing")).isVisible();

    page.getByRole(AriaRole.LINK, role("Patients")).click();
    choose("nonsense.json", "{\"a\": 1}");
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("neither a FHIR Bundle nor a CDS Hooks request");
  }

  @Test
  void worksWithTheKeyboardAlone() {
    go("#/patients");
    page.locator("table.list").waitFor();
    page.keyboard().press("Tab");
    assertThat(page.locator(":focus")).hasText("Skip to the content");
    page.keyboard().press("Enter");
    tabTo("Junia Aldercroft");
    page.keyboard().press("Enter");
    card("yearly breast MRI").waitFor();
    assertThat(page.locator("main")).isFocused();
    tabTo("Details");
    page.keyboard().press("Enter");
    assertThat(page.locator(".markdown").first()).isVisible();
    tabTo("Edit");
    page.keyboard().press("Enter");
    assertThat(page.locator("dialog")).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.locator("dialog")).hasCount(0);
    tabTo("Wire");
    page.keyboard().press("Enter");
    assertThat(page.getByText("waited for the service")).isVisible();
  }

  @Test
  void showsEverySamplePatient() {
    go("#/patients");
    page.locator("table.list").waitFor();
    List<String> ids = page.locator("table.list .id").allTextContents();
    assertThat(ids).hasSizeGreaterThan(10);
    for (String id : ids) {
      go("#/patient/" + id);
      page.locator(".card, .silent").first().waitFor();
      page.locator(".pedigree .person").first().waitFor();
      assertThat(browser.errors()).as(id).isEmpty();
    }
  }

  @Test
  void evaluatesADroppedSampleForItsOwnDay() throws Exception {
    go("#/patients");
    choose(
        "cord.json",
        Files.readString(
            Path.of(System.getProperty("oncohooks.home"))
                .resolve("fhir-resources/patients/cord-compression.json")));
    card("whole-spine MRI within 24 h").waitFor();
    assertThat(page.getByLabel("Evaluated on")).hasValue("2026-06-01");
  }

  @Test
  void copiesACommandThatAShellRunsAsItIs() throws Exception {
    page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
    go("#/patient/new-breast-lump/wire");
    page.getByLabel("Send the data as prefetch").check();
    page.locator(".prefetch").waitFor();
    page.getByRole(AriaRole.BUTTON, role("Copy as curl")).click();
    assertThat(page.getByText("The curl command is copied.")).hasCount(1);
    Path command = Files.createTempFile("copied", ".sh");
    Files.writeString(command, (String) page.evaluate("navigator.clipboard.readText()"));
    Process shell = new ProcessBuilder("sh", command.toString()).start();
    String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    Files.delete(command);
    assertThat(answer).startsWith("{\"cards\":[").contains("\"code\":\"diag\"");
  }

  @Test
  void goesThroughTimelineAndPedigreeWithTheArrowKeys() {
    go("#/patient/shared-decision-aunt");
    card("Discuss benefits and harms").waitFor();
    assertThat(page.locator(".timeline [tabindex='0']")).hasCount(1);
    page.locator(".timeline [tabindex='0']").focus();
    Locator focused = page.locator(":focus");
    String first = focused.getAttribute("aria-label");
    page.keyboard().press("ArrowDown");
    assertThat(focused).hasAttribute("aria-label", Pattern.compile("^Problems: .*, [A-Z0-9].*"));
    for (int i = 0; i < 80 && !focused.getAttribute("aria-label").contains("lump"); i++) {
      page.keyboard().press("ArrowRight");
    }
    assertThat(focused).hasAttribute("aria-label", Pattern.compile("Breast lump.*says no"));
    assertThat(page.locator(".timeline [tabindex='0']")).isFocused();
    page.keyboard().press("Home");
    assertThat(focused).hasAttribute("aria-label", first);
    page.keyboard().press("Enter");
    assertThat(focused).hasAttribute("id", Pattern.compile("^fact-"));

    page.locator(".pedigree .person[tabindex='0']").focus();
    page.keyboard().press("End");
    page.keyboard().press("Home");
    for (int i = 0; i < 20 && !focused.getAttribute("aria-label").contains("aunt"); i++) {
      page.keyboard().press("ArrowRight");
    }
    assertThat(focused).hasAttribute("aria-label", Pattern.compile("neoplasm of breast at 45"));
    page.keyboard().press("Enter");
    assertThat(page.locator("#edit-head")).containsText("Edit:");
    page.keyboard().press("Escape");
    page.keyboard().press("ArrowDown");
    assertThat(page.locator("dialog")).hasCount(0);
  }

  @Test
  void isAccessibleInEveryViewWidthAndTheme() {
    List<String> views =
        List.of(
            "patients",
            "patient/shared-decision-aunt",
            "patient/night-pain-survivor/why~metastatic-pain",
            "patient/shared-decision-aunt/compare",
            "patient/screening-overdue/wire",
            "population",
            "content");
    page.context().close();
    for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : List.of(1280, 390)) {
        page = browser.page(width, 900, theme);
        for (String view : views) {
          go("#/" + view);
          settle(view);
          String name =
              view.replaceAll("[^a-z0-9]+", "-")
                  + "-"
                  + width
                  + "-"
                  + theme.name().toLowerCase(Locale.ROOT);
          TestBrowser.keep(page, name);
          assertThat(TestBrowser.seriousFindings(page)).as(name).isEmpty();
          assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
              .as("scrolls sideways: " + name)
              .isLessThanOrEqualTo(width);
        }
        page.context().close();
      }
    }
    page = browser.page(1280, 900, ColorScheme.LIGHT);
  }

  @Test
  void staysUsableWithAThousandPatientsAndALargeBundle() throws Exception {
    try (RunningService crowded = RunningService.withOwnContent()) {
      for (int from = 0; from < 1000; from += 250) {
        String entries =
            IntStream.range(from, from + 250)
                .mapToObj(
                    i ->
                        """
                        {"resource":{"resourceType":"Patient","id":"crowd-%1$d","name":[{"family":"Crowd%1$d"}],
                          "gender":"female","birthDate":"19%2$02d-05-05"},
                         "request":{"method":"PUT","url":"Patient/crowd-%1$d"}}
                        """
                            .formatted(i, 30 + i % 60))
                .collect(Collectors.joining(","));
        HttpResponse<String> stored =
            crowded.post(
                "/fhir",
                BodyPublishers.ofString(
                    "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                        + entries
                        + "]}"),
                "application/fhir+json");
        assertThat(stored.statusCode()).isEqualTo(200);
      }
      page.navigate("http://127.0.0.1:" + crowded.port() + "/#/patients");
      assertThat(page.getByText("1014 of 1014 patients")).isVisible();
      assertThat(page.locator("table.list tbody tr")).hasCount(50);
      page.getByLabel("Search by name").fill("crowd999");
      assertThat(page.locator("table.list tbody tr")).hasCount(1);

      page.getByLabel("Choose a file")
          .setInputFiles(new FilePayload("large.json", "application/json", largeBundle()));
      assertThat(page.getByText("a hook call takes 4 MB").first()).isVisible();
      page.getByRole(AriaRole.BUTTON, role("Store in the service")).click();
      assertThat(page.getByText("from the store")).isVisible();
      assertThat(card("every 1 to 2 years")).isVisible();
      assertThat(page.locator(".timeline")).isVisible();
      // the page asks every second what is served
      page.navigate("about:blank");
    }
  }

  /** A woman of 56 with 4,000 weights: 5 MB. */
  private static byte[] largeBundle() {
    String weights =
        IntStream.range(0, 4_000)
            .mapToObj(
                i ->
                    """
                    ,{"resource":{"resourceType":"Observation","id":"w%d","status":"final","subject":{"reference":"Patient/large"},
                    "code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"effectiveDateTime":"20%02d-03-03",
                    "valueQuantity":{"value":70,"unit":"kg"},"note":[{"text":"%s"}]}}"""
                        .formatted(i, 10 + i % 15, "kg ".repeat(340)))
            .collect(Collectors.joining());
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
            + "\"id\":\"large\",\"gender\":\"female\",\"birthDate\":\"1970-01-01\"}}"
            + weights
            + "]}";
    return bundle.getBytes(StandardCharsets.UTF_8);
  }

  private void settle(String view) {
    if (view.equals("population")) {
      page.getByRole(AriaRole.BUTTON, role("Evaluate 14 patients")).click();
      page.getByText("14 of 14 patients in").waitFor();
    } else if (view.contains("why")) {
      page.locator(".pedigree").first().waitFor();
      page.locator(".cql:visible").first().waitFor();
    } else if (view.startsWith("patient/")) {
      page.locator(".card, .json").first().waitFor();
      page.locator("main").getByLabel("Programme").first().waitFor();
    } else {
      page.locator("table.list, .recommendations").first().waitFor();
    }
  }

  private void go(String place) {
    page.navigate("http://127.0.0.1:" + service.port() + "/" + place);
    page.reload();
  }

  private void choose(String name, String content) {
    page.getByLabel("Choose a file")
        .setInputFiles(
            new FilePayload(name, "application/json", content.getBytes(StandardCharsets.UTF_8)));
  }

  private Locator card(String words) {
    return page.locator("article.card").filter(new Locator.FilterOptions().setHasText(words));
  }

  private void tabTo(String words) {
    for (int i = 0; i < 120; i++) {
      page.keyboard().press("Tab");
      if (String.valueOf(page.evaluate("document.activeElement.textContent"))
          .strip()
          .startsWith(words)) {
        return;
      }
    }
    throw new AssertionError("no way to " + words + " with the keyboard");
  }

  private static Page.GetByRoleOptions role(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }

  private static Locator.GetByRoleOptions role(Pattern name) {
    return new Locator.GetByRoleOptions().setName(name);
  }
}
