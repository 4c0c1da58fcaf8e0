package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.NearestName;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.UnknownMember;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** Runs cases against content. Thread-safe. */
public final class CaseRunner {

  private static final Duration PER_CASE = Duration.ofSeconds(30);

  private static final int SUMMARY_LIMIT = 140;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> CARD_KEYS =
      List.of(
          "topic",
          "indicator",
          "summary",
          "text",
          "reason",
          "assessment",
          "source",
          "evidence",
          "notRecorded",
          "suggestions");

  private final Knowledge knowledge;

  public CaseRunner(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  /**
   * @return what differs from what is expected; empty if nothing does
   */
  public List<Difference> run(Case tested) {
    List<Difference> differences = new ArrayList<>();
    try {
      List<UnknownName> unknown = unknownNames(tested);
      unknown.forEach(name -> differences.add(name.difference()));
      if (unknown.stream().anyMatch(UnknownName::asked)) {
        return differences;
      }
      expectsSomething(tested, differences);
      PatientRecord patient = record(tested);
      defines(tested, patient, differences);
      if (tested.service().isPresent()) {
        decision(tested, patient, differences);
      }
    } catch (ProblemException e) {
      differences.add(
          Difference.failure(
              "evaluation", "an answer", e.problem().text() + " " + e.problem().places()));
    }
    return differences;
  }

  /**
   * A name in a case that nobody has.
   *
   * @param name as it stands in the case
   * @param difference what was to be there
   * @param asked whether the case asks for it, so that there can be no answer
   */
  public record UnknownName(String name, Difference difference, boolean asked) {}

  /**
   * The names that a case gives to types and elements of FHIR, to its service, hook, settings and
   * defines, and that are not there. Nothing is evaluated for that.
   */
  public List<UnknownName> unknownNames(Case tested) {
    List<UnknownName> unknown = new ArrayList<>();
    ofFhir(tested, unknown);
    ofServices(tested, unknown);
    Set<String> settings = knowledge.program().parameters();
    for (String name : tested.parameters().keySet()) {
      if (!settings.contains(name)) {
        asked(
            unknown,
            name,
            "parameters",
            "settings of the content",
            name + NearestName.hint(name, settings) + ", which is none");
      }
    }
    for (String name : tested.defines().keySet()) {
      noDefine(tested, name)
          .ifPresent(text -> asked(unknown, name, "defines", "defines of the content", text));
    }
    return unknown;
  }

  private static void asked(
      List<UnknownName> unknown, String name, String what, String expected, String actual) {
    unknown.add(new UnknownName(name, Difference.failure(what, expected, actual), true));
  }

  /** What FHIR does not have is seen by no rule: a change of it would change nothing. */
  private void ofFhir(Case tested, List<UnknownName> unknown) {
    CqlProgram fhir = knowledge.program();
    for (String type : tested.missing()) {
      if (!fhir.isResourceType(type)) {
        unknown.add(
            new UnknownName(
                type,
                Difference.failure(
                    "missing", "types of FHIR R4", type + ", which it does not have"),
                false));
      }
    }
    for (ObjectNode resource : tested.resources()) {
      String type = resource.path("resourceType").asText("");
      String name = type + "/" + resource.path("id").asText();
      if (!fhir.isResourceType(type)) {
        unknown.add(
            new UnknownName(
                type,
                Difference.failure(
                    name, "a type of FHIR R4", "'" + type + "', which it does not have"),
                false));
        continue;
      }
      List<UnknownMember> members = fhir.unknownMembers(resource);
      if (!members.isEmpty()) {
        unknown.add(
            new UnknownName(
                members.get(0).name(),
                Difference.failure(
                    name,
                    "elements that " + type + " has in FHIR R4",
                    members.stream()
                            .map(member -> member.place() + member.hint())
                            .collect(Collectors.joining(", "))
                        + ", which nothing reads"),
                false));
      }
    }
  }

  /** On another hook nothing is ever said: a case that expects no card there would always hold. */
  private void ofServices(Case tested, List<UnknownName> unknown) {
    if (tested.service().isEmpty()) {
      return;
    }
    String named = tested.service().get();
    Optional<Service> service = knowledge.service(named);
    if (service.isEmpty()) {
      List<String> ids = knowledge.services().stream().map(Service::id).toList();
      asked(unknown, named, "service", "one of the content", named + NearestName.hint(named, ids));
      return;
    }
    boolean answered =
        tested.cards().isPresent()
            || tested.dataIncomplete().isPresent()
            || tested.status().isPresent()
            || !tested.notEvaluated().isEmpty();
    if (answered && !service.get().hooks().contains(tested.hook())) {
      asked(
          unknown,
          tested.hook(),
          "hook",
          "one that the service " + named + " answers: " + service.get().hooks(),
          tested.hook());
    }
  }

  /** A case that can't fail is none. */
  private void expectsSomething(Case tested, List<Difference> differences) {
    if (!tested.defines().isEmpty()
        || tested.cards().isPresent()
        || !tested.notEvaluated().isEmpty()
        || tested.dataIncomplete().isPresent()
        || tested.status().isPresent()) {
      return;
    }
    Optional<Service> service = tested.service().flatMap(knowledge::service);
    if (service.isEmpty()) {
      differences.add(
          Difference.failure("the case", "defines or cards", "nothing that it expects"));
      return;
    }
    Decision decision = decide(tested, service.get(), record(tested));
    ArrayNode cards = JSON.arrayNode();
    decision.speaking().ifPresent(applies -> cards.add(card(applies)));
    differences.add(
        new Difference("cards", "anything", words(decision), List.of("cards"), Optional.of(cards)));
  }

  private static ObjectNode card(Outcome.Applies applies) {
    return JSON.objectNode()
        .put("topic", applies.recommendation().topic().code())
        .put("indicator", applies.advice().indicator().code());
  }

  /**
   * The decision of the case's service for its patient, as a call at its instant would get it;
   * empty if the case names no service.
   */
  public Optional<Decision> decide(Case tested) {
    return tested
        .service()
        .flatMap(knowledge::service)
        .map(service -> decide(tested, service, record(tested)));
  }

  /** The hook's context with which a case is evaluated. */
  public static HookContext context(Case tested) {
    return context(tested, record(tested));
  }

  Decision decide(Case tested, Service service, PatientRecord patient) {
    return new DecisionEngine()
        .decide(
            knowledge,
            service,
            context(tested, patient),
            patient,
            tested.evaluatedAt(),
            tested.parameters(),
            Deadline.after(PER_CASE));
  }

  private static HookContext context(Case tested, PatientRecord patient) {
    return HookContext.read(tested.hook(), patient.patientId(), Optional.empty(), tested.context());
  }

  /** The patient of a case. */
  public static PatientRecord record(Case tested) {
    String patientId = "";
    for (ObjectNode resource : tested.resources()) {
      if (resource.path("resourceType").asText().equals("Patient")) {
        patientId = resource.path("id").asText();
      }
    }
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    for (ObjectNode resource : tested.resources()) {
      String type = resource.path("resourceType").asText();
      if (!tested.missing().contains(type)) {
        record.add(resource, type + "/" + resource.path("id").asText());
      }
    }
    tested.missing().forEach(t -> record.gap(new DataGap(t, t, DataGap.Reason.NOT_SENT)));
    return record.build();
  }

  private void defines(Case tested, PatientRecord patient, List<Difference> differences) {
    if (tested.defines().isEmpty()) {
      return;
    }
    try (CqlEvaluation evaluation = begin(tested, patient)) {
      tested
          .defines()
          .forEach(
              (name, expected) -> {
                JsonNode actual = value(evaluation, tested, name);
                if (!matches(expected, actual)) {
                  differences.add(
                      new Difference(
                          name,
                          expected.toString(),
                          actual.toString(),
                          List.of("defines", name),
                          Optional.of(accepted(expected, actual))));
                }
              });
    }
  }

  CqlEvaluation begin(Case tested, PatientRecord patient) {
    return knowledge
        .program()
        .begin(
            patient,
            context(tested, patient),
            tested.evaluatedAt(),
            tested.parameters(),
            Deadline.after(PER_CASE));
  }

  /**
   * @param name of a define of the case's library, or {@code Library.Name}
   */
  JsonNode value(CqlEvaluation evaluation, Case tested, String name) {
    noDefine(tested, name)
        .ifPresent(
            text -> {
              throw CaseFolder.problem(tested.name(), "asks for " + text);
            });
    return evaluation.evaluate(library(tested, name), define(name));
  }

  private static String library(Case tested, String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? tested.library() : name.substring(0, dot);
  }

  private static String define(String name) {
    return name.substring(name.indexOf('.') + 1);
  }

  /** What a case asks for, and that it is not there; empty if it is. */
  private Optional<String> noDefine(Case tested, String name) {
    String library = library(tested, name);
    CqlProgram program = knowledge.program();
    if (!program.hasLibrary(library)) {
      return Optional.of(
          name
              + ", and there is no library "
              + library
              + NearestName.hint(library, knowledge.sources().keySet()));
    }
    String define = define(name);
    return program.defines(library).contains(define)
        ? Optional.empty()
        : Optional.of(
            library
                + ".\""
                + define
                + "\", which is no define"
                + NearestName.hint(define, program.defines(library)));
  }

  /** In the form in which it was expected, where that can hold. */
  private static JsonNode accepted(JsonNode expected, JsonNode actual) {
    if (expected.isObject() && expected.size() == 1) {
      switch (expected.fieldNames().next()) {
        case "exists":
          return JSON.objectNode()
              .put("exists", actual.isArray() ? !actual.isEmpty() : !actual.isNull());
        case "count":
          return actual.isArray() ? JSON.objectNode().put("count", actual.size()) : actual;
        default:
          break;
      }
    }
    return actual;
  }

  private static boolean matches(JsonNode expected, JsonNode actual) {
    if (expected.isObject() && expected.size() == 1) {
      String key = expected.fieldNames().next();
      JsonNode value = expected.get(key);
      switch (key) {
        case "exists":
          return value.asBoolean() == (actual.isArray() ? !actual.isEmpty() : !actual.isNull());
        case "count":
          return actual.isArray() && actual.size() == value.asInt();
        case "contains":
          return actual.toString().contains(value.asText());
        default:
          break;
      }
    }
    return expected.isNumber() && actual.isNumber()
        ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
        : expected.equals(actual);
  }

  private void decision(Case tested, PatientRecord patient, List<Difference> differences) {
    Service service = knowledge.service(tested.service().orElseThrow()).orElseThrow();
    Decision decision = decide(tested, service, patient);
    tested.cards().ifPresent(expected -> cards(expected, decision, differences));
    decision.speaking().ifPresent(applies -> summaryLength(applies, differences));
    if (!tested.notEvaluated().isEmpty() || tested.status().isEmpty()) {
      notEvaluated(tested, decision, differences);
    }
    tested.status().ifPresent(status -> status(status, decision, patient, differences));
    tested
        .dataIncomplete()
        .ifPresent(
            expected -> {
              if (expected == decision.dataIncomplete().isEmpty()) {
                differences.add(
                    new Difference(
                        "dataIncomplete",
                        String.valueOf(expected),
                        decision.dataIncomplete().toString(),
                        List.of("dataIncomplete"),
                        Optional.of(JSON.booleanNode(!expected))));
              }
            });
  }

  /** The service refuses a call if none of its recommendations could be evaluated. */
  private static void status(
      int expected, Decision decision, PatientRecord patient, List<Difference> differences) {
    Optional<Problem> refused = NothingEvaluated.in(decision, patient, false);
    int actual =
        refused.isEmpty()
            ? 200
            : refused.get().category() == ProblemCategory.DATA_MISSING ? 412 : 0;
    if (actual != expected) {
      differences.add(
          new Difference(
              "status",
              String.valueOf(expected),
              refused
                  .map(problem -> (actual == 412 ? "412: " : "an error: ") + problem.text())
                  .orElse("200"),
              List.of("status"),
              actual == 0 ? Optional.empty() : Optional.of(JSON.numberNode(actual))));
    }
  }

  /**
   * What the case lists has to be among what was not evaluated, and of its own library nothing else
   * may be. A case that lists none expects all to be evaluated.
   */
  private static void notEvaluated(Case tested, Decision decision, List<Difference> differences) {
    List<String> actual = new ArrayList<>();
    List<String> own = new ArrayList<>();
    for (Outcome.NotEvaluated outcome : decision.notEvaluated()) {
      String topic = outcome.recommendation().topic().code();
      actual.add(topic);
      if (outcome.recommendation().library().equals(tested.library())) {
        own.add(topic);
      }
    }
    List<String> others = new ArrayList<>(actual);
    List<String> listed = new ArrayList<>();
    List<String> unlisted = new ArrayList<>(tested.notEvaluated().isEmpty() ? actual : own);
    for (String topic : tested.notEvaluated()) {
      unlisted.remove(topic);
      if (others.remove(topic)) {
        listed.add(topic);
      }
    }
    if (unlisted.isEmpty() && listed.size() == tested.notEvaluated().size()) {
      return;
    }
    String why =
        decision.notEvaluated().stream()
            .map(outcome -> outcome.problem().text())
            .distinct()
            .collect(Collectors.joining(" "));
    ArrayNode accepted = JSON.arrayNode();
    listed.forEach(accepted::add);
    unlisted.forEach(accepted::add);
    differences.add(
        new Difference(
            "not evaluated",
            tested.notEvaluated() + (tested.notEvaluated().isEmpty() ? "" : " among others"),
            actual + (why.isEmpty() ? "" : ": " + why),
            List.of("notEvaluated"),
            Optional.of(accepted)));
  }

  /** CDS Hooks 2.0, card attributes: a summary has fewer than 140 characters. */
  private static void summaryLength(Outcome.Applies applies, List<Difference> differences) {
    String summary = applies.advice().summary();
    int length = summary.codePointCount(0, summary.length());
    if (length >= SUMMARY_LIMIT) {
      differences.add(
          Difference.failure(
              "card summary",
              "at most " + (SUMMARY_LIMIT - 1) + " characters",
              length + " characters, which would be cut: " + summary));
    }
  }

  private static String words(Decision decision) {
    return decision
        .speaking()
        .map(o -> o.recommendation().topic().code() + " \"" + o.advice().summary() + "\"")
        .orElse("no card");
  }

  private static String words(List<JsonNode> cards) {
    return cards.isEmpty()
        ? "no card"
        : cards.stream().map(CaseRunner::words).collect(Collectors.joining("; "));
  }

  private static String words(JsonNode card) {
    return card.properties().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue().asText())
        .collect(Collectors.joining(", "));
  }

