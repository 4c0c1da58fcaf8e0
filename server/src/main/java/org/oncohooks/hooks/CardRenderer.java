package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.CodeCount;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.EvidenceHash;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.decision.ProposedOrder;
import org.oncohooks.knowledge.CodedTerm;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Link;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.patient.HookContext;

/** Renders a decision as a CDS Hooks response (CDS Hooks 2.0, CDS service response). */
final class CardRenderer {

  /** Member of a card's extension. */
  static final String EVIDENCE = "org.oncohooks.evidence";

  private static final String TOPICS = "https://oncohooks.org/CodeSystem/card-topic";
  private static final CodedTerm NOT_EVALUATED =
      new CodedTerm(TOPICS, "not-evaluated", "Not evaluated");
  private static final CodedTerm DATA_INCOMPLETE =
      new CodedTerm(TOPICS, "data-incomplete", "Data incomplete");

  /** More facts are counted and not listed; a chart may hold thousands. */
  private static final int MOST_FACTS = 50;

  private final Supplier<String> uuids;
  private final Links links;
  private final boolean systemActions;

  /**
   * @param uuids gives a new random UUID each time; cards and suggestions are told apart by them
   * @param links which links are shown
   * @param systemActions whether what content declares a system action goes out as one
   */
  CardRenderer(Supplier<String> uuids, Links links, boolean systemActions) {
    this.systemActions = systemActions;
    this.uuids = uuids;
    this.links = links;
  }

  ObjectNode response(Decision decision, HookContext context) {
    ObjectNode response = JsonNodeFactory.instance.objectNode();
    ArrayNode cards = response.putArray("cards");
    decision
        .speaking()
        .ifPresent(
            applies -> {
              List<Proposal> unasked =
                  applies.advice().suggestions().stream().filter(this::isUnasked).toList();
              cards.add(card(applies, unasked, decision, context));
              if (!unasked.isEmpty()) {
                ArrayNode actions = response.putArray("systemActions");
                unasked.forEach(p -> actions(p, context, decision.evaluatedAt(), actions));
              }
            });
    if (!decision.notEvaluated().isEmpty()) {
      cards.add(notEvaluated(decision));
    }
    if (!decision.dataIncomplete().isEmpty()) {
      cards.add(dataIncomplete(decision));
    }
    response.putObject("extension").set("org.oncohooks", about(decision));
    return response;
  }

  private boolean isUnasked(Proposal proposal) {
    return systemActions && proposal.bySystem();
  }

  private static ObjectNode about(Decision decision) {
    ObjectNode about = JsonNodeFactory.instance.objectNode();
    about.put("knowledgeVersion", decision.knowledgeVersion());
    about.put("evaluatedAt", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(decision.evaluatedAt()));
    if (!decision.unseen().isEmpty()) {
      ArrayNode list = about.putArray("notSeen");
      decision.unseen().forEach(list::add);
    }
    about.set("codes", codes(decision.codes()));
    if (!decision.suppressed().isEmpty()) {
      ArrayNode list = about.putArray("suppressed");
      decision.suppressed().forEach(outcome -> list.add(suppressed(outcome)));
    }
    if (!decision.notEvaluated().isEmpty()) {
      ArrayNode list = about.putArray("notEvaluated");
      decision
          .notEvaluated()
          .forEach(
              outcome -> {
                ObjectNode entry =
                    list.addObject()
                        .put("recommendation", outcome.recommendation().canonical().toString())
                        .put("code", outcome.problem().code())
                        .put("text", outcome.problem().text());
                List<String> places = outcome.problem().places();
                if (!places.isEmpty()) {
                  ArrayNode named = entry.putArray("places");
                  places.forEach(named::add);
                }
              });
    }
    return about;
  }

  /** The record's own words are cleaned here as everywhere. */
  private static ObjectNode codes(CodeCount count) {
    ObjectNode codes = count.json();
    for (JsonNode entry : codes.path("unread")) {
      String text = PlainText.clean(entry.path("text").asText(""));
      ((ObjectNode) entry).remove("text");
      if (!text.isEmpty()) {
        ((ObjectNode) entry).put("text", text);
      }
    }
    return codes;
  }

