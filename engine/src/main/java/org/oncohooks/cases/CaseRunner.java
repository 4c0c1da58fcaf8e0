package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.Evidence;
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

  private final Knowledge knowledge;

  public CaseRunner(Knowledge knowledge) {
    this.knowledge = knowledge;
  }

  /**
   * @return what differs from what is expected, a line each; empty if nothing does
   */
  public List<String> run(Case tested) {
    List<String> differences = new ArrayList<>();
    try {
      PatientRecord patient = record(tested);
      HookContext context =
          HookContext.read(tested.hook(), patient.patientId(), Optional.empty(), tested.context());
      defines(tested, patient, context, differences);
      if (tested.service().isPresent()) {
        decision(tested, patient, context, differences);
      }
    } catch (ProblemException e) {
      differences.add(e.problem().text() + " " + e.problem().places());
    }
    return differences;
  }

  private static PatientRecord record(Case tested) {
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

  private void defines(
      Case tested, PatientRecord patient, HookContext context, List<String> differences) {
    if (tested.defines().isEmpty()) {
      return;
    }
    try (CqlEvaluation evaluation =
        knowledge
            .program()
            .begin(
                patient,
                context,
                tested.evaluatedAt(),
                tested.parameters(),
                Deadline.after(PER_CASE))) {
      tested
          .defines()
          .forEach(
              (name, expected) -> {
                int dot = name.indexOf('.');
                String library = dot < 0 ? tested.library() : name.substring(0, dot);
                JsonNode actual = evaluation.evaluate(library, name.substring(dot + 1));
                if (!matches(expected, actual)) {
                  differences.add(name + ": expected " + expected + ", was " + actual);
                }
              });
    }
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

  private void decision(
      Case tested, PatientRecord patient, HookContext context, List<String> differences) {
    Optional<Service> service = knowledge.service(tested.service().orElseThrow());
    if (service.isEmpty()) {
      differences.add("there is no service " + tested.service().get());
      return;
    }
    Decision decision =
        new DecisionEngine()
            .decide(
                knowledge,
                service.get(),
                context,
                patient,
                tested.evaluatedAt(),
                tested.parameters(),
                Deadline.after(PER_CASE));
    tested.cards().ifPresent(expected -> cards(expected, decision, differences));
    decision.speaking().ifPresent(applies -> summaryLength(applies, differences));
    List<String> notEvaluated =
        decision.notEvaluated().stream().map(o -> o.recommendation().topic().code()).toList();
    if (!notEvaluated.equals(tested.notEvaluated())) {
      String why =
          decision.notEvaluated().stream()
              .map(o -> o.problem().text())
              .collect(Collectors.joining(" "));
      differences.add(
          "not evaluated: expected " + tested.notEvaluated() + ", was " + notEvaluated + " " + why);
    }
    tested
        .dataIncomplete()
        .ifPresent(
            expected -> {
              if (expected == decision.dataIncomplete().isEmpty()) {
                differences.add(
                    "dataIncomplete: expected " + expected + ", was " + decision.dataIncomplete());
              }
            });
  }

  /** CDS Hooks 2.0, card attributes: a summary has fewer than 140 characters. */
  private static void summaryLength(Outcome.Applies applies, List<String> differences) {
    String summary = applies.advice().summary();
    int length = summary.codePointCount(0, summary.length());
    if (length >= SUMMARY_LIMIT) {
      differences.add("the summary has " + length + " characters and would be cut: " + summary);
    }
  }

  private static void cards(List<JsonNode> expected, Decision decision, List<String> differences) {
    List<Outcome.Applies> actual = decision.speaking().stream().toList();
    if (actual.size() != expected.size()) {
      differences.add(
          "cards: expected "
              + expected
              + ", was "
              + actual.stream()
                  .map(o -> o.recommendation().topic().code() + " " + o.advice().summary())
                  .toList());
      return;
    }
    for (int i = 0; i < expected.size(); i++) {
      for (Map.Entry<String, JsonNode> entry : expected.get(i).properties()) {
        card(entry.getKey(), entry.getValue().asText(), actual.get(i), differences);
      }
    }
  }

  private static void card(
      String key, String expected, Outcome.Applies actual, List<String> differences) {
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
          default ->
              "(no such key; known: topic indicator summary text reason assessment source evidence notRecorded"
                  + " suggestions)";
        };
    boolean exact = key.equals("topic") || key.equals("indicator");
    if (exact ? !value.equals(expected) : !value.contains(expected)) {
      differences.add("card " + key + ": expected " + expected + ", was " + value);
    }
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
