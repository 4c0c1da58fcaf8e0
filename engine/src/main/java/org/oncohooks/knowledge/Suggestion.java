package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a recommendation proposes to do, all or nothing: a child action of the PlanDefinition.
 *
 * @param id the child action's id
 * @param label what the clinician reads on the button
 * @param recommended whether the EHR should preselect it
 * @param bySystem whether the EHR may do it unasked, where a site has agreed to that; it is offered
 *     as a suggestion everywhere else
 * @param actions what accepting it does, in order; those whose conditions do not hold are left out,
 *     and a suggestion without any is not made
 */
public record Suggestion(
    String id, String label, boolean recommended, boolean bySystem, List<Action> actions) {

  /** What an action does to an order; the names are those of CDS Hooks. */
  public enum Kind {
    CREATE("create"),
    UPDATE("update"),
    DELETE("delete");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** The value on the wire. */
    public String code() {
      return code;
    }
  }

  /**
   * @param kind what it does
   * @param description what it does, for people
   * @param conditions names of Boolean defines of the recommendation's library that all have to
   *     hold
   * @param activity the ActivityDefinition as FHIR R4 JSON, to create from or to change a draft to
   * @param targets define that gives the references of the drafts to change or delete; list of
   *     String
   */
  public record Action(
      Kind kind,
      String description,
      List<String> conditions,
      Optional<ObjectNode> activity,
      Optional<String> targets) {}

  /** The defines that say what of it is offered. */
  List<String> defines() {
    return actions.stream()
        .flatMap(action -> Stream.concat(action.conditions().stream(), action.targets().stream()))
        .distinct()
        .toList();
  }
}
