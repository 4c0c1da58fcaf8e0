package org.oncohooks.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    card.getByText("Override", new Locator.GetByTextOptions().setExact(true)).click();
    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Override this card"))).click();
    assertThat(card.getByRole(AriaRole.ALERT)).containsText("choose a reason first");
    Locator reason = card.getByLabel("Override because");
    assertThat(reason).hasAttribute("aria-invalid", "true");
    assertThat(reason).isFocused();
    assertThat(reason).hasAccessibleDescription(Pattern.compile("choose a reason first"));
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();

    reason.selectOption(new SelectOption().setIndex(1));
    assertThat(card.getByRole(AriaRole.ALERT)).hasCount(0);
    card.getByLabel("Comment").fill("talked about it");
    card.getByLabel("Comment").press("Enter");
    assertThat(card).containsText("Feedback stored: overridden");
    assertThat(card.getByLabel("Comment")).isFocused();

    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Ask again"))).press("Enter");
    assertThat(page.locator("#cards-head")).isFocused();
    assertThat(page.locator(".suppressed").first()).containsText("overridden");
    assertThat(card).hasCount(0);
  }

  @Test
  void acceptsASuggestionAndSignsTheOrder() {
    go("#/patient/screening-overdue");
    Locator card = card("overdue, last recorded");
    List<String> posts = new CopyOnWriteArrayList<>();
    page.onRequest(
        request -> {
          if (request.url().endsWith("/feedback")) {
            posts.add(request.url());
          }
        });
    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Order screening mammogram"))).dblclick();
    assertThat(card).containsText("Feedback stored: accepted");
    assertThat(posts).hasSize(1);
    assertThat(page.locator(":focus")).containsText("Accepted: Order screening mammogram");

    card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Sign the order into the chart"))).click();
    assertThat(page.getByRole(AriaRole.REGION, role("Edited on this page")).getByText("Signed:"))
        .hasCount(1);
    assertThat(page.getByRole(AriaRole.REGION, role("Orders and referrals")))
        .containsText("active");
  }

  @Test
  void editsFactsAndSeesWhatChanges() {
    go("#/patient/up-to-date-mother");
    Locator changed = page.getByRole(AriaRole.REGION, role("Edited on this page"));
    page.getByRole(AriaRole.BUTTON, role("Add a fact or relative")).click();
    page.getByRole(AriaRole.BUTTON, role("Relative").setExact(true)).click();
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
    assertThat(page.getByText("When a person who was female at birth is").first()).isVisible();
    assertThat(page.locator(".steps").first()).containsText("Criteria");
    assertThat(page.locator(".cql .m.false").first()).isVisible();
    assertThat(page.locator(".cql .mark-word.false").first()).hasText("F");
    assertThat(page.getByRole(AriaRole.HEADING, role("What the record was asked for"))).isVisible();
    assertThat(page.locator(".pedigree").first()).containsText("this patient");
  }

  @Test
  void explainsTheRecommendationThatMadeTheCard() {
    go("#/patient/night-pain-survivor");
    card("Offer the yearly mammogram").getByText("Why this card?").click();
    assertThat(page.locator("#words-head")).containsText("Shown: Mammogram after breast cancer");

    assertThat(page.getByText("See its reasons")).hasCount(0);
    for (Locator recommendation : page.locator(".outcomes a").all()) {
      recommendation.click();
      assertThat(recommendation).hasAttribute("aria-current", "true");
    }

    go("#/patient/birth-year-only");
    page.locator(".card")
        .filter(new Locator.FilterOptions().setHas(page.getByText("could not be used")))
        .or(card("birth"))
        .last()
        .getByText("Why this card?")
        .click();
    assertThat(page.locator("#words-head")).hasText("Recorded data that could not be used");
  }

  @Test
  void sendsWhatTheControlsShowForADroppedRequest() {
    go("#/patients");
    choose(
        "request.json",
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"screening-overdue"},
         "extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00","com.example.kept":1,
           "org.oncohooks.parameters":{"ScreeningProgramme":"USPSTF-2024"},"org.oncohooks.dialect":"epic"}}
        """);
    page.locator(".card").first().waitFor();
    assertThat(page.getByLabel("EHR dialect")).hasValue("epic");
    assertThat(page.getByLabel("Programme")).hasValue("USPSTF-2024");
    page.getByRole(AriaRole.LINK, role("Wire")).click();
    assertThat(sent()).containsText("2026-06-01T12:00:00-05:00");

    page.getByLabel("EHR dialect").selectOption("");
    page.getByLabel("Programme").selectOption(new SelectOption().setIndex(0));
    String standard = (String) page.getByLabel("Programme").evaluate(DEFAULT_OPTION);
    page.getByLabel("Programme").selectOption(standard);
    page.getByRole(AriaRole.BUTTON, role("Today")).click();
    assertThat(sent()).not().containsText("org.oncohooks");
    assertThat(sent()).containsText("com.example.kept");
  }

  private static final String DEFAULT_OPTION =
      "s => [...s.options].find(o => o.textContent.includes('(default)')).value";

  private Locator sent() {
    return page.getByLabel("Request", new Page.GetByLabelOptions().setExact(true));
  }

  @Test
  void keepsTheDraftOrdersOfADroppedRequestThatIsEdited() {
    go("#/patients");
    choose(
        "request.json",
        """
        {"hook":"order-sign","hookInstance":"1","extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00"},
         "context":{"userId":"Practitioner/own","patientId":"brca1-carrier","draftOrders":{"resourceType":"Bundle","type":"collection","entry":[
           {"resource":{"resourceType":"ServiceRequest","id":"mine","status":"draft","intent":"order","subject":{"reference":"Patient/brca1-carrier"},
            "code":{"coding":[{"system":"http://loinc.org","code":"24606-6"}]}}}]}},
         "prefetch":{"patient":{"resourceType":"Patient","id":"brca1-carrier","gender":"female","birthDate":"1990-02-02"},
           "mine":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Condition","id":"c",
             "subject":{"reference":"Patient/brca1-carrier"},"code":{"text":"Kept"}}}]}}}
        """);
    page.locator(".card, .silent").first().waitFor();
    assertThat(page.getByLabel("Draft order")).containsText("the request’s own (1)");
    page.getByRole(AriaRole.BUTTON, role("Edit age and gender")).click();
    page.getByLabel("Date of birth").fill("1990-02-03");
    page.keyboard().press("Enter");
    assertThat(page.getByText("No card changes.")).isVisible();
    page.getByRole(AriaRole.LINK, role("Wire")).click();
    for (String kept : List.of("Practitioner/own", "\"mine\"", "24606-6", "Kept", "1990-02-03")) {
      assertThat(sent()).containsText(kept);
    }
    assertThat(sent()).not().containsText("conditions");
  }

  @Test
  void showsAndSendsWhatARequestLeavesToTheStore() {
    String request =
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"night-pain-survivor"},%s
         "extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00"},
         "prefetch":{"patient":{"resourceType":"Patient","id":"night-pain-survivor","gender":"female","birthDate":"1963-12-02"}}}
        """;
    go("#/patients");
    choose("request.json", request.formatted(""));
    Locator urgent = card("MRI spine within 7 days");
    urgent.waitFor();
    Locator problems = page.getByRole(AriaRole.REGION, role("Problems"));
    Locator family = page.getByRole(AriaRole.REGION, role("Family").setExact(true));
    assertThat(page.locator(".who .instead")).containsText("familyMemberHistories");
    assertThat(problems).containsText("Not in the request: as the service’s store has it");
    assertThat(problems).containsText("Personal history of malignant neoplasm of breast");
    assertThat(page.locator("#fact-Condition-night-pain-survivor-back-pain"))
        .containsText("from the store");
    assertThat(family).containsText("Osteoporosis 68");
    TestBrowser.keep(page, "request-beside-the-store");

    addToenail();
    assertThat(page.locator(".changed")).containsText("other details");
    assertThat(page.locator(".changed .gone")).hasCount(0);
    assertThat(urgent).isVisible();
    page.getByRole(AriaRole.LINK, role("Wire")).click();
    assertThat(sent()).containsText("Ingrown toenail");
    assertThat(sent()).containsText("night-pain-survivor-back-pain");
    assertThat(sent()).not().containsText("familyMemberHistories");

    walk("#/patients");
    choose("request.json", request.formatted("\"fhirServer\":\"http://127.0.0.1:9/fhir\","));
    urgent.waitFor();
    assertThat(problems).containsText("not known here");
    assertThat(family).containsText("not known here");
    assertThat(page.locator("main")).not().containsText("None recorded.");
    addToenail();
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("Put “conditions” into the request, or take its fhirServer out");
    assertThat(page.locator(".changed")).hasCount(0);
  }

  private void addToenail() {
    add("Anything else");
    page.getByLabel("A FHIR R4 resource")
        .fill(
            """
            {"resourceType":"Condition","id":"toe","subject":{"reference":"Patient/night-pain-survivor"},"code":{"text":"Ingrown toenail"}}""");
    page.getByRole(AriaRole.BUTTON, role("Add the resource")).click();
  }

  @Test
  void sendsResourcesWithoutAnIdAsTheyCame() {
    String conditions =
        Stream.of("First", "Second", "Third")
            .map(
                "{\"resource\":{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"Patient/brca1-carrier\"},\"code\":{\"text\":\"%s\"}}}"
                    ::formatted)
            .collect(Collectors.joining(","));
    go("#/patients");
    choose(
        "request.json",
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"brca1-carrier"},
         "prefetch":{"patient":{"resourceType":"Patient","id":"brca1-carrier","gender":"female","birthDate":"1960-02-02"},
           "conditions":{"resourceType":"Bundle","type":"searchset","total":3,"entry":[%s]}}}
        """
            .formatted(conditions));
    page.locator(".card, .silent").first().waitFor();
    page.getByRole(AriaRole.BUTTON, role("Edit age and gender")).click();
    page.getByLabel("Date of birth").fill("1960-02-03");
    page.keyboard().press("Enter");
    assertThat(page.locator(".changed")).containsText("What it changes");
    page.locator(".changed dl, .changed p:text('No card changes')").first().waitFor();
    page.getByRole(AriaRole.LINK, role("Wire")).click();
    for (String told : List.of("First", "Second", "Third", "1960-02-03", "\"total\": 3")) {
      assertThat(sent()).containsText(told);
    }
    assertThat(sent()).not().containsText("made-");
  }

  @Test
  void saysWhereTwoSetupsDiffer() {
    go("#/patient/older-than-74/compare");
    page.locator(".card").first().waitFor();
    page.getByLabel("Programme (other)").selectOption("annual-50-74");
    assertThat(page.locator(".summary")).containsText("same headline; other details");

    page.route(
        "**/cds-services/breast-cancer-screening",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(503)
                    .setContentType("application/json")
                    .setBody("{\"issue\":[{\"diagnostics\":\"Busy.\"}]}")));
    page.getByLabel("Evaluated on (other)").fill("2026-06-02");
    page.getByLabel("Evaluated on (other)").blur();
    assertThat(page.locator(".summary")).containsText("can’t be compared: Busy.");
    assertThat(page.locator(".summary")).not().containsText("Both setups");
  }

  @Test
  void namesWhatIsNotInTheFormOfFhirAndDrawsTheRest() {
    go("#/patients");
    choose(
        "broken.json",
        """
        {"resourceType":"Bundle","type":"collection","entry":[null,
         {"resource":{"resourceType":"Patient","id":"m","name":"Not a list","gender":"female","birthDate":"1960-01-01"}},
         {"resource":{"resourceType":"FamilyMemberHistory","id":"f","status":"completed","patient":{"reference":"Patient/m"},
           "relationship":{"coding":[{"code":"MTH"}]},"condition":{}}},
         {"resource":{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/m"},
           "code":{"coding":[null]}}},
         {"resource":{"resourceType":"Observation","id":"p","status":"final","subject":{"reference":"Patient/m"},
           "code":{"text":"x"},"component":{"code":{"text":"y"}}}},
         {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/m"},"code":{"text":"Sound fact"},
           "onsetDateTime":"2020-01-01"}}]}
        """);
    assertThat(page.locator("#fact-Condition-c")).containsText("Sound fact");
    for (String named :
        List.of(
            "Patient/m: “name” is not a list",
            "FamilyMemberHistory/f: “condition” is not a list",
            "Observation/o: “coding” has an empty entry",
            "Observation/p: “component” is not a list",
            "1 entry of the file without a resource")) {
      assertThat(page.locator("main")).containsText(named);
    }
    page.locator(".card, .silent").first().waitFor();

    walk("#/patients");
    choose("entries.json", "{\"resourceType\":\"Bundle\",\"entry\":{}}");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("its “entry” is not a list");
    walk("#/patient/%E0%A4%A");
    assertThat(page.getByRole(AriaRole.ALERT))
        .containsText("Failed while opening patient %E0%A4%A");
    browser.forgetErrors();
  }

  @Test
  void saysThatAnUnexpectedErrorHappened() {
    go("#/patient/screening-overdue");
    page.locator(".card").first().waitFor();
    page.evaluate("() => { setTimeout(() => { throw new Error('by a timer') }) }");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("by a timer");
    page.evaluate(
        "async () => (await import(document.baseURI.split('#')[0] + 'workbench/store.js')).change(s => (s.chart = {...s.chart, resources: 7}))");
    assertThat(page.getByRole(AriaRole.HEADING, role("This view can’t be drawn"))).isVisible();
    walk("#/patients");
    assertThat(page.locator("table.list")).isVisible();
    browser.forgetErrors();
  }

  @Test
  void asksAgainWhereAServiceDidNotAnswer() {
    page.route("**/cds-services/breast-cancer-screening", Route::abort);
    go("#/patient/screening-overdue");
    assertThat(page.locator(".card.failed")).hasCount(1);
    page.unroute("**/cds-services/breast-cancer-screening");
    page.getByRole(AriaRole.BUTTON, role("Ask again")).click();
    assertThat(page.locator(".card.failed")).hasCount(0);
    browser.forgetErrors();
  }

  @Test
  void tellsEarlierAnswersFromNewOnes() {
    go("#/patient/screening-overdue");
    Locator card = card("overdue, last recorded");
    card.waitFor();
    assertThat(page.locator(".due-text").first()).isVisible();
    List<Route> held = hold("");
    List<String> posts = new CopyOnWriteArrayList<>();
    page.onRequest(request -> posts.add(request.url()));

    page.getByRole(AriaRole.BUTTON, role("Edit age and gender")).click();
    page.getByLabel("Date of birth").fill("2001-05-05");
    page.keyboard().press("Enter");
    assertThat(page.getByText("25 years")).isVisible();
    assertThat(page.locator(".answers")).hasAttribute("aria-busy", "true");
    assertThat(page.locator(".answers")).containsText("Earlier answers; asking again");
    assertThat(card).containsText("Earlier answer");
    assertThat(page.locator(".due-text")).hasCount(0);
    Locator order =
        card.getByRole(AriaRole.BUTTON, role(Pattern.compile("Order screening mammogram")));
    assertThat(order).hasAttribute("aria-disabled", "true");
    order.dispatchEvent("click");
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    TestBrowser.keep(page, "earlier-answers-1280");
    page.setViewportSize(390, 900);
    assertThat(page.locator(".setup-box > summary")).containsText("asking");
    assertThat(card).containsText("Earlier answer");
    TestBrowser.keep(page, "earlier-answers-390");
    walk("#/patient/screening-overdue/why");
    assertThat(page.locator("#words-head")).containsText("Earlier answer");
    walk("#/patient/screening-overdue/compare");
    assertThat(page.locator(".earlier")).isVisible();

    walk("#/patient/up-to-date-mother");
    assertThat(page.locator("h1")).hasText("Delphine Marrowby");
    assertThat(page.locator(".answers")).containsText("Asking the services");
    assertThat(page.locator(".card, .silent, .due-text")).hasCount(0);
    release(held);
    page.locator(".card, .silent").first().waitFor();
    assertThat(page.locator(".earlier, .earlier-tag")).hasCount(0);
    assertThat(posts).noneMatch(url -> url.endsWith("/feedback"));
  }

  @Test
  void drawsNoReasonsOfAnotherPatient() {
    go("#/patients");
    choose("many.json", manyPulses());
    page.locator(".card, .silent").first().waitFor();
    walk("#/patient/dropped/why");
    assertThat(page.getByText("asked for only on demand")).isVisible();
    List<Route> held = hold("Patient/many");
    List<String> abandoned = new CopyOnWriteArrayList<>();
    page.onRequestFailed(request -> abandoned.add(request.url()));
    page.getByRole(AriaRole.BUTTON, role("Ask for the reasons")).click();
    assertThat(page.getByText("Asking for the reasons")).isVisible();
    page.waitForCondition(() -> held.size() == 1);

    walk("#/patient/brca1-carrier/why");
    page.waitForCondition(() -> abandoned.size() == 1);
    release(held);
    assertThat(page.locator("#words-head")).containsText("Higher-risk breast screening");
  }

  /** A woman with more entries than are explained without being asked. */
  private static String manyPulses() {
    return "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
        + "\"id\":\"many\",\"gender\":\"female\",\"birthDate\":\"1960-03-01\"}}"
        + IntStream.range(0, 1100)
            .mapToObj(
                i ->
                    """
                    ,{"resource":{"resourceType":"Observation","id":"o%d","status":"final","subject":{"reference":"Patient/many"},
                    "effectiveDateTime":"2024-01-01","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"valueQuantity":{"value":60}}}"""
                        .formatted(i))
            .collect(Collectors.joining())
        + "]}";
  }

  /** Hook calls whose body holds some words wait until they are released. */
  private List<Route> hold(String words) {
    List<Route> held = new CopyOnWriteArrayList<>();
    page.route(
        "**/cds-services/*",
        route -> {
          if (String.valueOf(route.request().postData()).contains(words)) {
            held.add(route);
          } else {
            route.resume();
          }
        });
    return held;
  }

  private void release(List<Route> held) {
    page.unroute("**/cds-services/*");
    held.forEach(Route::resume);
  }

  @Test
  void storesAllThatTheServiceTakesAndNamesTheRest() {
    go("#/patients");
    choose(
        "refused.json",
        """
        {"resourceType":"Bundle","type":"transaction","entry":[
         {"fullUrl":"urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11","resource":{"resourceType":"Patient","gender":"female","birthDate":"1970-01-01"}},
         {"fullUrl":"urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b12","resource":{"resourceType":"Condition",
           "subject":{"reference":"urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11"},"code":{"text":"Kept"},"onsetDateTime":"2020-01-01"}},
         {"resource":{"resourceType":"Condition","id":"n","subject":{"reference":"urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11"},"note":[{"text":"%s"}]}},
         {"resource":{"resourceType":"Claim","id":"c","patient":{"reference":"urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11"}}}]}
        """
            .formatted("y".repeat(2_000_000)));
    page.getByRole(AriaRole.BUTTON, role("Store in the service")).click();
    assertThat(page.locator(".storing")).containsText("2 of 4 resources are stored.");
    assertThat(page.locator(".storing")).containsText("The JSON exceeds a limit");
    assertThat(page.locator(".storing")).containsText("Condition/n");
    assertThat(page.locator(".storing")).containsText("not kept here");
    assertThat(page.locator(".storing")).containsText("Claim/c");
    assertThat(page.getByText("from the store")).isVisible();
    assertThat(page.getByRole(AriaRole.REGION, role("Problems"))).containsText("Kept");
    card("every 1 to 2 years").waitFor();
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    TestBrowser.keep(page, "stored-but-for-some");
    browser.forgetErrors();
    page.evaluate(
        "async () => { for (const path of ['Condition/9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b12', 'Patient/9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11'])"
            + " await fetch(`fhir/${path}`, {method: 'DELETE'}) }");
  }

  @Test
  void storesNothingOverTheDataOfAnotherPatient() throws Exception {
    go("#/patients");
    String patient =
        "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"%s\",\"gender\":\"female\",\"birthDate\":\"%s\"}}";
    String taken = cancerOf("night-pain-survivor-back-pain", "Patient/taker");
    String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[%s]}";
    choose(
        "taker.json",
        bundle.formatted(
            patient.formatted("taker", "1964-03-01")
                + ","
                + taken
                + ","
                + cancerOf("taker-own", "Patient/taker")));
    Locator store = page.getByRole(AriaRole.BUTTON, role("Store in the service"));
    Locator told = page.locator(".storing");
    store.click();
    assertThat(told).containsText("2 of 3 resources are stored.");
    assertThat(told)
        .containsText(
            "The store has this id already for a resource about Patient/night-pain-survivor");
    assertThat(told).containsText("Condition/night-pain-survivor-back-pain");
    assertThat(page.getByText("from the store")).isVisible();
    assertThat(page.getByRole(AriaRole.REGION, role("Problems")).locator("li")).hasCount(1);
    assertThat(stored("Condition/night-pain-survivor-back-pain"))
        .contains("Patient/night-pain-survivor");

    go("#/patients");
    choose("namesake.json", bundle.formatted(patient.formatted("taker", "1980-12-24")));
    store.click();
    assertThat(told).containsText("The store has a Patient/taker already");
    assertThat(told).containsText("born 1 Mar 1964. In this chart");
    assertThat(told).containsText("born 24 Dec 1980");
    assertThat(told).isFocused();
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    TestBrowser.keep(page, "same-id-1280");
    page.setViewportSize(390, 900);
    TestBrowser.keep(page, "same-id-390");
    page.getByRole(AriaRole.BUTTON, role("Do not store")).click();
    assertThat(told).hasCount(0);
    assertThat(stored("Patient/taker")).contains("1964-03-01");
    store.click();
    page.getByRole(AriaRole.BUTTON, role("Same person: store")).click();
    assertThat(told).containsText("1 of 1 resources is stored.");
    assertThat(page.getByText("from the store", new Page.GetByTextOptions().setExact(true)))
        .isVisible();
    assertThat(stored("Patient/taker")).contains("1980-12-24");

    walk("#/patients");
    choose(
        "mixed.json",
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"taker"},"prefetch":{"conditions":
        %s}}"""
            .formatted(bundle.formatted(cancerOf("added", "Patient/night-pain-survivor"))));
    page.locator(".card").first().waitFor();
    store.click();
    page.getByRole(AriaRole.BUTTON, role("Same person: store")).click();
    assertThat(told).containsText("0 of 1 resources are stored.");
    assertThat(told)
        .containsText("because about Patient/night-pain-survivor and not Patient/taker");
    browser.forgetErrors();
    page.evaluate(
        "async () => { for (const path of ['Condition/taker-own', 'Patient/taker'])"
            + " await fetch(`fhir/${path}`, {method: 'DELETE'}) }");
  }

  private static String stored(String reference) throws Exception {
    HttpResponse<String> answer = service.get("/fhir/" + reference);
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void saysWhatOfADropIsNotShown() {
    go("#/patients");
    page.evaluate(
        """
        () => {
          const patient = id => ({resource: {resourceType: 'Patient', id, gender: 'female', birthDate: '1960-01-01'}});
          const file = name => new File([JSON.stringify({resourceType: 'Bundle', entry: [patient('a'), patient('b')]})], name);
          const dataTransfer = new DataTransfer();
          ['first.json', 'second.json'].forEach(name => dataTransfer.items.add(file(name)));
          document.body.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
        }
        """);
    assertThat(page.locator(".who")).containsText("The file holds one more patient");
    assertThat(page.locator(".who")).containsText("only first.json was read, and not second.json");
    page.reload();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("Drop the file once more");
    assertThat(page.locator("h1")).hasText("Patients");

    choose(
        "request.json",
        "{\"hook\":\"encounter-start\",\"hookInstance\":\"1\",\"context\":{\"userId\":\"Practitioner/1\",\"patientId\":\"a\"}}");
    assertThat(page.locator(".answers")).containsText("No service answers the hook");
    assertThat(page.getByLabel("Hook")).hasValue("encounter-start");
  }

  @Test
  void namesWhatOfADropIsAboutSomeoneElse() {
    go("#/patients");
    choose(
        "subjects.json",
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
            + "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\",\"gender\":\"female\",\"birthDate\":\"1964-03-01\"}},"
            + cancerOf("earlier-version", "Patient/a/_history/2")
            + ","
            + cancerOf("merged", "Patient/old-a")
            + ","
            + cancerOf("elsewhere", "https://ehr.example.org/fhir/Patient/b/_history/3")
            + "]}");
    page.locator(".card, .silent").first().waitFor();
    assertThat(page.getByRole(AriaRole.REGION, role("Problems")).locator("li")).hasCount(1);
    assertThat(card("mammogram").first()).isVisible();
    assertThat(card("every 1 to 2 years")).hasCount(0);
    assertThat(page.locator(".who"))
        .containsText("Left out, because about another patient than a: 2.");
    assertThat(page.locator(".who")).containsText("Condition/merged is about Patient/old-a");
    assertThat(page.locator(".who")).containsText("Condition/elsewhere is about Patient/b");
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    TestBrowser.keep(page, "about-someone-else-1280");
    page.setViewportSize(390, 900);
    TestBrowser.keep(page, "about-someone-else-390");
  }

  private static String cancerOf(String id, String subject) {
    return """
        {"resource":{"resourceType":"Condition","id":"%s","subject":{"reference":"%s"},"onsetDateTime":"2019-02-01",
         "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
         "verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},
         "code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C50.911"}]}}}"""
        .formatted(id, subject);
  }

  @Test
  void readsTheContentAgainWhereThatFailed() {
    page.route(
        "**/fhir/ValueSet*",
        route -> route.fulfill(new Route.FulfillOptions().setStatus(500).setBody("{}")));
    go("#/patient/brca1-carrier");
    Locator again = page.getByRole(AriaRole.BUTTON, role("Try again"));
    assertThat(page.getByText("Timeline and family need the content")).isVisible();
    page.getByRole(AriaRole.ALERT)
        .getByRole(AriaRole.BUTTON, role(Pattern.compile("Close")))
        .click();
    assertThat(again).isVisible();
    page.unroute("**/fhir/ValueSet*");
    again.press("Enter");
    assertThat(page.locator(".pedigree").first()).isVisible();
    assertThat(page.locator(".timeline")).isVisible();
    browser.forgetErrors();
  }

  @Test
  void opensThePatientWhenTheServiceIsThereAgain() {
    go("#/patients");
    page.locator("table.list").waitFor();
    Pattern service = Pattern.compile("/(fhir|dev|cds-services)(/|$)");
    page.route(service, Route::abort);
    walk("#/patient/brca1-carrier");
    assertThat(page.getByRole(AriaRole.BUTTON, role("Open brca1-carrier again"))).isVisible();
    assertThat(page.getByText("The service does not answer").first()).isVisible();
    page.unroute(service);
    card("yearly breast MRI").waitFor();
    assertThat(page.locator(".failure")).hasCount(0);
    browser.forgetErrors();
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
    Locator other = page.getByRole(AriaRole.REGION, role("The other").setExact(true));
    assertThat(other).containsText("every 2 years");

    page.locator("main > .setup").last().getByText("All settings").click();
    page.locator("main > .setup").last().getByLabel("OverdueGraceMonths").fill("9");
    page.keyboard().press("Tab");
    assertThat(other).containsText("OverdueGraceMonths = 9");
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
    assertThat(page.getByLabel("Evaluated on")).hasValue("2026-06-01");
  }

  @Test
  void opensAPatientOfTheWorklistUnderTheGlancesOwnSetup() {
    go("#/patient/brca1-carrier");
    card("yearly breast MRI").waitFor();
    page.getByRole(AriaRole.LINK, role("Population")).click();
    assertThat(page.getByLabel("Evaluated on")).hasValue("");
    page.getByLabel("Evaluated on").fill("2027-01-15");
    page.getByLabel("Programme").selectOption("USPSTF-2024");
    page.getByRole(AriaRole.BUTTON, role("Evaluate 14 patients")).click();
    assertThat(page.getByText("14 of 14 patients in")).isVisible();
    page.getByRole(AriaRole.LINK, role("Odalys Wrenfield")).click();
    card("every 2 years").waitFor();
    assertThat(page.getByLabel("Evaluated on")).hasValue("2027-01-15");

    page.getByRole(AriaRole.LINK, role("Population")).click();
    page.getByLabel("Evaluated on").fill("2027-01-16");
    assertThat(page.getByText("is not the one of these answers")).isVisible();
  }

  @Test
  void addsWhatTheRecordLacks() {
    go("#/patient/up-to-date-mother");
    page.locator(".card, .silent").first().waitFor();
    Locator changed = page.getByRole(AriaRole.REGION, role("Edited on this page"));
    add("Symptom or sign");
    what().selectOption("breast-lump");
    page.getByRole(AriaRole.BUTTON, role("Add the fact")).click();
    assertThat(changed).containsText("Added: Breast lump, 1 Jun 2026");
    card("breast symptom recorded (lump)").waitFor();
    assertThat(page.locator(":focus")).hasText("Add a fact or relative");

    add("Symptom or sign");
    what().selectOption("fever");
    page.getByLabel("Said to be").selectOption("absent");
    page.getByRole(AriaRole.BUTTON, role("Add the fact")).click();
    assertThat(changed).containsText("Fever, absent");
    assertThat(
            page.locator(".timeline .mark.negative")
                .filter(new Locator.FilterOptions().setHasText("Fever")))
        .hasCount(1);

    page.getByRole(AriaRole.BUTTON, role("Undo all edits")).click();
    add("Imaging or report");
    what().selectOption("mammogram-any");
    page.getByLabel("Conclusion").selectOption("birads-4");
    page.getByRole(AriaRole.BUTTON, role("Add the fact")).click();
    card("BI-RADS 4").waitFor();

    add("Anything else");
    page.getByLabel("A FHIR R4 resource").fill("{\"resourceType\": 1");
    page.getByRole(AriaRole.BUTTON, role("Add the resource")).click();
    assertThat(page.locator("dialog [role=alert]")).containsText("Not saved:");
  }

  @Test
  void marksTheFactsOfAReasonAndShowsTheirResources() {
    go("#/patient/shared-decision-aunt/why~hereditary-cancer-referral");
    Locator rests = page.getByRole(AriaRole.REGION, role("Facts it rests on"));
    assertThat(rests).containsText("Maternal aunt");
    assertThat(page.locator(".pedigree .person.used")).hasCount(2);
    rests.getByText("Resource", new Locator.GetByTextOptions().setExact(true)).first().click();
    assertThat(rests.locator(".json").first()).containsText("\"FamilyMemberHistory\"");
    assertThat(page.getByRole(AriaRole.LINK, role("Possible spinal cord compression"))).isVisible();
  }

  @Test
  void showsThePatientWhoWasAskedForLast() {
    go("#/patients");
    page.locator("table.list").waitFor();
    page.route(
        "**/fhir/Patient/cord-compression/**",
        route -> {
          page.waitForTimeout(1500);
          route.resume();
        });
    walk("#/patient/cord-compression");
    walk("#/patient/brca1-carrier");
    card("yearly breast MRI").waitFor();
    page.waitForTimeout(2500);
    assertThat(page.locator("h1")).hasText("Junia Aldercroft");
    assertThat(card("yearly breast MRI")).isVisible();
  }

  @Test
  void drawsALargeFamilyWithoutWordsOnWords() {
    go("#/patients");
    choose("family.json", largeFamily());
    card("family history meets a criterion").waitFor();
    assertThat(page.locator(".pedigree .person")).hasCount(25);
    assertThat((List<?>) page.evaluate(OVERLAPS)).isEmpty();
    assertThat(page.locator(".apart .pedigree")).hasCount(2);
    assertThat(page.locator(".apart")).containsText("half-sister");
    // an adopted child, and not the patient who was adopted herself
    assertThat(page.locator(".kin.dashed")).hasCount(1);
    assertThat(page.locator(".pedigree .person").filter(named("parent of cousins")))
        .containsText("not recorded");

    walk("#/patients");
    choose("rows.json", familyWithLongRows());
    page.locator(".pedigree .person").filter(named("S7")).waitFor();
    assertThat(page.locator(".pedigree .person").filter(named("Sister"))).hasCount(8);
    assertThat(page.locator(".pedigree .person").filter(named("Sister")).first())
        .containsText("in her thi…");
    assertThat((List<?>) page.evaluate(OVERLAPS)).isEmpty();
    assertThat((List<?>) page.evaluate(LINES_THROUGH_WORDS)).isEmpty();
  }

  @Test
  void drawsPeopleAndAgesAsTheRulesReadThem() {
    go("#/patients");
    choose("family.json", unusualFamily());
    page.locator(".card, .silent").first().waitFor();
    Locator people = page.locator(".pedigree .person:has([data-stop])");
    assertThat(people.filter(named("Mother (Ann)"))).hasCount(1);
    assertThat(people.filter(named("Mother (Ann)")).locator("[data-stop]"))
        .hasAttribute(
            "aria-label", Pattern.compile("Malignant neoplasm of breast at 45; .*ovary at 60"));
    assertThat(people.filter(named("Twin sister, identical (Tina)"))).hasCount(1);
    Locator sister = people.filter(named("Sister (Sue)"));
    assertThat(sister).containsText("breast ca 45");
    assertThat(sister).containsText("d. in her sevent");
    assertThat(people.filter(named("Brother (Bo)")).locator("[data-stop]"))
        .hasAttribute("aria-label", Pattern.compile("at 40 or older, died at 8 months"));
    assertThat(people.filter(named("This patient")).locator("[data-stop]"))
        .hasAttribute("aria-label", Pattern.compile("colon at 42; .* variant \\(carrier\\)"));
    assertThat(people.filter(named("This patient")).locator(".carrier")).hasCount(1);
    assertThat(page.locator(".apart")).containsText("by which brother or sister is not recorded");
    assertThat(page.locator(".unplaced li")).hasCount(1);
    assertThat(page.locator(".unplaced"))
        .containsText("no rule reads the code of the relationship (urn:local SIS)");
    assertThat(page.locator(".who .dead")).hasCount(0);
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    // words that are cut short must not stand in what has another name
    assertThat(page.locator(".timeline .mark text").first()).isVisible();
    assertThat(page.locator("[data-stop] text")).hasCount(0);
    TestBrowser.keep(page, "unusual-family");
  }

  @Test
  void readsCodesUnderAllNamesOfTheirSystemsAsTheRulesDo() {
    go("#/patient/up-to-date-mother");
    card("family history meets a criterion").waitFor();
    assertThat(page.locator(".pedigree .person:has([data-stop])").filter(named("Mother")))
        .containsText("breast ca");
    assertThat(page.locator(".unplaced")).hasCount(0);

    walk("#/patients");
    choose(
        "oids.json",
        ownRecord(
            condition("urn:oid:2.16.840.1.113883.6.90", " C50911 ")
                + condition("http://hl7.org/fhir/sid/icd-10-cm/", "C50.912")
                + condition("urn:oid:2.16.840.1.113883.6.96", "161891005")
                + relative(
                    "MTH ",
                    "\"urn:oid:2.16.840.1.113883.5.111\"",
                    "Ann",
                    "254837009",
                    "\"onsetString\":\"45\"",
                    "")));
    card("mammogram of remaining breast tissue after breast cancer").waitFor();
    assertThat(page.locator(".facts-list .sets").filter(named("Breast malignancy"))).hasCount(2);
    assertThat(page.getByRole(AriaRole.REGION, role("Symptoms and signs")).locator("li"))
        .hasCount(1);
    assertThat(page.locator(".pedigree .person:has([data-stop])").filter(named("Mother (Ann)")))
        .containsText("breast ca 45");
    assertThat(page.locator(".pedigree .person:has([data-stop])").filter(named("This patient")))
        .containsText("breast ca 50");
    assertThat(page.locator(".unplaced")).hasCount(0);
  }

  @Test
  void drawsThePatientsOwnCancersAsTheRulesReadThem() {
    String icd = "http://hl7.org/fhir/sid/icd-10-cm";
    String snomed = "http://snomed.info/sct";
    go("#/patients");
    choose(
        "own.json",
        ownRecord(
            condition(icd, "C50.911")
                + condition(icd, "C77.3")
                + condition(icd, "C79.51")
                + condition(icd, "C78.7")
                + condition(icd, "Z80.42")
                + condition(snomed, "414205003")
                + condition(icd, "C61")));
    Locator self = page.locator(".pedigree .person:has([data-stop])").filter(named("This patient"));
    self.waitFor();
    assertThat(self.locator("[data-stop]"))
        .hasAttribute(
            "aria-label",
            "This patient: C50.911 at 50; C61 at 50; metastases (C77.3, C79.51, C78.7) at 50");
    assertThat(self.locator(".caption"))
        .hasText(
            new String[] {
              "this patient", "breast ca 50", "prostate ca 50", "metastases 50", "57 y"
            });

    walk("#/patients");
    choose("in-situ.json", ownRecord(condition(icd, "D05.11")));
    assertThat(self.locator("[data-stop]"))
        .hasAttribute("aria-label", "This patient: D05.11 at 50");
    assertThat(self.locator(".caption"))
        .hasText(new String[] {"this patient", "ca in situ 50", "57 y"});
    assertThat(self.locator(".breast")).hasCount(0);

    walk("#/patients");
    choose("nodes.json", ownRecord(condition(icd, "C50.911") + condition(icd, "C77.3")));
    assertThat(self.locator("[data-stop]"))
        .hasAttribute("aria-label", "This patient: C50.911 at 50; lymph nodes (C77.3) at 50");
    assertThat(self.locator(".caption"))
        .hasText(new String[] {"this patient", "breast ca 50", "nodes 50", "57 y"});

    walk("#/patients");
    choose("spread.json", ownRecord(condition(icd, "C79.51") + condition(icd, "Z80.3")));
    assertThat(self.locator("[data-stop]"))
        .hasAttribute("aria-label", "This patient: metastases (C79.51) at 50");
    assertThat(self.locator(".other")).hasCount(1);
  }

  /** A woman of 57 on the day that the service thinks it is, and what is recorded of her. */
  private static String ownRecord(String entries) {
    return """
        {"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female",
          "birthDate":"1970-01-01","meta":{"tag":[{"system":"https://oncohooks.org/CodeSystem/sample-patient","code":"2027-06-01"}]}}}%s]}
        """
        .formatted(entries);
  }

  private static String condition(String system, String code) {
    return """
        ,{"resource":{"resourceType":"Condition","id":"c%s","subject":{"reference":"Patient/p"},"onsetDateTime":"2020-02-01",
          "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
          "code":{"coding":[{"system":"%s","code":"%s"}]}}}
        """
        .formatted(code.strip().replace(".", "-"), system, code);
  }

  @Test
  void tellsOnlyWhatIsDueForThePatient() {
    go("#/patient/screening-overdue");
    Locator dues = page.locator(".timeline .due-text");
    duesAreKnown("screening-overdue");
    assertThat(dues).hasText(new String[] {"due 2 May 2025", "overdue 31 Aug 2025"});
    walk("#/patient/up-to-date-mother");
    duesAreKnown("up-to-date-mother");
    assertThat(dues).hasText(new String[] {"due 3 Oct 2027"});
    // after breast cancer there is no routine screening, but the yearly mammogram
    walk("#/patient/night-pain-survivor");
    duesAreKnown("night-pain-survivor");
    assertThat(dues).hasText(new String[] {"due 18 Mar 2026"});

    walk("#/patient/up-to-date-mother");
    duesAreKnown("up-to-date-mother");
    assertThat(dues).hasText(new String[] {"due 3 Oct 2027"});
    page.getByRole(AriaRole.BUTTON, role("Edit age and gender")).click();
    page.getByLabel("Date of birth").fill("1950-01-01");
    page.keyboard().press("Enter");
    // she will be 77 by then
    duesAreKnown("up-to-date-mother");
    assertThat(dues).hasCount(0);
    walk("#/patient/prophylactic-mastectomy");
    duesAreKnown("prophylactic-mastectomy");
    assertThat(dues).hasCount(0);
  }

  @Test
  void saysThatDueDatesOfALargeChartWereNotAskedFor() {
    go("#/patients");
    Locator dues = page.locator(".timeline .due-text");
    Locator ask = page.getByRole(AriaRole.BUTTON, role("Ask for due dates"));
    choose(
        "long.json",
        String.valueOf(
            page.evaluate(
                """
                async () => {
                  const chart = await (await fetch('fhir/Patient/screening-overdue/$everything?_count=200')).json();
                  const pulse = i => ({resource: {resourceType: 'Observation', id: `pulse-${i}`, status: 'final',
                    subject: {reference: 'Patient/screening-overdue'}, effectiveDateTime: '2024-01-01',
                    code: {coding: [{system: 'http://loinc.org', code: '8867-4'}]}, valueQuantity: {value: 60}}});
                  return JSON.stringify({resourceType: 'Bundle', type: 'collection',
                    entry: [...chart.entry, ...Array.from({length: 1000}, (_, i) => pulse(i))]});
                }
                """)));
    assertThat(page.getByText("Due dates were not asked for: large chart.")).isVisible();
    assertThat(dues).hasCount(0);
    assertThat(TestBrowser.seriousFindings(page)).isEmpty();
    TestBrowser.keep(page, "dues-not-asked-1280");

    page.route(
        "**/cds-services/breast-cancer-screening",
        route -> route.fulfill(new Route.FulfillOptions().setStatus(500).setBody("{}")));
    ask.click();
    assertThat(page.getByText("Due dates are not known, or not all")).isVisible();
    assertThat(dues).hasCount(0);
    page.unroute("**/cds-services/breast-cancer-screening");
    browser.forgetErrors();

    List<Route> held = hold("Patient/screening-overdue");
    ask.press("Enter");
    assertThat(page.getByText("Asking for due dates")).isVisible();
    assertThat(page.locator("#time-head")).isFocused();
    page.waitForCondition(() -> held.size() == 1);
    release(held);
    assertThat(dues).hasText(new String[] {"due 2 May 2025", "overdue 31 Aug 2025"});
    assertThat(page.getByText("Asking for due dates")).hasCount(0);
    assertThat(ask).hasCount(0);
  }

  /** Waits until the page has asked what is due. */
  private void duesAreKnown(String patient) {
    page.waitForFunction(
        """
        async id => {
          const {state} = await import(document.baseURI.split('#')[0] + 'workbench/store.js');
          return !state.evaluating && state.chart?.id === id && state.explained['breast-cancer-screening']?.dues;
        }
        """,
        patient);
  }

  @Test
  void tellsWhatIsToComeAndNamesOfAllForms() {
    go("#/patients");
    choose(
        "late.json",
        """
        {"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1950-03","deceasedDateTime":"2024-06-01"}},
        {"resource":{"resourceType":"Appointment","id":"a","status":"booked","start":"2099-02-01T10:00:00Z","description":"Mammogram",
        "participant":[{"status":"accepted"}]}},
        {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"text":"Old lump"},
        "onsetAge":{"value":45,"code":"a"},"recordedDate":"2020-01-01"}},
        {"resource":{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},
        "code":{"text":"A ratio"},"effectiveInstant":"2023-05-06T07:08:09Z",
        "valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}}},
        {"resource":{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","authoredOn":"2023-09-04",
        "subject":{"reference":"Patient/p"},"medicationReference":{"reference":"#med"},
        "contained":[{"resourceType":"Medication","id":"med","code":{"text":"Letrozole"}}]}},
        {"resource":{"resourceType":"MedicationRequest","id":"n","status":"active","intent":"order","authoredOn":"2023-09-05",
        "subject":{"reference":"Patient/p"},"medicationReference":{"reference":"Medication/x"}}},
        {"resource":{"resourceType":"Medication","id":"x","code":{"text":"Tamoxifen"}}},
        {"resource":{"resourceType":"QuestionnaireResponse","id":"q","status":"completed","authored":"2023-10-01",
        "subject":{"reference":"Patient/p"},"item":[{"linkId":"1","text":"First period","answer":[{"valueDecimal":12.5}]},
        {"linkId":"2","text":"Weight","answer":[{"valueQuantity":{"value":70,"unit":"kg"}}]}]}}]}
        """);
    page.locator(".card, .silent").first().waitFor();
    assertThat(page.locator(".who .dead")).hasText("Deceased, 1 Jun 2024, at 74");
    Locator marks = page.locator(".timeline .mark");
    assertThat(marks.filter(named("Mammogram, 1 Feb 2099"))).hasCount(1);
    assertThat(marks.filter(named("Old lump, at 45, about 1996"))).hasCount(1);
    assertThat(marks.filter(named("A ratio, 1 : 128, 6 May 2023"))).hasCount(1);
    assertThat(page.locator("#time-head").locator("xpath=../.."))
        .containsText("1 fact lies after the day evaluated.");
    page.getByRole(AriaRole.BUTTON, role("2 years")).click();
    assertThat(page.locator("#time-head").locator("xpath=../.."))
        .containsText("Outside this span:");
    for (String told :
        List.of("Letrozole", "Tamoxifen", "First period: 12.5", "Weight: 70 kg", "1 : 128")) {
      assertThat(page.locator(".facts-list").filter(named(told))).hasCount(1);
    }
  }

  private static Locator.FilterOptions named(String words) {
    return new Locator.FilterOptions().setHasText(words);
  }

  @Test
  void keepsLongAndForeignNamesInTheirPlace() {
    page.context().close();
    page = browser.page(390, 900, ColorScheme.LIGHT);
    String name = "\u0641\u0627\u0637\u0645\u0629 \u202e" + "Wolfeschlegelstein".repeat(8);
    go("#/patients");
    choose(
        "name.json",
        """
        {"resourceType":"Bundle","type":"collection","entry":[
         {"resource":{"resourceType":"Patient","id":"%1$s","name":[{"text":"X"}],"gender":"female","birthDate":"1960-01-01"}},
         {"resource":{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/%1$s"},
           "code":{"text":"X"},"valueQuantity":{"value":3,"unit":"X"},"effectiveDateTime":"2026-01-01"}}]}
        """
            .formatted("a".repeat(64))
            .replace("\"X\"", "\"" + name + "\""));
    page.locator(".card, .silent").first().waitFor();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(390);
    for (String told : List.of("h1", ".who .id", ".facts-list .value")) {
      assertThat(page.locator(told).first()).hasCSS("unicode-bidi", "isolate");
    }
    // a unit that turns the direction of writing turns nothing but itself
    assertThat(page.locator(".facts-list .value").first())
        .containsText("3 \u2068" + name + "\u2069");
    TestBrowser.keep(page, "long-name-390");
  }

  @Test
  void helpsAnIntegratorWithARequest() throws Exception {
    page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
    go("#/patients");
    String weights =
        IntStream.range(0, 600)
            .mapToObj(
                i ->
                    """
                    {"resource":{"resourceType":"Observation","id":"w%d","status":"final","subject":{"reference":"Patient/brca1-carrier"},
                    "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"it's $HOME `x`"}]},"valueQuantity":{"value":70}}}"""
                        .formatted(i))
            .collect(Collectors.joining(","));
    choose(
        "request.json",
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"brca1-carrier"},
         "fhirServer":"http://127.0.0.1:9/fhir","fhirAuthorization":{"access_token":"very-secret","token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"cds"},
         "extension":{"org.oncohooks.evaluationTime":"2026-06-01T12:00:00-05:00"},
         "prefetch":{"patient":{"resourceType":"Patient","id":"brca1-carrier","gender":"female","birthDate":"1990-01-01"},"weights":{"resourceType":"Bundle","type":"searchset","entry":[%s]}}}
        """
            .formatted(weights));
    page.locator(".card").first().waitFor();
    page.getByRole(AriaRole.LINK, role("Wire").setExact(true)).click();
    assertThat(page.getByText("Asked for by discovery, but not sent:")).isVisible();
    assertThat(page.getByText("Sent, but no key of discovery")).isVisible();
    page.getByText("As curl", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(page.content()).doesNotContain("very-secret");
    page.getByRole(AriaRole.BUTTON, role("Copy as curl")).click();
    assertThat(page.getByText("The curl command is copied.")).hasCount(1);
    String command = (String) page.evaluate("navigator.clipboard.readText()");
    assertThat(command).hasSizeGreaterThan(100_000).contains("<<'END'", "very-secret");
    assertThat(shell(command)).startsWith("{\"cards\":[");
  }

  private void add(String kind) {
    page.getByRole(AriaRole.BUTTON, role("Add a fact or relative")).click();
    page.getByRole(AriaRole.BUTTON, role(kind).setExact(true)).click();
  }

  private Locator what() {
    return page.locator("dialog select").first();
  }

  /** Pairs of words of different people that lie on each other. */
  private static final String OVERLAPS =
      """
      () => {
        const words = [...document.querySelectorAll('.scroll .person')].flatMap((person, of) =>
          [...person.querySelectorAll('.caption')].map(e => ({of, text: e.textContent, box: e.getBoundingClientRect()})));
        return words.flatMap(a => words
          .filter(b => a.of < b.of && a.box.x + 1 < b.box.right && b.box.x + 1 < a.box.right
            && a.box.y + 4 < b.box.bottom && b.box.y + 4 < a.box.bottom)
          .map(b => `${a.text} on ${b.text}`));
      }
      """;

  /** Lines of descent that run through the words of somebody. */
  private static final String LINES_THROUGH_WORDS =
      """
      () => {
        const box = e => e.getBoundingClientRect();
        const lines = [...document.querySelectorAll('.scroll .kin')].map(box);
        return [...document.querySelectorAll('.scroll .caption')].filter(e => lines.some(l => {
          const b = box(e);
          return l.x < b.right - 2 && b.x + 2 < l.right && l.y < b.bottom - 4 && b.y + 4 < l.bottom;
        })).map(e => e.textContent);
      }
      """;

  /** Eight sisters, each with an ailment of a long name, below grandparents who have much. */
  private static String familyWithLongRows() {
    String role = "\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\"";
    String onset = "\"onsetString\":\"in her thirties or so\"";
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      entries.append(relative("SIS", role, "S" + i, "254837009", onset, ""));
    }
    entries.append(
        relative("MGRMTH", role, "G", "254837009", onset, ",\"deceasedString\":\"at about 80\""));
    entries.append(relative("MGRMTH", role, "H", "363443007", onset, ""));
    return ownRecord(entries.toString());
  }

  /** A family written in more of the ways that FHIR has. */
  private static String unusualFamily() {
    String role = "\"http://terminology.hl7.org/CodeSystem/v3-RoleCode\"";
    String snomed = "\"http://snomed.info/sct\"";
    String relatives =
        relative("MTH", role, "Ann", "254837009", "\"onsetAge\":{\"value\":45,\"code\":\"a\"}", "")
            + relative("NMTH", role, "Ann", "363443007", "\"onsetString\":\"60\"", "")
            + relative("ITWINSIS", role, "Tina", "254837009", "\"onsetString\":\"thirties\"", "")
            + relative(
                "27733009",
                snomed,
                "Sue",
                "254837009",
                "\"onsetAge\":{\"value\":540,\"unit\":\"months\",\"code\":\"mo\"}",
                ",\"deceasedString\":\"in her seventies\"")
            + relative(
                "BRO",
                role,
                "Bo",
                "254837009",
                "\"onsetRange\":{\"low\":{\"value\":40}}",
                ",\"deceasedAge\":{\"value\":8,\"code\":\"mo\"}")
            + relative("NIECE", role, "Nia", "254837009", "\"onsetAge\":{\"value\":30}", "")
            + relative(
                "SIS", "\"urn:local\"", "Lou", "254837009", "\"onsetAge\":{\"value\":30}", "");
    return """
        {"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1970-01-01"}},
        {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":
        "http://hl7.org/fhir/sid/icd-10-cm","code":"C18.9","display":"Malignant neoplasm of colon"}]},
        "onsetAge":{"value":42,"code":"a"},"recordedDate":"2020-01-01"}},
        {"resource":{"resourceType":"Observation","id":"v","status":"final","subject":{"reference":"Patient/p"},"effectiveInstant":"2024-05-06T07:08:09Z",
        "code":{"coding":[{"system":"http://loinc.org","code":"69548-6"}]},
        "valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"LA9633-4"}]},"component":[%s,%s,%s]}}
        """
            .formatted(
                component("48018-6", "http://www.genenames.org/geneId", "HGNC:1100"),
                component("53037-8", "http://loinc.org", "LA6668-3"),
                component("48002-0", "http://loinc.org", "LA6683-2"))
        + relatives
        + "]}";
  }

  private static String component(String code, String system, String value) {
    return "{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"%s\"}]},\"valueCodeableConcept\":{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}}"
        .formatted(code, system, value);
  }

  private static String relative(
      String code, String system, String name, String disease, String onset, String more) {
    return """
        ,{"resource":{"resourceType":"FamilyMemberHistory","id":"f%s%s","status":"completed","patient":{"reference":"Patient/p"},"name":"%s",
        "relationship":{"coding":[{"system":%s,"code":"%s"}]},
        "condition":[{"code":{"coding":[{"system":"http://snomed.info/sct","code":"%s","display":"%s"}]},%s}]%s}}"""
        .formatted(
            code,
            name,
            name,
            system,
            code,
            disease,
            disease.equals("254837009")
                ? "Malignant neoplasm of breast"
                : "Malignant tumor of ovary",
            onset,
            more);
  }

  private static String largeFamily() {
    List<String> roles =
        List.of(
            "MTH",
            "FTH",
            "SIS",
            "SIS",
            "BRO",
            "HSIS",
            "DAU",
            "SON",
            "DAUADOPT",
            "MAUNT",
            "MAUNT",
            "MUNCLE",
            "PAUNT",
            "PUNCLE",
            "MGRMTH",
            "MGRFTH",
            "PGRMTH",
            "PGRFTH",
            "MCOUSN",
            "MCOUSN",
            "PCOUSN",
            "ADOPTM");
    String relatives =
        IntStream.range(0, roles.size())
            .mapToObj(
                i ->
                    """
                    ,{"resource":{"resourceType":"FamilyMemberHistory","id":"f%d","status":"completed","patient":{"reference":"Patient/p"},
                    "relationship":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":"%s"}]},
                    "condition":[{"code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]},"onsetAge":{"value":4%d,
                    "unit":"years","system":"http://unitsofmeasure.org","code":"a"}}],"deceasedAge":{"value":71,"unit":"a","system":"http://unitsofmeasure.org","code":"a"}}}"""
                        .formatted(i, roles.get(i), i % 10))
            .collect(Collectors.joining());
    return "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\","
        + "\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1970-01-01\"}}"
        + relatives
        + "]}";
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
    assertThat(page.locator("h1")).hasText("Junia Aldercroft");
    assertThat(page.locator(".who")).containsText("The request leaves patient, ");

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
      walk("#/patient/" + id);
      assertThat(page.locator(".who .id")).hasText(id);
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
    assertThat(shell((String) page.evaluate("navigator.clipboard.readText()")))
        .startsWith("{\"cards\":[")
        .contains("\"code\":\"diag\"");
  }

  private static String shell(String command) throws Exception {
    Path file = Files.createTempFile("copied", ".sh");
    Files.writeString(file, command);
    Process shell = new ProcessBuilder("sh", file.toString()).start();
    String answer = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor()).isZero();
    Files.delete(file);
    return answer;
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

    page.locator(".pedigree [tabindex='0']").focus();
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
          walk("#/" + view);
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
      assertThat(page.locator(".storing")).containsText("4001 of 4001 resources are stored.");
      page.getByRole(AriaRole.BUTTON, role("Edit age and gender")).click();
      page.getByLabel("Date of birth").fill("2001-01-01");
      page.keyboard().press("Enter");
      assertThat(page.locator(".changed .gone").first()).containsText("every 1 to 2 years");
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
    if (view.startsWith("patient/")) {
      assertThat(page.locator(".who .id")).hasText(view.split("/")[1]);
    } else {
      assertThat(page.locator("h1")).containsText(Pattern.compile(view, Pattern.CASE_INSENSITIVE));
    }
    if (view.equals("population")) {
      page.getByRole(AriaRole.BUTTON, role("Evaluate 14 patients")).click();
      page.getByText("14 of 14 patients in").waitFor();
    } else if (view.contains("why")) {
      page.locator(".pedigree").first().waitFor();
      page.locator(".cql:visible").first().waitFor();
    } else if (view.startsWith("patient/")) {
      page.locator(".card, .json").first().waitFor();
      page.locator("main").locator(".setup-box, .setup").first().waitFor();
    } else {
      page.locator("table.list, .recommendations").first().waitFor();
    }
  }

  /** Loads the page at a place. */
  private void go(String place) {
    boolean open = page.url().startsWith("http");
    walk(place);
    if (open) {
      page.reload();
    }
  }

  /** Goes to a place as a link does, without loading the page again. */
  private void walk(String place) {
    page.navigate("http://127.0.0.1:" + service.port() + "/" + place);
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
