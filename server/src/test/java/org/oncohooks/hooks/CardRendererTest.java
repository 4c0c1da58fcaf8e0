package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.text.TextContentRenderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.CodeCount;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.EvidenceHash;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.knowledge.CodedTerm;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.knowledge.Suggestion;
import org.oncohooks.patient.HookContext;

class CardRendererTest {

  private static final ZonedDateTime NOON = ZonedDateTime.parse("2026-06-01T12:00:00.5-05:00");
  private static final HookContext CONTEXT =
      new HookContext(
          "patient-view", "p1", Map.of(), Map.of("encounterId", TextNode.valueOf("e1")));
  private static final String HOSTILE =
      "<script>alert(1)</script> [x](javascript:alert(1)) ![](https://tracker.example/p)"
          + " www.evil.example https://evil.example a@evil.example\n\n"
          + "# heading\u202E";

  private final List<String> uuids = new ArrayList<>();
  private final CardRenderer renderer =
      new CardRenderer(
          () -> {
            uuids.add("uuid-" + uuids.size());
            return uuids.get(uuids.size() - 1);
          },
          new Links(List.of()),
          false);

  private static final org.oncohooks.knowledge.Link SOURCE =
      new org.oncohooks.knowledge.Link("Source (2026)", "https://example.org/source");

  private static Recommendation recommendation(String id, boolean atMostOne) {
    return new Recommendation(
        id,
        new CanonicalUrl("https://oncohooks.org/PlanDefinition/" + id, Optional.of("0.1.0")),
        "Title of " + id,
        new CodedTerm("https://oncohooks.org/CodeSystem/card-topic", id, "Topic " + id),
        "Lib",
        "Is Recommendation Applicable",
        "Static",
        Optional.empty(),
        Optional.of("Read the *guideline*."),
        Optional.empty(),
        Indicator.INFO,
        Optional.empty(),
        Optional.empty(),
        SOURCE,
        Optional.empty(),
        Optional.empty(),
        List.of(
            new org.oncohooks.knowledge.Link("Source again", "https://example.org/source"),
            new org.oncohooks.knowledge.Link("Other", "https://example.org/other"),
            new org.oncohooks.knowledge.Link("Bad", "javascript:alert(1)")),
        atMostOne,
        List.of(),
        List.of(new CodedTerm("https://oncohooks.org/CodeSystem/override-reason", "no", "No")),
        Set.of("Patient", "Condition"),
        Map.of(),
        Duration.ofDays(90));
  }

  private static Advice advice(String summary, List<Proposal> suggestions, Evidence... evidence) {
    return new Advice(
        summary,
        Indicator.WARNING,
        "Do it.",
        "Because.",
        List.of("Tool A: met."),
        SOURCE,
        Arrays.asList(evidence),
        List.of("Laterality"),
        suggestions);
  }

  private static Decision decision(List<Outcome> outcomes, String... incomplete) {
    return decision(CodeCount.NONE, outcomes, incomplete);
  }

  private static Decision decision(CodeCount codes, List<Outcome> outcomes, String... incomplete) {
    return new Decision(
        new Service("s", "The service", "D", false, List.of(), Map.of()),
        NOON,
        "abc123def456",
        outcomes,
        List.of(incomplete),
        List.of("Visits are not seen."),
        codes);
  }

  private static Outcome.Applies applies(Advice advice) {
    return new Outcome.Applies(recommendation("alert", false), advice, List.of("Nothing of that."));
  }

  private static Proposal suggestion(boolean recommended) {
    ObjectNode activity = JsonNodeFactory.instance.objectNode();
    activity.put("resourceType", "ActivityDefinition").put("url", "https://example.org/a");
    activity.put("version", "1").put("priority", "routine").put("description", "not copied");
    activity.putObject("code").put("text", "mammogram");
    activity.putArray("bodySite").addObject().put("text", "breast");
    return new Proposal(
        "a",
        "Order it",
        recommended,
        true,
        List.of(
            new Proposal.Step(
                Suggestion.Kind.CREATE, "Orders it.", Optional.of(activity), Optional.empty())));
  }

