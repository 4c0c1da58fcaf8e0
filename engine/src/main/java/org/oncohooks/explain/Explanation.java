package org.oncohooks.explain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.oncohooks.Problem;
import org.oncohooks.cql.CqlMark;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.cql.CqlTrace.Node;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.knowledge.CodedTerm;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Recommendation;

/** Why a decision came out as it did, as JSON of bounded size. One decision, one instance. */
public final class Explanation {

  private static final int FORMAT = 1;
  private static final String INCLUSION = "Inclusion Criteria";
  private static final String EXCLUSION = "Exclusion Criteria";

  private final Knowledge knowledge;
  private final CqlTrace trace;
  private final SourceText text;
  private final ExplainedTrees trees;

  private Explanation(Knowledge knowledge, CqlTrace trace) {
    this.knowledge = knowledge;
    this.trace = trace;
    this.text = new SourceText(knowledge.sources());
    this.trees = new ExplainedTrees(trace);
  }

  /**
   * @param hook the hook invoked
   * @param knowledge the content that decided
   * @param trace of that evaluation
   */
  public static ObjectNode of(Decision decision, String hook, Knowledge knowledge, CqlTrace trace) {
    return new Explanation(knowledge, trace).json(decision, hook);
  }

  /**
   * Of defines that were evaluated without a decision: as of a decision, but without service, hook
   * and recommendations.
   *
   * @param library whose trees come first
   */
  public static ObjectNode of(
      String library, ZonedDateTime evaluatedAt, Knowledge knowledge, CqlTrace trace) {
    ObjectNode json = head(evaluatedAt, knowledge.version());
    json.putArray("recommendations");
    new Explanation(knowledge, trace).evaluated(json, Set.of(library));
    return json;
  }

