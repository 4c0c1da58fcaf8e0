package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Deadline;
import org.oncohooks.Monitor;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Answer;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.EvidenceHash;
import org.oncohooks.decision.Outcome;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.ledger.Answered;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;

/** Writes calls into the ledger, and reads from it what clinicians answered to earlier cards. */
final class CallLedger {

  /** A call has 2 seconds in all, and neither is worth a card that comes too late. */
  private static final Duration READ = Duration.ofMillis(250);

  private static final Duration WRITE = Duration.ofMillis(500);

  /** For a call whose evaluation took all its time. */
  private static final Duration AT_LEAST = Duration.ofMillis(50);

  /** That the EHR was told to do something without asking. */
  private static final Optional<String> ACTS = Optional.of("system-actions");

  private final Ledger ledger;
  private final Monitor monitor;
  private final String tenant;
  private final boolean required;
  private final boolean suppresses;

  CallLedger(Ledger ledger, Site site, Monitor monitor) {
    this.ledger = ledger;
    this.monitor = monitor;
    this.tenant = site.tenant();
    this.required = site.ledgerRequired();
    this.suppresses = site.repeatSuppression();
  }

  /** A call that has been understood, on its way. */
  final class Entered {

    private final Service service;
    private final HookRequest request;
    private final String knowledge;
    private final Instant arrival;
    private final Instant evaluatedAt;
    private final Deadline deadline;
    private final String patient;
    private final Fetches fetches = new Fetches();
    private Optional<Problem> unread = Optional.empty();

    private Entered(
        Service service,
        HookRequest request,
        String knowledge,
        Instant arrival,
        Instant evaluatedAt,
        Deadline deadline) {
      this.service = service;
      this.request = request;
      this.knowledge = knowledge;
      this.arrival = arrival;
      this.evaluatedAt = evaluatedAt;
      this.deadline = deadline;
      this.patient =
          ledger
              .key()
              .patient(tenant, request.fhirServer().orElse(""), request.context().patientId());
    }

    /** Counts what a FHIR server is asked for this call. */
    Fetches fetches() {
      return fetches;
    }

    /**
     * What clinicians answered to this patient's cards. What can't be read keeps no card away: it
     * is shown once too often.
     */
    List<Answer> answers() {
      Duration longest =
          service.recommendations(request.context().hook()).stream()
              .map(Recommendation::repeatInterval)
              .max(Duration::compareTo)
              .orElse(Duration.ZERO);
      if (!suppresses || longest.isZero()) {
        return List.of();
      }
      try (Monitor.Step step = monitor.begin("ledger", "operation", "read")) {
        step.ended("unread");
        List<Answered> found = ledger.answers(tenant, patient, evaluatedAt.minus(longest), READ);
        step.ended("done");
        return found.stream()
            .map(a -> new Answer(a.recommendation(), a.evidence(), a.outcome(), a.at(), a.card()))
            .toList();
      } catch (ProblemException e) {
        unread = Optional.of(e.problem());
        return List.of();
      }
    }

    /**
     * Writes down what is answered, before it is. Where that fails the answer says so.
     *
     * @param response gets a mark in its extension
     * @throws ProblemException {@code UNAVAILABLE} if the site wants no unrecorded answers
     */
    void answered(Decision decision, ObjectNode response, Instant now) {
      ObjectNode about = (ObjectNode) response.at("/extension/org.oncohooks");
      unread.ifPresent(
          problem ->
              mark(
                  about.putObject("answersNotRead"),
                  problem,
                  "Cards that were answered before may be repeated."));
      try {
        write(
            invocation(
                judged(decision, response.has("systemActions")),
                shown(response),
                Optional.empty(),
                now),
            !required);
      } catch (ProblemException e) {
        if (required) {
          throw e;
        }
        mark(
            about.putObject("unrecorded"),
            e.problem(),
            "This answer is not recorded; feedback on its cards will be kept as on unknown ones.");
      }
    }

