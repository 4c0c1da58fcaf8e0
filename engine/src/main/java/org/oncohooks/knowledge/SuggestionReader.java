package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.NearestName;

/**
 * Reads the suggestions of a recommendation: the children of its action that propose something (HL7
 * "Using FHIR Clinical Reasoning with CDS Hooks"; {@code docs/decisions/0008} settles the rest).
 */
final class SuggestionReader {

  private static final String SYSTEM_ACTION =
      "https://oncohooks.org/StructureDefinition/system-action";

  private static final Set<String> ALL = Set.of("all", "all-or-none");
  private static final Set<String> AT_MOST_ONE = Set.of("exactly-one", "at-most-one");
  private static final Set<String> ANY = Set.of("", "any", "one-or-more");

  /** What FHIR's action types are called on the wire. */
  private static final Map<String, Suggestion.Kind> KINDS =
      Map.of(
          "create", Suggestion.Kind.CREATE,
          "update", Suggestion.Kind.UPDATE,
          "remove", Suggestion.Kind.DELETE);

  private final PlanReader plan;
  private final String library;
  private final Map<String, ObjectNode> activities;

  SuggestionReader(PlanReader plan, String library, Map<String, ObjectNode> activities) {
    this.plan = plan;
    this.library = library;
    this.activities = activities;
  }

  /**
   * @param root the recommendation's action
   * @param children those of its children that are no override reasons
   */
  List<Suggestion> read(JsonNode root, List<JsonNode> children) {
    List<Suggestion> suggestions = new ArrayList<>();
    if (root.has("definitionCanonical")) {
      leaf(root, List.of(), "")
          .ifPresent(action -> suggestions.add(suggestion(root, List.of(action), ownLabel(root))));
    }
    for (JsonNode child : children) {
      List<Suggestion.Action> actions = actions(child);
      if (!actions.isEmpty()) {
        String label = label(child);
        if (label.isEmpty()) {
          plan.error("a suggestion needs a title", PlanReader.text(child, "id"));
        }
        suggestions.add(suggestion(child, actions, label));
      }
    }
    String behavior = PlanReader.text(root, "selectionBehavior");
    if (ALL.contains(behavior) && suggestions.size() > 1) {
      if (suggestions.stream().map(Suggestion::bySystem).distinct().count() > 1) {
        plan.error("what is done together is all a system action, or none of it", behavior);
      }
      return List.of(together(root, suggestions));
    }
    if (!ALL.contains(behavior) && !AT_MOST_ONE.contains(behavior) && !ANY.contains(behavior)) {
      plan.error("selectionBehavior is none of FHIR R4", behavior);
    }
    return List.copyOf(suggestions);
  }

  /** Whether at most one suggestion may be accepted. */
  static boolean atMostOne(JsonNode root) {
    return AT_MOST_ONE.contains(PlanReader.text(root, "selectionBehavior"));
  }

  private static Suggestion together(JsonNode root, List<Suggestion> suggestions) {
    return new Suggestion(
        PlanReader.optionalText(root, "id").orElse("all"),
        PlanReader.text(root, "title"),
        suggestions.stream().allMatch(Suggestion::recommended),
        suggestions.stream().allMatch(Suggestion::bySystem),
        suggestions.stream().flatMap(s -> s.actions().stream()).toList());
  }

  private Suggestion suggestion(JsonNode node, List<Suggestion.Action> actions, String label) {
    return new Suggestion(
        PlanReader.optionalText(node, "id")
            .or(() -> activity(node).flatMap(a -> PlanReader.optionalText(a, "id")))
            .orElse(""),
        label,
        PlanReader.text(node, "precheckBehavior").equals("yes"),
        bySystem(node),
        actions);
  }

  private static boolean bySystem(JsonNode node) {
    for (JsonNode extension : node.path("extension")) {
      if (extension.path("url").asText("").equals(SYSTEM_ACTION)) {
        return extension.path("valueBoolean").asBoolean(false);
      }
    }
    return false;
  }