  private static void cards(
      List<JsonNode> expected, Decision decision, List<Difference> differences) {
    List<Outcome.Applies> actual = decision.speaking().stream().toList();
    if (actual.size() != expected.size()) {
      ArrayNode accepted = JSON.arrayNode();
      actual.forEach(applies -> accepted.add(card(applies)));
      differences.add(
          new Difference(
              "cards",
              words(expected),
              words(decision) + unspoken(expected, decision),
              List.of("cards"),
              Optional.of(accepted)));
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      for (Map.Entry<String, JsonNode> entry : expected.get(i).properties()) {
        List<String> place = List.of("cards", String.valueOf(i), entry.getKey());
        card(place, entry.getValue().asText(), actual.get(i), decision, differences);
      }
    }
  }

  /** Why the expected cards are not the one that speaks, a clause for each; else empty. */
  private static String unspoken(List<JsonNode> expected, Decision decision) {
    return expected.stream()
        .map(card -> card.path("topic").asText(""))
        .filter(topic -> !topic.isEmpty())
        .map(topic -> unspoken(topic, decision))
        .collect(Collectors.joining());
  }

  private static String unspoken(String topic, Decision decision) {
    List<Outcome> outcomes =
        decision.outcomes().stream()
            .filter(outcome -> outcome.recommendation().topic().code().equals(topic))
            .toList();
    if (outcomes.stream().anyMatch(Outcome.Applies.class::isInstance)) {
      return "";
    }
    for (Outcome.Superseded loser : decision.superseded()) {
      if (outcomes.contains(loser)) {
        return "; "
            + topic
            + " applies, but "
            + loser.by().topic().code()
            + " comes before it in the service and speaks for it (also met)";
      }
    }
    if (outcomes.isEmpty()) {
      return "; the service has no " + topic + " on this hook";
    }
    return outcomes.stream().anyMatch(Outcome.NotEvaluated.class::isInstance)
        ? "; " + topic + " could not be evaluated"
        : "; " + topic + " does not apply";
  }