  private static ObjectNode head(ZonedDateTime evaluatedAt, String version) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("format", FORMAT)
        .put("evaluatedAt", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(evaluatedAt))
        .put("knowledgeVersion", version);
  }

  private ObjectNode json(Decision decision, String hook) {
    ObjectNode json = head(decision.evaluatedAt(), decision.knowledgeVersion());
    json.put("service", decision.service().id());
    json.put("hook", hook);
    texts(json, "dataIncomplete", decision.dataIncomplete());
    texts(json, "notSeen", decision.unseen());
    json.set("codes", decision.codes().json());
    ArrayNode recommendations = json.putArray("recommendations");
    decision.outcomes().forEach(outcome -> recommendations.add(recommendation(outcome)));
    Set<String> first = new LinkedHashSet<>();
    decision.outcomes().forEach(outcome -> first.add(outcome.recommendation().library()));
    evaluated(json, first);
    return json;
  }

  private void evaluated(ObjectNode json, Set<String> first) {
    json.set("defines", trees.defines(first));
    json.set("retrieves", new ExplainedRetrieves(trace, text).json());
    json.set("valueSets", valueSets(json.get("retrieves")));
    json.set("libraries", libraries());
    ObjectNode cut = trees.cut();
    if (!cut.isEmpty()) {
      json.set("cut", cut);
    }
  }

  // --- One recommendation ------------------------------------------------------------------------

  private ObjectNode recommendation(Outcome outcome) {
    Recommendation recommendation = outcome.recommendation();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("recommendation", recommendation.canonical().toString());
    json.put("title", recommendation.title());
    json.put("topic", recommendation.topic().code());
    json.put("library", recommendation.library());
    json.put("condition", recommendation.condition());
    json.put("outcome", outcome(outcome));
    texts(json, "words", words(outcome));
    advice(outcome)
        .ifPresent(
            advice -> {
              json.put("summary", advice.summary());
              json.put("indicator", advice.indicator().code());
              json.put("reason", advice.reason());
              card(json, recommendation, advice);
              texts(json, "notRecorded", advice.notRecorded());
              texts(
                  json,
                  "facts",
                  advice.evidence().stream()
                      .map(Evidence::resource)
                      .flatMap(Optional::stream)
                      .distinct()
                      .toList());
            });
    if (outcome instanceof Outcome.NotEvaluated missed) {
      json.set("problem", problem(missed.problem()));
    }
    ArrayNode criteria = json.putArray("criteria");
    for (String define : criteria(recommendation)) {
      ObjectNode entry = criteria.addObject().put("define", define);
      Optional<Node> body = trace.define(recommendation.library(), define);
      entry.put("asked", body.isPresent());
      body.flatMap(Node::value).ifPresent(value -> entry.set("value", value));
    }
    trace
        .define(recommendation.library(), recommendation.condition())
        .ifPresent(body -> because(json, body));
    return json;
  }

  /** What else the card says. */
  private static void card(ObjectNode json, Recommendation recommendation, Advice advice) {
    json.put("text", advice.text());
    texts(json, "assessment", advice.assessment());
    json.putObject("source")
        .put("label", advice.source().label())
        .put("url", advice.source().url());
    texts(json, "suggestions", advice.suggestions().stream().map(Proposal::label).toList());
    texts(
        json,
        "overrideReasons",
        recommendation.overrideReasons().stream().map(CodedTerm::display).toList());
  }

  private static List<String> criteria(Recommendation recommendation) {
    return List.of(INCLUSION, EXCLUSION, recommendation.condition());
  }

  private void because(ObjectNode json, Node body) {
    ArrayNode steps = json.putArray("because");
    Map<String, ObjectNode> nulls = new LinkedHashMap<>();
    for (Because.Step step : Because.of(trace, body)) {
      steps.add(step(step));
      Because.whereNullBegan(trace, step.node())
          .ifPresent(node -> nulls.putIfAbsent(node.library() + node.locator(), place(node)));
    }
    Because.whereNullBegan(trace, body)
        .ifPresent(node -> nulls.putIfAbsent(node.library() + node.locator(), place(node)));
    if (!nulls.isEmpty()) {
      json.putArray("nulls").addAll(nulls.values());
    }
  }

  private ObjectNode step(Because.Step step) {
    ObjectNode json = place(step.node());
    json.put("depth", step.depth());
    step.name().ifPresent(name -> json.put("library", name.library()).put("define", name.name()));
    step.node().value().ifPresent(value -> json.set("value", ExplainedTrees.brief(value)));
    Set<String> facts = new LinkedHashSet<>();
    step.node().value().ifPresent(value -> facts.addAll(Facts.in(value)));
    if (!step.operands().isEmpty()) {
      ArrayNode operands = json.putArray("operands");
      for (Node operand : step.operands()) {
        ObjectNode entry = operands.addObject().put("text", words(operand));
        operand.value().ifPresent(value -> entry.set("value", ExplainedTrees.brief(value)));
        operand.value().ifPresent(value -> facts.addAll(Facts.in(value)));
      }
    }
    texts(json, "resources", List.copyOf(facts));
    return json;
  }

  private ObjectNode place(Node node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("library", node.library());
    node.locator()
        .ifPresent(
            locator -> {
              json.put("at", locator);
              text.at(node.library(), locator).ifPresent(t -> json.put("text", t));
            });
    return json;
  }

  private String words(Node node) {
    return node.locator()
        .flatMap(locator -> text.at(node.library(), locator))
        .orElseGet(node::kind);
  }

  private static String outcome(Outcome outcome) {
    if (outcome instanceof Outcome.Applies) {
      return "applies";
    }
    if (outcome instanceof Outcome.Superseded) {
      return "superseded";
    }
    if (outcome instanceof Outcome.Suppressed) {
      return "suppressed";
    }
    return outcome instanceof Outcome.DoesNotApply ? "does-not-apply" : "not-evaluated";
  }

  private static Optional<Advice> advice(Outcome outcome) {
    if (outcome instanceof Outcome.Applies applies) {
      return Optional.of(applies.advice());
    }
    if (outcome instanceof Outcome.Superseded superseded) {
      return Optional.of(superseded.advice());
    }
    return outcome instanceof Outcome.Suppressed suppressed
        ? Optional.of(suppressed.advice())
        : Optional.empty();
  }

  private List<String> words(Outcome outcome) {
    if (outcome instanceof Outcome.Applies applies) {
      return List.of("Shown: it is the card of this service.", applies.advice().reason());
    }
    if (outcome instanceof Outcome.Superseded superseded) {
      return List.of(
          "It applies too, and is named on the card of \"" + superseded.by().title() + "\".",
          superseded.advice().reason());
    }
    if (outcome instanceof Outcome.Suppressed suppressed) {
      return List.of(
          "It applies, and is not repeated: a clinician has "
              + suppressed.answer().outcome()
              + " the same card on "
              + suppressed.answer().since()
              + ". It is shown again from "
              + suppressed.until()
              + ".");
    }
    if (outcome instanceof Outcome.NotEvaluated missed) {
      return List.of("It could not be evaluated. " + missed.problem().text());
    }
    return silence(outcome.recommendation());
  }

  /** Why a recommendation that was evaluated does not apply. */
  private List<String> silence(Recommendation recommendation) {
    Optional<Node> exclusion = trace.define(recommendation.library(), EXCLUSION);
    Optional<Node> inclusion = trace.define(recommendation.library(), INCLUSION);
    if (exclusion.isPresent() && is(exclusion.get(), true)) {
      return sentences("Not shown: an exclusion holds.", exclusion.get());
    }
    if (inclusion.isPresent() && is(inclusion.get(), false)) {
      return sentences("Not shown: it is not for this patient now.", inclusion.get());
    }
    Optional<Node> unknown =
        List.of(inclusion, exclusion).stream()
            .flatMap(Optional::stream)
            .filter(node -> node.value().map(JsonNode::isNull).orElse(false))
            .findFirst();
    if (unknown.isPresent()) {
      return sentences("Not shown: whether it applies can't be told.", unknown.get());
    }
    return trace
        .define(recommendation.library(), recommendation.condition())
        .map(condition -> sentences("Not shown: its condition does not hold.", condition))
        .orElse(List.of("Not shown: its condition does not hold."));
  }

  private static boolean is(Node node, boolean wanted) {
    return node.value().map(v -> v.isBoolean() && v.booleanValue() == wanted).orElse(false);
  }

  /** The reason and the last named steps of what led to it: those nearest to the facts. */
  private List<String> sentences(String reason, Node body) {
    List<String> sentences = new ArrayList<>();
    sentences.add(reason);
    List<Because.Step> steps = Because.of(trace, body);
    Set<String> said = new LinkedHashSet<>();
    for (int i = 0; i < steps.size(); i++) {
      Because.Step step = steps.get(i);
      boolean innermost =
          i + 1 == steps.size()
              || steps.get(i + 1).depth() <= step.depth()
              || steps.subList(i + 1, steps.size()).stream()
                  .takeWhile(s -> s.depth() > step.depth())
                  .noneMatch(s -> s.name().isPresent());
      if (step.name().isPresent() && innermost) {
        String value = step.node().value().map(Words::of).orElse("failed");
        Set<String> facts = step.node().value().map(Facts::in).orElse(Set.of());
        said.add(
            step.name().get().name()
                + ": "
                + value
                + (facts.isEmpty() || facts.contains(value)
                    ? ""
                    : " (" + String.join(", ", facts) + ")")
                + ".");
      } else if (step.name().isEmpty() && step.depth() == 0) {
        said.add(
            words(step.node()) + ": " + step.node().value().map(Words::of).orElse("failed") + ".");
      }
    }
    sentences.addAll(said);
    return sentences;
  }

  private static ObjectNode problem(Problem problem) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", problem.code()).put("text", problem.text());
    texts(json, "places", problem.places());
    return json;
  }

  // --- What stands behind it
  // -----------------------------------------------------------------------

  private ObjectNode valueSets(JsonNode retrieves) {
    Set<String> urls = new TreeSet<>();
    retrieves.forEach(
        retrieve -> {
          if (retrieve.has("valueSet")) {
            urls.add(retrieve.get("valueSet").asText());
          }
        });
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (JsonNode valueSet : knowledge.resources().getOrDefault("ValueSet", List.of())) {
      String url = valueSet.path("url").asText();
      if (urls.contains(url)) {
        json.putObject(url)
            .put("title", valueSet.path("title").asText(valueSet.path("name").asText()))
            .put("version", valueSet.path("version").asText())
            .put("codes", valueSet.path("expansion").path("contains").size());
      }
    }
    return json;
  }

  private ObjectNode libraries() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (String name : trace.libraries()) {
      CqlSource source = knowledge.sources().get(name);
      if (source == null) {
        continue;
      }
      ObjectNode library = json.putObject(name);
      library.put("version", knowledge.program().version(name));
      library.put("file", source.file());
      library.put("source", source.text());
      ArrayNode marks = library.putArray("marks");
      trace.marks(name).forEach(mark -> marks.add(mark(mark)));
    }
    return json;
  }

  private static ObjectNode mark(CqlMark mark) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", mark.locator());
    count(json, "true", mark.yes());
    count(json, "false", mark.no());
    count(json, "null", mark.unknown());
    count(json, "other", mark.other());
    count(json, "failed", mark.failed());
    mark.value().ifPresent(value -> json.set("value", ExplainedTrees.brief(value)));
    return json;
  }

  private static void count(ObjectNode json, String name, long times) {
    if (times > 0) {
      json.put(name, times);
    }
  }

  static void texts(ObjectNode json, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = json.putArray(name);
      texts.forEach(array::add);
    }
  }
}