    /** Writes down that the call was refused; the caller is told why either way. */
    void refused(Problem problem, Instant now) {
      try {
        write(invocation(List.of(), List.of(), Optional.of(problem.code()), now), false);
      } catch (ProblemException e) {
        // counted by the ledger
      }
    }

    private void write(Entry.Invocation call, boolean answeredAnyway) {
      try (Monitor.Step step = monitor.begin("ledger", "operation", "write")) {
        step.ended("unrecorded");
        ledger.record(call, patience(), answeredAnyway);
        step.ended("done");
      }
    }

    private Duration patience() {
      Duration left = deadline.remaining();
      Duration wait = left.compareTo(WRITE) < 0 ? left : WRITE;
      return wait.compareTo(AT_LEAST) < 0 ? AT_LEAST : wait;
    }

    private Entry.Invocation invocation(
        List<Entry.Judged> judged, List<Entry.Shown> shown, Optional<String> problem, Instant now) {
      return new Entry.Invocation(
          tenant,
          Optional.ofNullable(request.context().values().get("userId")).map(JsonNode::textValue),
          service.id(),
          request.context().hook(),
          request.hookInstance(),
          patient,
          knowledge,
          evaluatedAt,
          Duration.between(arrival, now),
          judged,
          shown,
          fetches.told(),
          problem);
    }
  }

  Entered enter(
      Service service,
      HookRequest request,
      String knowledge,
      Instant arrival,
      Instant evaluatedAt,
      Deadline deadline) {
    return new Entered(service, request, knowledge, arrival, evaluatedAt, deadline);
  }

  private static void mark(ObjectNode node, Problem problem, String text) {
    node.put("code", problem.code()).put("text", text);
  }

  private static List<Entry.Judged> judged(Decision decision, boolean acts) {
    List<Entry.Judged> judged = new ArrayList<>();
    for (Outcome outcome : decision.outcomes()) {
      if (outcome instanceof Outcome.Applies applies) {
        judged.add(
            judged(applies, Entry.Fate.SHOWN, applies.advice(), acts ? ACTS : Optional.empty()));
      } else if (outcome instanceof Outcome.Superseded superseded) {
        judged.add(
            judged(superseded, Entry.Fate.SUPERSEDED, superseded.advice(), Optional.empty()));
      } else if (outcome instanceof Outcome.Suppressed suppressed) {
        Optional<String> card = Optional.of(suppressed.answer().card());
        judged.add(judged(suppressed, Entry.Fate.SUPPRESSED, suppressed.advice(), card));
      } else if (outcome instanceof Outcome.NotEvaluated failed) {
        judged.add(
            new Entry.Judged(
                failed.recommendation().canonical().toString(),
                Entry.Fate.NOT_EVALUATED,
                Optional.empty(),
                Optional.of(failed.problem().code())));
      }
    }
    return judged;
  }

  private static Entry.Judged judged(
      Outcome outcome, Entry.Fate fate, Advice advice, Optional<String> why) {
    Recommendation recommendation = outcome.recommendation();
    return new Entry.Judged(
        recommendation.canonical().toString(),
        fate,
        Optional.of(EvidenceHash.of(recommendation.topic(), advice)),
        why);
  }

  /** The cards as they were rendered. */
  private static List<Entry.Shown> shown(ObjectNode response) {
    List<Entry.Shown> shown = new ArrayList<>();
    for (JsonNode card : response.path("cards")) {
      JsonNode evidence = card.path("extension").path(CardRenderer.EVIDENCE);
      List<String> suggestions = new ArrayList<>();
      card.path("suggestions").forEach(s -> suggestions.add(s.path("uuid").textValue()));
      shown.add(
          new Entry.Shown(
              card.path("uuid").textValue(),
              card.at("/source/topic/code").textValue(),
              Optional.ofNullable(evidence.path("recommendation").textValue()),
              Optional.ofNullable(evidence.path("hash").textValue()),
              suggestions));
    }
    return shown;
  }
}