  /** Silence has to be explained: what is not repeated, who answered it how, and until when. */
  private static ObjectNode suppressed(Outcome.Suppressed outcome) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("recommendation", outcome.recommendation().canonical().toString())
        .put("title", PlainText.clean(outcome.recommendation().title()))
        .put("outcome", outcome.answer().outcome())
        .put("since", outcome.answer().since().toString())
        .put("until", outcome.until().toString())
        .put("card", outcome.answer().card());
  }

  private ObjectNode card(
      Outcome.Applies applies, List<Proposal> unasked, Decision decision, HookContext context) {
    Recommendation recommendation = applies.recommendation();
    Advice advice = applies.advice();
    String whole = PlainText.clean(advice.summary());
    String summary = PlainText.cut(whole, PlainText.SUMMARY);
    Optional<String> cut = summary.equals(whole) ? Optional.empty() : Optional.of(whole);
    ObjectNode card =
        card(summary, CardDetail.of(applies, unasked, decision, cut, links), advice.indicator());
    card.set("source", source(advice.source(), recommendation.topic()));
    if (advice.suggestions().size() > unasked.size()) {
      ArrayNode suggestions = card.putArray("suggestions");
      advice.suggestions().stream()
          .filter(proposal -> !isUnasked(proposal))
          .forEach(s -> suggestions.add(suggestion(s, context, decision.evaluatedAt())));
      card.put("selectionBehavior", recommendation.atMostOne() ? "at-most-one" : "any");
    }
    if (!recommendation.overrideReasons().isEmpty()) {
      ArrayNode reasons = card.putArray("overrideReasons");
      recommendation.overrideReasons().forEach(reason -> reasons.add(coding(reason)));
    }
    links(recommendation, advice.source(), card);
    card.putObject("extension").set(EVIDENCE, evidence(recommendation, advice));
    return card;
  }

  private ObjectNode notEvaluated(Decision decision) {
    List<Outcome.NotEvaluated> outcomes = decision.notEvaluated();
    String summary =
        outcomes.stream()
            .map(outcome -> PlainText.clean(outcome.recommendation().title()))
            .collect(Collectors.joining("; ", "Could not be evaluated: ", ""));
    ObjectNode card =
        card(
            PlainText.cut(summary, PlainText.SUMMARY),
            CardDetail.ofNotEvaluated(outcomes),
            Indicator.INFO);
    card.set("source", ownSource(decision, NOT_EVALUATED));
    return card;
  }

  private ObjectNode dataIncomplete(Decision decision) {
    List<String> sentences = decision.dataIncomplete();
    String first = PlainText.clean(sentences.get(0));
    String others =
        sentences.size() == 1 ? "" : " (and " + (sentences.size() - 1) + " more, see the details)";
    ObjectNode card =
        card(
            PlainText.cut(first, PlainText.SUMMARY - others.length()) + others,
            CardDetail.ofDataIncomplete(sentences),
            Indicator.INFO);
    card.set("source", ownSource(decision, DATA_INCOMPLETE));
    return card;
  }

  private ObjectNode card(String summary, String detail, Indicator indicator) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("uuid", uuids.get())
        .put("summary", summary)
        .put("detail", detail)
        .put("indicator", indicator.code());
  }

  private ObjectNode source(Link source, CodedTerm topic) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("label", source.label());
    if (links.mayShow(source)) {
      node.put("url", source.url());
    }
    node.set("topic", coding(topic));
    return node;
  }

  private static ObjectNode ownSource(Decision decision, CodedTerm topic) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("label", "OncoHooks, " + decision.service().title());
    node.set("topic", coding(topic));
    return node;
  }

  private static ObjectNode coding(CodedTerm term) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("system", term.system())
        .put("code", term.code())
        .put("display", term.display());
  }

  private ObjectNode suggestion(Proposal proposal, HookContext context, ZonedDateTime evaluatedAt) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("label", proposal.label()).put("uuid", uuids.get());
    if (proposal.recommended()) {
      node.put("isRecommended", true);
    }
    actions(proposal, context, evaluatedAt, node.putArray("actions"));
    return node;
  }

  private static void actions(
      Proposal proposal, HookContext context, ZonedDateTime evaluatedAt, ArrayNode actions) {
    for (Proposal.Step step : proposal.steps()) {
      ObjectNode action = actions.addObject();
      String description = step.description();
      action
          .put("type", step.kind().code())
          .put("description", description.isBlank() ? proposal.label() : description);
      switch (step.kind()) {
        case CREATE ->
            action.set(
                "resource", ProposedOrder.of(step.activity().orElseThrow(), context, evaluatedAt));
        case UPDATE ->
            action.set(
                "resource",
                ProposedOrder.changed(step.target().orElseThrow(), step.activity().orElseThrow()));
        case DELETE -> action.put("resourceId", HookContext.reference(step.target().orElseThrow()));
      }
    }
  }

  private void links(Recommendation recommendation, Link source, ObjectNode card) {
    List<Link> shown =
        recommendation.citations().stream()
            .filter(links::mayShow)
            .filter(link -> link.smart() || !link.url().equals(source.url()))
            .toList();
    if (!shown.isEmpty()) {
      ArrayNode array = card.putArray("links");
      shown.forEach(link -> array.add(link(link)));
    }
  }

  private static ObjectNode link(Link link) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("label", link.label()).put("url", link.url());
    node.put("type", link.smart() ? "smart" : "absolute");
    link.appContext().ifPresent(appContext -> node.put("appContext", appContext));
    return node;
  }

  private static ObjectNode evidence(Recommendation recommendation, Advice advice) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("hash", EvidenceHash.of(recommendation.topic(), advice));
    node.put("recommendation", recommendation.canonical().toString());
    if (!advice.evidence().isEmpty()) {
      ArrayNode facts = node.putArray("facts");
      advice.evidence().stream().limit(MOST_FACTS).forEach(fact -> facts.add(fact(fact)));
      if (advice.evidence().size() > MOST_FACTS) {
        node.put("factsNotListed", advice.evidence().size() - MOST_FACTS);
      }
    }
    return node;
  }

  private static ObjectNode fact(Evidence evidence) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("fact", PlainText.clean(evidence.fact()));
    evidence.date().ifPresent(date -> node.put("date", date));
    evidence.resource().ifPresent(resource -> node.put("resource", resource));
    return node;
  }
}