  private JsonNode render(Decision decision) {
    ObjectNode response = renderer.response(decision, CONTEXT);
    assertHoldsNothingEmpty(response, "");
    return response;
  }

  private static void assertHoldsNothingEmpty(JsonNode node, String place) {
    assertThat(node.isNull()).as(place).isFalse();
    if (node.isContainerNode()) {
      assertThat(node.isEmpty() && !place.equals(".cards")).as(place).isFalse();
      node.properties()
          .forEach(m -> assertHoldsNothingEmpty(m.getValue(), place + "." + m.getKey()));
      if (node.isArray()) {
        node.forEach(item -> assertHoldsNothingEmpty(item, place + "[]"));
      }
    } else {
      assertThat(node.asText()).as(place).isNotEmpty();
    }
  }

  /** SAFE-62. */
  @Test
  void rendersACardWithAllItsParts() {
    Evidence fact = new Evidence("Lump", Optional.of("2026-05"), Optional.of("Condition/c1"));
    JsonNode card =
        render(decision(List.of(applies(advice("Act now", List.of(suggestion(true)), fact)))))
            .path("cards")
            .path(0);
    assertThat(card.path("summary").asText()).isEqualTo("Act now");
    assertThat(card.path("indicator").asText()).isEqualTo("warning");
    assertThat(card.path("source").path("label").asText()).isEqualTo("Source (2026)");
    assertThat(card.path("source").path("url").asText()).isEqualTo("https://example.org/source");
    assertThat(card.path("source").path("topic").path("code").asText()).isEqualTo("alert");
    assertThat(card.path("selectionBehavior").asText()).isEqualTo("any");
    assertThat(card.path("overrideReasons").path(0).path("display").asText()).isEqualTo("No");
    assertThat(card.path("links")).hasSize(1);
    assertThat(card.path("links").path(0).toString())
        .isEqualTo(
            "{\"label\":\"Other\",\"url\":\"https://example.org/other\",\"type\":\"absolute\"}");
    assertThat(card.path("suggestions").path(0).path("isRecommended").asBoolean()).isTrue();
    assertThat(card.path("uuid").asText()).isEqualTo("uuid-0");
    assertThat(card.path("suggestions").path(0).path("uuid").asText()).isEqualTo("uuid-1");
    String detail = card.path("detail").asText();
    assertThat(detail)
        .startsWith("Do it.")
        .contains("**Why:** Because.")
        .contains("- Lump, 2026-05")
        .contains("**What each tool says:**\n\n- Tool A: met.")
        .contains("**Not recorded:**\n\n- Laterality")
        .contains("**Not looked at:**\n\n- Nothing of that.")
        .contains("Read the *guideline*.")
        .contains("[Source (2026)](<https://example.org/source>)")
        .contains("Title of alert, version 0.1.0; content abc123def456; evaluated for 2026-06-01")
        .doesNotContain("javascript:");
  }

  @Test
  @DisplayName("R-69: a create holds the new resource")
  void proposesADraftOrderForThisPatient() {
    JsonNode action =
        render(decision(List.of(applies(advice("Act", List.of(suggestion(false)))))))
            .at("/cards/0/suggestions/0/actions/0");
    assertThat(action.path("type").asText()).isEqualTo("create");
    assertThat(action.path("description").asText()).isEqualTo("Orders it.");
    assertThat(action.path("resource").toString())
        .isEqualTo(
            "{\"resourceType\":\"ServiceRequest\",\"instantiatesCanonical\":[\"https://example.org/a|1\"],"
                + "\"status\":\"draft\",\"intent\":\"proposal\",\"priority\":\"routine\","
                + "\"code\":{\"text\":\"mammogram\"},\"subject\":{\"reference\":\"Patient/p1\"},"
                + "\"encounter\":{\"reference\":\"Encounter/e1\"},"
                + "\"authoredOn\":\"2026-06-01T12:00:00-05:00\",\"bodySite\":[{\"text\":\"breast\"}]}");
  }

