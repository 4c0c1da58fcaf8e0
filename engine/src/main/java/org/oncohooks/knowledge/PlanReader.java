package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Finding;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.DataNeed;

/**
 * Reads one recommendation from its PlanDefinition (HL7 "Using FHIR Clinical Reasoning with CDS
 * Hooks"; what that leaves open is settled in {@code docs/decisions/}). Every departure from the
 * authoring conventions is a finding; the recommendation is then not loaded.
 */
final class PlanReader {

  /** Defines that every recommendation's library has, with their types (cql/README.md). */
  static final Map<String, String> CONVENTION =
      Map.of(
          Defines.REASON, "System.String",
          Defines.EVIDENCE,
              "list<tuple{date:System.DateTime,fact:System.String,resource:System.String}>",
          Defines.NOT_RECORDED, "list<System.String>",
          Defines.DATA_INCOMPLETE, "list<System.String>");

  private static final Set<String> LANGUAGES =
      Set.of("text/cql-identifier", "text/cql.identifier", "text/cql");
  private static final String OPTIONAL_DATA =
      "https://oncohooks.org/StructureDefinition/data-optional";
  private static final int MAX_SUMMARY = 139;

  private final ContentFiles.Resource plan;
  private final CqlProgram program;
  private final Map<String, ObjectNode> activities;
  private final List<Finding> findings;
  private final int findingsBefore;

  /**
   * @param activities ActivityDefinitions by canonical URL
   * @param findings receives what is found
   */
  PlanReader(
      ContentFiles.Resource plan,
      CqlProgram program,
      Map<String, ObjectNode> activities,
      List<Finding> findings) {
    this.plan = plan;
    this.program = program;
    this.activities = activities;
    this.findings = findings;
    this.findingsBefore = findings.size();
  }

  Optional<Recommendation> read() {
    JsonNode json = plan.json();
    JsonNode action = json.path("action");
    if (action.size() != 1) {
      error("a recommendation needs exactly one root action");
      return Optional.empty();
    }
    JsonNode root = action.get(0);
    if (root.has("trigger") || root.path("action").findValue("trigger") != null) {
      error("triggers stand in the service's action, not in the recommendation", "trigger");
    }
    Optional<String> library = library(json);
    if (library.isEmpty()) {
      return Optional.empty();
    }
    String condition = condition(root).orElse("");
    Map<String, String> dynamic = dynamicValues(root);
    CONVENTION.forEach((define, type) -> requireDefine(library.get(), define, type));
    requireDefine(library.get(), condition, "System.Boolean");
    dynamic.values().forEach(define -> requireDefine(library.get(), define, "System.String"));
    List<Suggestion> suggestions = new ArrayList<>();
    List<CodedTerm> overrideReasons = new ArrayList<>();
    for (JsonNode child : root.path("action")) {
      child(child, library.get(), suggestions, overrideReasons);
    }
    List<Link> citations = citations(json, root);
    Optional<CodedTerm> topic = coding(root.path("code").path(0).path("coding").path(0));
    if (topic.isEmpty()) {
      error("the action needs code.coding with system, code and display: the card's topic");
    }
    String summary = text(root, "title");
    if (summary.isEmpty() || summary.codePointCount(0, summary.length()) > MAX_SUMMARY) {
      error("the action needs a title of at most " + MAX_SUMMARY + " characters", summary);
    }
    Optional<Indicator> indicator = Indicator.ofPriority(text(root, "priority"));
    if (indicator.isEmpty()) {
      error("the action needs a priority: routine, urgent or stat", text(root, "priority"));
    }
    Map<String, String> optional = optionalTypes(root);
    Set<String> required = requiredTypes(library.get(), condition, dynamic, suggestions, optional);
    if (findings.size() > findingsBefore) {
      return Optional.empty();
    }
    return Optional.of(
        new Recommendation(
            plan.id(),
            new CanonicalUrl(plan.url(), optionalText(json, "version")),
            text(json, "title"),
            topic.orElseThrow(),
            library.get(),
            condition,
            summary,
            Optional.ofNullable(dynamic.get("title")),
            optionalText(root, "description"),
            Optional.ofNullable(dynamic.get("description")),
            indicator.orElseThrow(),
            Optional.ofNullable(dynamic.get("priority")),
            citations.get(0),
            citations.subList(1, citations.size()),
            Set.of("exactly-one", "at-most-one").contains(text(root, "selectionBehavior")),
            List.copyOf(suggestions),
            List.copyOf(overrideReasons),
            required,
            Map.copyOf(optional)));
  }