  private static void card(
      List<String> place,
      String expected,
      Outcome.Applies actual,
      Decision decision,
      List<Difference> differences) {
    String key = place.get(2);

    Advice advice = actual.advice();
    String value =
        switch (key) {
          case "topic" -> actual.recommendation().topic().code();
          case "indicator" -> advice.indicator().code();
          case "summary" -> advice.summary();
          case "text" -> advice.text();
          case "reason" -> advice.reason();
          case "evidence" ->
              advice.evidence().stream().map(CaseRunner::line).collect(Collectors.joining("; "));
          case "assessment" -> String.join("; ", advice.assessment());
          case "source" -> advice.source().label() + " " + advice.source().url();
          case "notRecorded" -> String.join("; ", advice.notRecorded());
          case "suggestions" ->
              advice.suggestions().stream()
                  .map(CaseRunner::suggestion)
                  .collect(Collectors.joining(" "));
          default -> null;
        };
    if (value == null) {
      differences.add(
          Difference.failure(
              "card " + key,
              expected,
              "no such key"
                  + NearestName.hint(key, CARD_KEYS)
                  + "; known: "
                  + String.join(" ", CARD_KEYS)));
      return;
    }
    boolean holds =
        switch (key) {
          case "topic", "indicator" -> value.equals(expected);
          case "suggestions" -> suggested(expected, value);
          default -> value.contains(expected);
        };
    if (!holds) {
      String why = key.equals("topic") ? unspoken(expected, decision) : "";
      differences.add(
          new Difference(
              "card " + key, expected, value + why, place, Optional.of(JSON.textNode(value))));
    }
  }

  /** Each that is expected is there by its whole id, with or without what it would change. */
  private static boolean suggested(String expected, String actual) {
    Set<String> words = new HashSet<>();
    for (String suggestion : actual.split(" ")) {
      words.add(suggestion);
      words.add(suggestion.replaceFirst("\\(.*", ""));
    }
    return words.containsAll(List.of(expected.split(" ")));
  }

  /** The id, and what it would change or delete: {@code remove(ServiceRequest/abc)}. */
  private static String suggestion(Proposal proposal) {
    String targets =
        proposal.steps().stream()
            .flatMap(step -> step.target().stream())
            .map(HookContext::reference)
            .collect(Collectors.joining(","));
    return targets.isEmpty() ? proposal.id() : proposal.id() + "(" + targets + ")";
  }

  private static String line(Evidence evidence) {
    return evidence.fact()
        + evidence.date().map(d -> " " + d).orElse("")
        + evidence.resource().map(r -> " " + r).orElse("");
  }
}