  @Test
  @DisplayName("R-62, R-65: at most one where the content says so")
  void offersAtMostOneWhereTheContentSaysSo() {
    Outcome.Applies one =
        new Outcome.Applies(
            recommendation("alert", true), advice("Act", List.of(suggestion(false))), List.of());
    JsonNode card = render(decision(List.of(one))).path("cards").path(0);
    assertThat(card.path("selectionBehavior").asText()).isEqualTo("at-most-one");
    assertThat(card.path("suggestions").path(0).has("isRecommended")).isFalse();
  }

  @Test
  void saysNothingAboutSelectionWithoutSuggestions() {
    JsonNode card = render(decision(List.of(applies(advice("Act", List.of()))))).at("/cards/0");
    assertThat(card.has("selectionBehavior")).isFalse();
    assertThat(card.has("suggestions")).isFalse();
  }

  @Test
  void answersAnEmptyListWhenNothingApplies() {
    JsonNode response =
        render(decision(List.of(new Outcome.DoesNotApply(recommendation("alert", false)))));
    assertThat(response.path("cards")).isEmpty();
    assertThat(response.at("/extension/org.oncohooks/knowledgeVersion").asText())
        .isEqualTo("abc123def456");
  }

  @Test
  @DisplayName("R-57: a long summary is cut after a word and kept in the detail")
  void cutsALongSummaryAfterAWordAndKeepsItInTheDetail() {
    String summary = "Word ".repeat(60).strip();
    JsonNode card = render(decision(List.of(applies(advice(summary, List.of()))))).at("/cards/0");
    String shown = card.path("summary").asText();
    assertThat(shown.codePointCount(0, shown.length())).isLessThanOrEqualTo(139);
    assertThat(shown).endsWith("Word…");
    assertThat(card.path("detail").asText()).startsWith(summary);
  }

  @Test
  void namesWhatAnotherRecommendationSpeaksFor() {
    Outcome.Applies first = applies(advice("First", List.of()));
    Outcome.Superseded second =
        new Outcome.Superseded(
            recommendation("second", false),
            advice("Second thing", List.of()),
            first.recommendation());
    JsonNode response = render(decision(List.of(first, second)));
    assertThat(response.path("cards")).hasSize(1);
    assertThat(response.at("/cards/0/detail").asText())
        .contains("**Also met:**\n\n- **Title of second**: Second thing");
  }

  @Test
  void namesWhatCouldNotBeEvaluatedAndWhy() {
    Problem why =
        Problem.of(ProblemCategory.DATA_MISSING, "data-missing", "conditions was not sent.");
    JsonNode response =
        render(
            decision(
                List.of(
                    new Outcome.NotEvaluated(recommendation("alert", false), why),
                    new Outcome.DoesNotApply(recommendation("second", false)))));
    JsonNode card = response.at("/cards/0");
    assertThat(card.at("/source/topic/code").asText()).isEqualTo("not-evaluated");
    assertThat(card.path("indicator").asText()).isEqualTo("info");
    assertThat(card.path("summary").asText()).isEqualTo("Could not be evaluated: Title of alert");
    assertThat(card.path("detail").asText())
        .contains("- **Title of alert**: conditions was not sent.")
        .contains("not an all-clear");
    assertThat(response.at("/extension/org.oncohooks/notSeen/0").asText())
        .isEqualTo("Visits are not seen.");
    assertThat(response.at("/extension/org.oncohooks/notEvaluated/0/code").asText())
        .isEqualTo("data-missing");
  }

  @Test
  void saysWhichDataCouldNotBeUsed() {
    JsonNode one = render(decision(List.of(), "No birth date is recorded.")).at("/cards/0");
    assertThat(one.path("summary").asText()).isEqualTo("No birth date is recorded.");
    assertThat(one.at("/source/topic/code").asText()).isEqualTo("data-incomplete");
    JsonNode two = render(decision(List.of(), "First.", "Second.")).at("/cards/0");
    assertThat(two.path("detail").asText()).isEqualTo("- First.\n- Second.");
    assertThat(two.path("summary").asText()).isEqualTo("First. (and 1 more, see the details)");
    JsonNode longer =
        render(decision(List.of(), "BI-RADS " + "word ".repeat(40), "Second.")).at("/cards/0");
    assertThat(longer.path("summary").asText())
        .startsWith("BI-RADS word")
        .endsWith("word… (and 1 more, see the details)")
        .hasSizeLessThan(140);
  }