  private Optional<String> library(JsonNode json) {
    JsonNode libraries = json.path("library");
    if (libraries.size() != 1) {
      error("name exactly one library");
      return Optional.empty();
    }
    String canonical = libraries.get(0).asText("");
    CanonicalUrl url = CanonicalUrl.parse(canonical);
    String name = url.lastSegment();
    if (!program.hasLibrary(name)) {
      error("there is no CQL library " + name + " in cql/", canonical);
      return Optional.empty();
    }
    if (url.version().isPresent() && !url.version().get().equals(program.version(name))) {
      error(
          "CQL library " + name + " has version " + program.version(name) + "; name that one",
          canonical);
    }
    return Optional.of(name);
  }

  private Optional<String> condition(JsonNode action) {
    JsonNode conditions = action.path("condition");
    if (conditions.size() != 1 || !text(conditions.get(0), "kind").equals("applicability")) {
      error("the action needs exactly one condition, of kind applicability");
      return Optional.empty();
    }
    return expression(conditions.get(0).path("expression"));
  }

  private Map<String, String> dynamicValues(JsonNode action) {
    Map<String, String> defines = new HashMap<>();
    for (JsonNode value : action.path("dynamicValue")) {
      String path = text(value, "path").replace("%action.", "").replace("action.", "");
      if (!Set.of("title", "description", "priority").contains(path)) {
        error("dynamicValue may set title, description or priority", text(value, "path"));
      }
      expression(value.path("expression")).ifPresent(define -> defines.put(path, define));
    }
    return defines;
  }

  private Optional<String> expression(JsonNode expression) {
    if (!LANGUAGES.contains(text(expression, "language"))) {
      error("name a define, with language text/cql-identifier", text(expression, "language"));
      return Optional.empty();
    }
    return optionalText(expression, "expression");
  }

  private void requireDefine(String library, String define, String type) {
    if (define.isEmpty()) {
      return;
    }
    Optional<String> actual = program.resultType(library, define);
    if (actual.isEmpty()) {
      error("CQL library " + library + " has no define \"" + define + "\"; add it", define);
    } else if (!sameType(actual.get(), type)) {
      error(
          "define \""
              + define
              + "\" of CQL library "
              + library
              + " is of type "
              + actual.get()
              + " and has to be "
              + type,
          define);
    }
  }

  /** Tuple elements may stand in any order. */
  private static boolean sameType(String actual, String expected) {
    String plain = actual.replace(" ", "");
    if (plain.equals(expected)) {
      return true;
    }
    return plain.contains("tuple{") && elements(plain).equals(elements(expected));
  }

  private static Set<String> elements(String tupleList) {
    int from = tupleList.indexOf('{') + 1;
    int to = tupleList.lastIndexOf('}');
    return from < 1 || to < from
        ? Set.of(tupleList)
        : Set.of(tupleList.substring(from, to).split(","));
  }