  private List<Suggestion.Action> actions(JsonNode child) {
    List<String> conditions = conditions(child);
    if (!child.has("action")) {
      return leaf(child, conditions, label(child)).stream().toList();
    }
    String behavior = PlanReader.text(child, "selectionBehavior");
    if (!behavior.isEmpty() && !ALL.contains(behavior)) {
      plan.error("the actions of one suggestion are done together: all or all-or-none", behavior);
    }
    if (child.has("definitionCanonical")) {
      plan.error("a suggestion has either a definition or actions", PlanReader.text(child, "id"));
    }
    List<Suggestion.Action> actions = new ArrayList<>();
    for (JsonNode step : child.path("action")) {
      if (step.has("action")) {
        plan.error("actions nest no deeper than this", PlanReader.text(step, "id"));
      }
      List<String> all = Stream.concat(conditions.stream(), conditions(step).stream()).toList();
      leaf(step, all, label(step)).ifPresent(actions::add);
    }
    return actions;
  }

  private Optional<Suggestion.Action> leaf(JsonNode node, List<String> conditions, String label) {
    String type = node.path("type").path("coding").path(0).path("code").asText("create");
    Suggestion.Kind kind = KINDS.get(type);
    if (kind == null) {
      plan.error("an action's type is one of create, update, remove", type);
      return Optional.empty();
    }
    Optional<ObjectNode> activity = activity(node);
    boolean wantsActivity = kind != Suggestion.Kind.DELETE;
    String named = PlanReader.text(node, "definitionCanonical");
    if (!named.isEmpty() && activity.isEmpty()) {
      plan.error(
          "there is no ActivityDefinition "
              + named
              + NearestName.hint(named, activities.keySet())
              + "; correct it, or add fhir-resources/activitydefinition/ActivityDefinition-"
              + CanonicalUrl.parse(named).lastSegment()
              + ".json",
          named);
      return Optional.empty();
    }
    if (wantsActivity != activity.isPresent()) {
      plan.error(
          wantsActivity
              ? "a child action needs a reason, or an ActivityDefinition that its"
                  + " definitionCanonical names"
              : "an action of type remove has no definition",
          named.isEmpty() ? PlanReader.text(node, "id") : named);
      return Optional.empty();
    }
    Optional<String> targets = targets(node, kind);
    if (kind != Suggestion.Kind.CREATE && targets.isEmpty()) {
      plan.error(
          "say by a dynamicValue with path resource which drafts to "
              + type
              + ": a define that lists their references",
          type);
      return Optional.empty();
    }
    String description =
        activity
            .flatMap(a -> PlanReader.optionalText(a, "description"))
            .or(() -> PlanReader.optionalText(node, "description"))
            .orElse(label);
    return Optional.of(new Suggestion.Action(kind, description, conditions, activity, targets));
  }

  private Optional<String> targets(JsonNode node, Suggestion.Kind kind) {
    Optional<String> targets = Optional.empty();
    for (JsonNode value : node.path("dynamicValue")) {
      if (PlanReader.dynamicPath(value).equals("resource") && kind != Suggestion.Kind.CREATE) {
        targets = plan.expression(value.path("expression"));
      } else if (kind != Suggestion.Kind.CREATE) {
        plan.error("dynamicValue may set resource here", PlanReader.text(value, "path"));
      }
    }
    targets.ifPresent(define -> plan.requireDefine(library, define, "list<System.String>"));
    return targets;
  }

  private List<String> conditions(JsonNode node) {
    if (!node.has("condition")) {
      return List.of();
    }
    Optional<String> condition = plan.condition(node);
    condition.ifPresent(define -> plan.requireDefine(library, define, "System.Boolean"));
    return condition.stream().toList();
  }

  private Optional<ObjectNode> activity(JsonNode node) {
    String canonical = PlanReader.text(node, "definitionCanonical");
    return canonical.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(activities.get(CanonicalUrl.parse(canonical).url()));
  }

  private String label(JsonNode node) {
    return PlanReader.optionalText(node, "title")
        .or(() -> PlanReader.optionalText(node, "textEquivalent"))
        .or(() -> PlanReader.optionalText(node, "description"))
        .or(() -> PlanReader.optionalText(node.path("code").path(0), "text"))
        .or(() -> activity(node).flatMap(a -> PlanReader.optionalText(a, "title")))
        .orElse("");
  }

  /** The card's own title says what is the matter, the activity's what to do about it. */
  private String ownLabel(JsonNode root) {
    return activity(root).flatMap(a -> PlanReader.optionalText(a, "title")).orElse(label(root));
  }
}