  @Test
  @DisplayName("R-58, B11: what comes from the record is text")
  void showsWhatComesFromTheRecordAsText() {
    Evidence fact = new Evidence(HOSTILE, Optional.of("2026-05"), Optional.empty());
    Advice advice =
        new Advice(
            HOSTILE,
            Indicator.INFO,
            HOSTILE,
            HOSTILE,
            List.of(HOSTILE),
            SOURCE,
            List.of(fact),
            List.of(HOSTILE),
            List.of());
    JsonNode card = render(decision(List.of(applies(advice)), HOSTILE)).path("cards").path(0);
    String detail = card.path("detail").asText();
    assertOnlyContentLinks(detail);
    assertThat(card.path("summary").asText()).doesNotContain("\n", "\u202E");
    assertThat(detail).doesNotContain("<script", "\u202E");
    assertThat(plain(detail)).contains("<script>alert(1)</script> [x](javascript:alert(1))");
  }

  private static void assertOnlyContentLinks(String markdown) {
    List<String> found = new ArrayList<>();
    Parser.builder()
        .extensions(List.of(AutolinkExtension.create()))
        .build()
        .parse(markdown)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                found.add(link.getDestination());
              }

              @Override
              public void visit(Image image) {
                found.add("image");
              }

              @Override
              public void visit(HtmlBlock html) {
                found.add("html");
              }

