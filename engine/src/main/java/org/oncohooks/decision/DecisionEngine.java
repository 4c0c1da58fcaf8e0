package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.knowledge.Defines;
import org.oncohooks.knowledge.Displays;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Link;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * Evaluates the recommendations of a service for one patient. A recommendation that fails, or whose
 * data is missing, is reported by name and reason, and the others still answer. Runs on the
 * caller's thread for as long as the CQL takes; {@link GuardedEngine} does not.
 */
public final class DecisionEngine {

  /** Whom a decision is for that nobody called for. */
  private static final String NOBODY = "";

  /** Without a limit on CPU time nothing gets into it. */
  private final Quarantine quarantine =
      new Quarantine(1, Duration.ZERO, Duration.ZERO, GuardedEngine.Watch.none());

  /** A decision to which no clinician's answer is known. */
  public Decision decide(
      Knowledge knowledge,
      Service service,
      HookContext context,
      PatientRecord patient,
      ZonedDateTime evaluatedAt,
      Map<String, JsonNode> settings,
      Deadline deadline) {
    return decide(
        new Question(
            knowledge,
            service,
            NOBODY,
            context,
            patient,
            evaluatedAt,
            settings,
            List.of(),
            deadline));
  }

  /**
   * @throws ProblemException {@code INCORRECT} if a setting is unknown or of a wrong type
   */
  public Decision decide(Question question) {
    DecisionRun run = new DecisionRun(question, quarantine, Optional.empty());
    run.work(run.begin(), () -> {});
    return run.decision();
  }

  /**
   * @param speaking the one that speaks for the service so far; null = none
   * @param incomplete gets sentences about values that could not be used
   */
  static Outcome weigh(
      Recommendation recommendation,
      Question question,
      CqlEvaluation evaluation,
      Recommendation speaking,
      Set<String> incomplete) {
    return notRepeated(
        evaluate(
            recommendation,
            question.patient(),
            question.context(),
            question.knowledge().displays(),
            evaluation,
            speaking,
            incomplete),
        question.answers(),
        question.evaluatedAt().toInstant());
  }

  private static Outcome evaluate(
      Recommendation recommendation,
      PatientRecord patient,
      HookContext context,
      Displays names,
      CqlEvaluation evaluation,
      Recommendation speaking,
      Set<String> incomplete) {
    Optional<Problem> missing = missing(recommendation, patient);
    if (missing.isPresent()) {
      return new Outcome.NotEvaluated(recommendation, missing.get());
    }
    try {
      String library = recommendation.library();
      incomplete.addAll(texts(evaluation.evaluate(library, Defines.DATA_INCOMPLETE)));
      if (!evaluation.evaluate(library, recommendation.condition()).asBoolean(false)) {
        return new Outcome.DoesNotApply(recommendation);
      }
      Advice advice = advice(recommendation, evaluation, patient, context, names);
      return speaking == null
          ? new Outcome.Applies(recommendation, advice, unseen(recommendation, patient))
          : new Outcome.Superseded(recommendation, advice, speaking);
    } catch (ProblemException e) {
      return new Outcome.NotEvaluated(recommendation, e.problem());
    }
  }

  /**
   * One that is not repeated does not speak for others either: what applies besides is shown, since
   * nobody has answered that.
   */
  private static Outcome notRepeated(Outcome outcome, List<Answer> answers, Instant now) {
    if (!(outcome instanceof Outcome.Applies applies) || answers.isEmpty()) {
      return outcome;
    }
    Recommendation recommendation = applies.recommendation();
    Advice advice = applies.advice();
    if (recommendation.repeatInterval().isZero() || advice.indicator() == Indicator.CRITICAL) {
      return outcome;
    }
    String canonical = recommendation.canonical().toString();
    String evidence = EvidenceHash.of(recommendation.topic(), advice);
    Optional<Answer> last =
        answers.stream()
            .filter(a -> a.recommendation().equals(canonical) && a.evidence().equals(evidence))
            .max(Comparator.comparing(Answer::since));
    if (last.isEmpty()) {
      return outcome;
    }
    Instant until = last.get().since().plus(recommendation.repeatInterval());
    return now.isBefore(until)
        ? new Outcome.Suppressed(recommendation, advice, last.get(), until)
        : outcome;
  }

