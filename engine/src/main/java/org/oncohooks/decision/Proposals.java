package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Suggestion;
import org.oncohooks.patient.HookContext;

/** Which of a recommendation's suggestions are made to this patient. */
final class Proposals {

  private final String library;
  private final CqlEvaluation evaluation;
  private final HookContext context;

  private Proposals(String library, CqlEvaluation evaluation, HookContext context) {
    this.library = library;
    this.evaluation = evaluation;
    this.context = context;
  }

  static List<Proposal> of(
      Recommendation recommendation, CqlEvaluation evaluation, HookContext context) {
    Proposals proposals = new Proposals(recommendation.library(), evaluation, context);
    List<Proposal> offered = new ArrayList<>();
    boolean preselected = false;
    for (Suggestion suggestion : recommendation.suggestions()) {
      List<Proposal.Step> steps = proposals.steps(suggestion);
      if (!steps.isEmpty()) {
        // where one may be accepted, one may be preselected (CDS Hooks, suggestion)
        boolean recommended =
            suggestion.recommended() && !(recommendation.atMostOne() && preselected);
        preselected |= recommended;
        offered.add(
            new Proposal(
                suggestion.id(), suggestion.label(), recommended, suggestion.bySystem(), steps));
      }
    }
    return offered;
  }

  private List<Proposal.Step> steps(Suggestion suggestion) {
    List<Proposal.Step> steps = new ArrayList<>();
    for (Suggestion.Action action : suggestion.actions()) {
      if (!action.conditions().stream().allMatch(this::holds)) {
        continue;
      }
      if (action.targets().isEmpty()) {
        steps.add(step(action, Optional.empty()));
        continue;
      }
      for (JsonNode reference : evaluation.evaluate(library, action.targets().get())) {
        if (reference.isTextual()) {
          steps.add(step(action, Optional.of(draft(reference.textValue()))));
        }
      }
    }
    return steps;
  }

  private boolean holds(String define) {
    return evaluation.evaluate(library, define).asBoolean(false);
  }

  private static Proposal.Step step(Suggestion.Action action, Optional<ObjectNode> target) {
    return new Proposal.Step(action.kind(), action.description(), action.activity(), target);
  }

  /** Only what the caller itself put before us may be changed or deleted. */
  private ObjectNode draft(String reference) {
    return context.items().stream()
        .map(HookContext.Item::resource)
        .filter(resource -> HookContext.reference(resource).equals(reference))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.FAULT,
                        "target-unknown",
                        "A suggestion would change or delete what is not in the hook's context.",
                        library)
                    .asException());
  }
}