              @Override
              public void visit(HtmlInline html) {
                found.add("html");
              }
            });
    assertThat(found).containsExactly("https://example.org/source", "https://example.org/other");
  }

  private static String plain(String markdown) {
    return TextContentRenderer.builder().build().render(Parser.builder().build().parse(markdown));
  }

  @Test
  void namesDiagnosesThatNoRuleHasReadAsTextAndTheFirstFiveOnly() {
    List<CodeCount.Unread> unread = new ArrayList<>();
    unread.add(
        new CodeCount.Unread(
            "Condition/x", "[click](https://evil.example) *ca* \u202Etsaerb", Optional.empty()));
    unread.add(new CodeCount.Unread("Condition/y", "174.9", Optional.of("urn:<b>icd</b>")));
    unread.add(new CodeCount.Unread("Condition/z", "", Optional.empty()));
    for (int i = 0; i < 5; i++) {
      unread.add(new CodeCount.Unread("Condition/" + i, "more", Optional.empty()));
    }
    CodeCount codes = new CodeCount(9, 8, 8, new TreeMap<>(), unread);
    JsonNode response = render(decision(codes, List.of(applies(advice("Act", List.of())))));
    String detail = response.at("/cards/0/detail").asText();
    assertThat(plain(detail))
        .contains("Diagnoses that no rule has read:")
        .contains("“[click](https:")
        .contains("*ca* tsaerb”, without a code, Condition/x")
        .contains("“174.9”, of the code system urn:<b>icd</b>, Condition/y")
        .contains("neither words nor a code, without a code, Condition/z")
        .contains("and 3 more")
        .doesNotContain("Condition/2");
    assertThat(detail).doesNotContain("<b>").doesNotContain("\u202E");
    JsonNode silent = render(decision(codes, List.of()));
    assertThat(silent.path("cards")).isEmpty();
    assertThat(silent.at("/extension/org.oncohooks/codes/unread/0/text").asText())
        .isEqualTo("[click](https://evil.example) *ca* tsaerb");
    assertThat(silent.at("/extension/org.oncohooks/codes/unread/1/system").asText())
        .isEqualTo("urn:<b>icd</b>");
  }

  @Test
  void saysHowManyEntriesHaveCodesThatCannotBeRead() {
    SortedMap<String, Integer> local = new TreeMap<>(Map.of("urn:local", 2));
    CodeCount codes = new CodeCount(9, 6, 1, local, List.of());
    JsonNode response = render(decision(codes, List.of(applies(advice("Act", List.of())))));
    assertThat(response.at("/cards/0/detail").asText())
        .contains("3 entries of the record have codes that can't be read here");
    JsonNode counted = response.at("/extension/org.oncohooks/codes");
    assertThat(counted.path("concepts").asInt()).isEqualTo(9);
    assertThat(counted.path("inNoValueSet").asInt()).isEqualTo(6);
    assertThat(counted.path("withoutSystem").asInt()).isEqualTo(1);
    assertThat(counted.path("ofUnknownSystems").path("urn:local").asInt()).isEqualTo(2);
    JsonNode one =
        render(
            decision(
                new CodeCount(1, 1, 1, new TreeMap<>(), List.of()),
                List.of(applies(advice("Act", List.of())))));
    assertThat(one.at("/cards/0/detail").asText()).contains("One entry of the record has a code");
    JsonNode none = render(decision(List.of(applies(advice("Act", List.of())))));
    assertThat(none.at("/cards/0/detail").asText()).doesNotContain("can't be read");
  }

  @Test
  void listsAtMostTwentyFiveFactsAndSaysHowManyMore() {
    Evidence[] facts =
        IntStream.range(0, 40)
            .mapToObj(i -> new Evidence("Fact " + i, Optional.empty(), Optional.empty()))
            .toArray(Evidence[]::new);
    JsonNode card =
        render(decision(List.of(applies(advice("Act", List.of(), facts))))).at("/cards/0");
    assertThat(card.path("detail").asText())
        .contains("- Fact 24, no date recorded\n- and 15 more")
        .doesNotContain("Fact 25");
    assertThat(card.at("/extension/org.oncohooks.evidence/facts")).hasSize(40);
  }

  @Test
  void listsAtMostFiftyFactsInTheExtensionAndCountsTheRest() {
    Evidence[] facts =
        IntStream.range(0, 4_000)
            .mapToObj(i -> new Evidence("Fact " + i, Optional.empty(), Optional.empty()))
            .toArray(Evidence[]::new);
    JsonNode evidence =
        render(decision(List.of(applies(advice("Act", List.of(), facts)))))
            .at("/cards/0/extension/org.oncohooks.evidence");
    assertThat(evidence.path("facts")).hasSize(50);
    assertThat(evidence.path("factsNotListed").asInt()).isEqualTo(3_950);
  }

  @Test
  @DisplayName("R-69, R-70, R-71: an update holds the whole order, a delete its reference only")
  void changesAndDeletesDrafts() {
    ObjectNode draft = JsonNodeFactory.instance.objectNode();
    draft.put("resourceType", "ServiceRequest").put("id", "d").put("status", "draft");
    draft.putObject("code").put("text", "old");
    draft.putArray("note").addObject().put("text", "kept");
    ObjectNode activity = JsonNodeFactory.instance.objectNode();
    activity.putObject("code").put("text", "new");
    Proposal proposal =
        new Proposal(
            "a",
            "Change it",
            false,
            false,
            List.of(
                new Proposal.Step(
                    Suggestion.Kind.UPDATE,
                    "Changes it.",
                    Optional.of(activity),
                    Optional.of(draft)),
                new Proposal.Step(
                    Suggestion.Kind.DELETE, "", Optional.empty(), Optional.of(draft))));
    JsonNode actions =
        render(decision(List.of(applies(advice("Act", List.of(proposal))))))
            .at("/cards/0/suggestions/0/actions");
    assertThat(actions.get(0).toString())
        .isEqualTo(
            "{\"type\":\"update\",\"description\":\"Changes it.\",\"resource\":"
                + "{\"resourceType\":\"ServiceRequest\",\"id\":\"d\",\"status\":\"draft\","
                + "\"code\":{\"text\":\"new\"},\"note\":[{\"text\":\"kept\"}]}}");
    assertThat(actions.get(1).toString())
        .isEqualTo(
            "{\"type\":\"delete\",\"description\":\"Change it\",\"resourceId\":"
                + "\"ServiceRequest/d\"}");
  }

  @Test
  @DisplayName("R-72: what may be done unasked is a suggestion unless the site has agreed to it")
  void neverActsByItself() {
    JsonNode response =
        render(decision(List.of(applies(advice("Act", List.of(suggestion(true)))))));
    assertThat(response.has("systemActions")).isFalse();
    assertThat(response.at("/cards/0/suggestions")).hasSize(1);
    assertThat(response.at("/cards/0/detail").asText()).doesNotContain("without asking");
  }

  @Test
  @DisplayName("R-72: system actions where the site has agreed, and the card says so")
  void actsByItselfWhereASiteHasAgreed() {
    Proposal asked = suggestion(false);
    asked = new Proposal(asked.id(), "Ask first", false, false, asked.steps());
    ObjectNode response =
        new CardRenderer(() -> "u", new Links(List.of()), true)
            .response(
                decision(List.of(applies(advice("Act", List.of(suggestion(true), asked))))),
                CONTEXT);
    assertHoldsNothingEmpty(response, "");
    assertThat(response.path("systemActions")).hasSize(1);
    JsonNode action = response.at("/systemActions/0");
    assertThat(action.path("type").asText()).isEqualTo("create");
    assertThat(action.path("description").asText()).isEqualTo("Orders it.");
    assertThat(action.at("/resource/status").asText()).isEqualTo("draft");
    assertThat(response.at("/cards/0/suggestions"))
        .singleElement()
        .satisfies(s -> assertThat(s.path("label").asText()).isEqualTo("Ask first"));
    assertThat(response.at("/cards/0/detail").asText())
        .contains("**Done without asking, as agreed with your site:**", "- Order it");
  }

  @Test
  @DisplayName("R-77: only a SMART app is told something")
  void linksToApps() {
    Recommendation base = recommendation("alert", false);
    org.oncohooks.knowledge.Link app =
        new org.oncohooks.knowledge.Link(
            "The app", "https://app.example.org/launch", true, Optional.of("risk"));
    Recommendation withApp =
        new Recommendation(
            base.id(),
            base.canonical(),
            base.title(),
            base.topic(),
            base.library(),
            base.condition(),
            base.summary(),
            base.summaryDefine(),
            base.background(),
            base.textDefine(),
            base.indicator(),
            base.indicatorDefine(),
            base.assessmentDefine(),
            base.source(),
            base.sourceLabelDefine(),
            base.sourceUrlDefine(),
            List.of(app),
            base.atMostOne(),
            base.suggestions(),
            base.overrideReasons(),
            base.requiredTypes(),
            base.optionalTypes(),
            base.repeatInterval());
    JsonNode card =
        render(decision(List.of(new Outcome.Applies(withApp, advice("Act", List.of()), List.of()))))
            .at("/cards/0");
    assertThat(card.at("/links/0").toString())
        .isEqualTo(
            "{\"label\":\"The app\",\"url\":\"https://app.example.org/launch\","
                + "\"type\":\"smart\",\"appContext\":\"risk\"}");
    assertThat(card.path("detail").asText()).doesNotContain("app.example.org");
  }

  @Test
  void hashesTheSameEvidenceAlikeInAnyOrder() {
    Evidence a = new Evidence("A", Optional.of("2026"), Optional.of("Condition/a"));
    Evidence b = new Evidence("B", Optional.empty(), Optional.empty());
    CodedTerm topic = new CodedTerm("s", "t", "d");
    String hash = EvidenceHash.of(topic, advice("x", List.of(), a, b));
    assertThat(hash).matches("[0-9a-f]{64}");
    assertThat(EvidenceHash.of(topic, advice("y", List.of(), b, a))).isEqualTo(hash);
    assertThat(EvidenceHash.of(topic, advice("x", List.of(), a))).isNotEqualTo(hash);
    assertThat(EvidenceHash.of(new CodedTerm("s", "u", "d"), advice("x", List.of(), a, b)))
        .isNotEqualTo(hash);
  }
}
