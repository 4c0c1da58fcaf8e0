package org.oncohooks.decision;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.oncohooks.knowledge.Suggestion;

/**
 * A suggestion for this patient: all of its steps are done, or none.
 *
 * @param id the id of the action that suggests it
 * @param label what the clinician reads on the button
 * @param recommended whether the EHR should preselect it
 * @param bySystem whether the EHR may do it unasked, where a site has agreed to that
 * @param steps at least one, in order
 */
public record Proposal(
    String id, String label, boolean recommended, boolean bySystem, List<Step> steps) {

  /**
   * @param kind what it does
   * @param description what it does, for people
   * @param activity the ActivityDefinition to create from or to change the target to
   * @param target the draft to change or delete, as it stands in the hook's context
   */
  public record Step(
      Suggestion.Kind kind,
      String description,
      Optional<ObjectNode> activity,
      Optional<ObjectNode> target) {}
}