  private static Optional<Problem> missing(Recommendation recommendation, PatientRecord patient) {
    Set<String> keys = new TreeSet<>();
    Set<String> words = new TreeSet<>();
    for (String type : recommendation.requiredTypes()) {
      Optional<DataGap> gap = patient.gap(type);
      if (gap.isPresent()) {
        keys.add(gap.get().key());
        words.add(gap.get().key() + " " + gap.get().reason().words());
      } else if (type.equals("Patient") && patient.resources(type).isEmpty()) {
        keys.add(PrefetchTemplates.PATIENT);
        words.add(PrefetchTemplates.PATIENT + " " + DataGap.Reason.NOT_SENT.words());
      }
    }
    return keys.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Problem(
                ProblemCategory.DATA_MISSING,
                "data-missing",
                "Needed for this recommendation: " + String.join("; ", words) + ".",
                List.copyOf(keys)));
  }

  /**
   * A recommendation that was evaluated without optional data, or on a part of the data, may have
   * missed what stands there.
   */
  static List<String> unseen(List<Outcome> outcomes, PatientRecord patient) {
    return outcomes.stream()
        .filter(outcome -> !(outcome instanceof Outcome.NotEvaluated))
        .flatMap(outcome -> unseen(outcome.recommendation(), patient).stream())
        .distinct()
        .toList();
  }

  private static List<String> unseen(Recommendation recommendation, PatientRecord patient) {
    Stream<String> gaps =
        recommendation.optionalTypes().entrySet().stream()
            .filter(entry -> patient.gap(entry.getKey()).isPresent())
            .map(Map.Entry::getValue);
    Stream<String> parts =
        Stream.concat(
                recommendation.requiredTypes().stream(),
                recommendation.optionalTypes().keySet().stream())
            .filter(type -> patient.gap(type).isEmpty())
            .flatMap(type -> patient.partOf(type).map(part -> partly(type, part)).stream());
    return Stream.concat(gaps, parts).sorted().toList();
  }

  private static String partly(String type, String part) {
    return "Of "
        + type
        + " only what matches "
        + part
        + " was asked for; what else is recorded is not known here.";
  }

  private static Advice advice(
      Recommendation recommendation,
      CqlEvaluation evaluation,
      PatientRecord patient,
      HookContext context,
      Displays names) {
    String library = recommendation.library();
    return new Advice(
        text(evaluation, library, recommendation.summaryDefine()).orElse(recommendation.summary()),
        indicator(recommendation, evaluation),
        text(evaluation, library, recommendation.textDefine()).orElse(""),
        text(evaluation, library, Optional.of(Defines.REASON)).orElse(""),
        recommendation
            .assessmentDefine()
            .map(define -> texts(evaluation.evaluate(library, define)))
            .orElse(List.of()),
        source(recommendation, evaluation),
        evidence(evaluation.evaluate(library, Defines.EVIDENCE), patient, names),
        texts(evaluation.evaluate(library, Defines.NOT_RECORDED)),
        Proposals.of(recommendation, evaluation, context));
  }

  private static Link source(Recommendation recommendation, CqlEvaluation evaluation) {
    Link fixed = recommendation.source();
    String library = recommendation.library();
    String label =
        text(evaluation, library, recommendation.sourceLabelDefine()).orElse(fixed.label());
    String url = text(evaluation, library, recommendation.sourceUrlDefine()).orElse(fixed.url());
    return new Link(label, url.startsWith("https://") ? url : fixed.url());
  }

  private static Indicator indicator(Recommendation recommendation, CqlEvaluation evaluation) {
    Optional<String> priority =
        text(evaluation, recommendation.library(), recommendation.indicatorDefine());
    if (priority.isEmpty()) {
      return recommendation.indicator();
    }
    return Indicator.ofPriority(priority.get())
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.FAULT,
                        "priority-unknown",
                        "A define gives a priority that is none of routine, urgent, stat.",
                        recommendation.library())
                    .asException());
  }

  private static Optional<String> text(
      CqlEvaluation evaluation, String library, Optional<String> define) {
    return define
        .map(name -> evaluation.evaluate(library, name).asText(""))
        .filter(text -> !text.isBlank() && !text.equals("null"));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list) {
      if (item.isTextual()) {
        texts.add(item.textValue());
      }
    }
    return List.copyOf(texts);
  }

  private static List<Evidence> evidence(JsonNode list, PatientRecord patient, Displays names) {
    FactNames known = new FactNames(patient, names);
    List<Evidence> evidence = new ArrayList<>();
    for (JsonNode item : list) {
      if (item.path("fact").isTextual()) {
        Optional<String> resource = Optional.ofNullable(item.path("resource").textValue());
        evidence.add(
            new Evidence(
                known.of(item.get("fact").textValue(), resource),
                Optional.ofNullable(item.path("date").textValue()).map(DecisionEngine::day),
                resource));
      }
    }
    return evidence.stream().distinct().toList();
  }

  /**
   * {@code @2026-06-01T12:00:00.000-05:00} gives {@code 2026-06-01}; partial dates stay partial.
   */
  private static String day(String literal) {
    String date = literal.substring(1);
    int time = date.indexOf('T');
    return time < 0 ? date : date.substring(0, time);
  }
}