  private void child(
      JsonNode child,
      String library,
      List<Suggestion> suggestions,
      List<CodedTerm> overrideReasons) {
    if (child.has("reason") && !child.has("definitionCanonical")) {
      Optional<CodedTerm> reason = coding(child.path("reason").path(0).path("coding").path(0));
      reason.ifPresentOrElse(
          overrideReasons::add,
          () -> error("an override reason needs reason.coding with system, code and display"));
      return;
    }
    String canonical = text(child, "definitionCanonical");
    ObjectNode activity =
        canonical.isEmpty() ? null : activities.get(CanonicalUrl.parse(canonical).url());
    if (activity == null) {
      error("a child action needs a reason, or an ActivityDefinition that is there", canonical);
      return;
    }
    Optional<String> condition = child.has("condition") ? condition(child) : Optional.empty();
    condition.ifPresent(define -> requireDefine(library, define, "System.Boolean"));
    String label = optionalText(child, "title").orElseGet(() -> text(activity, "title"));
    if (label.isEmpty()) {
      error("a suggestion needs a title", canonical);
    }
    suggestions.add(
        new Suggestion(
            optionalText(child, "id").orElse(text(activity, "id")),
            label,
            optionalText(activity, "description").orElse(label),
            condition,
            text(child, "precheckBehavior").equals("yes"),
            activity));
  }

  private List<Link> citations(JsonNode json, JsonNode action) {
    Set<Link> links = new LinkedHashSet<>();
    for (JsonNode artifacts : List.of(action.path("documentation"), json.path("relatedArtifact"))) {
      for (JsonNode artifact : artifacts) {
        String label =
            optionalText(artifact, "label")
                .or(() -> optionalText(artifact, "display"))
                .or(() -> optionalText(artifact, "citation"))
                .orElse("");
        String url =
            optionalText(artifact, "url")
                .or(() -> optionalText(artifact.path("document"), "url"))
                .orElse("");
        if (!label.isEmpty() && url.startsWith("https://")) {
          links.add(new Link(label, url));
        }
      }
    }
    if (links.isEmpty()) {
      error("cite the source: action.documentation with a label and an https url");
    }
    return List.copyOf(links);
  }

  private Map<String, String> optionalTypes(JsonNode action) {
    Map<String, String> optional = new LinkedHashMap<>();
    for (JsonNode input : action.path("input")) {
      for (JsonNode extension : input.path("extension")) {
        if (text(extension, "url").equals(OPTIONAL_DATA)) {
          String unseen = text(extension, "valueString");
          if (unseen.isEmpty()) {
            error("say in data-optional what is not seen without it", text(input, "type"));
          }
          optional.put(text(input, "type"), unseen);
        }
      }
    }
    return optional;
  }

  private Set<String> requiredTypes(
      String library,
      String condition,
      Map<String, String> dynamic,
      List<Suggestion> suggestions,
      Map<String, String> optional) {
    Set<String> read = new TreeSet<>();
    for (DataNeed need :
        program.needs(library, defines(condition, dynamic.values(), suggestions))) {
      read.add(need.resourceType());
    }
    for (String type : optional.keySet()) {
      if (!read.contains(type)) {
        error("input marks " + type + " as optional, which the CQL does not read", type);
      }
    }
    read.removeAll(optional.keySet());
    read.add("Patient");
    return read;
  }

  /** All defines that a recommendation's evaluation may ask for. */
  static List<String> defines(
      String condition, Collection<String> cardDefines, List<Suggestion> suggestions) {
    List<String> defines = new ArrayList<>(CONVENTION.keySet());
    defines.add(condition);
    defines.addAll(cardDefines);
    suggestions.forEach(s -> s.condition().ifPresent(defines::add));
    return defines;
  }

  private Optional<CodedTerm> coding(JsonNode coding) {
    CodedTerm term =
        new CodedTerm(text(coding, "system"), text(coding, "code"), text(coding, "display"));
    return term.system().isEmpty() || term.code().isEmpty() || term.display().isEmpty()
        ? Optional.empty()
        : Optional.of(term);
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asText("");
  }

  private static Optional<String> optionalText(JsonNode node, String member) {
    return Optional.of(text(node, member)).filter(text -> !text.isBlank());
  }

  private void error(String message) {
    findings.add(plan.error(message));
  }

  private void error(String message, String text) {
    findings.add(plan.error(message, text));
  }
}
