package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
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
import java.util.regex.Pattern;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Finding;
import org.oncohooks.cql.ConstantText;
import org.oncohooks.cql.CqlPlaces;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.cql.DataNeed;
import org.oncohooks.cql.MissingName;

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
  private static final String SMART_APP = "https://oncohooks.org/StructureDefinition/smart-app";
  private static final String REPEAT_INTERVAL =
      "https://oncohooks.org/StructureDefinition/repeat-interval";
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final int MAX_REPEAT_DAYS = 366;
  private static final int MAX_SUMMARY = 139;

  private static final String SOURCE_LABEL = "documentation[0].label";
  private static final String SOURCE_URL = "documentation[0].url";

  /** What CQL may say of a card; the source, because it depends on the programme that is set. */
  private static final List<String> DYNAMIC =
      List.of("title", "description", "priority", SOURCE_LABEL, SOURCE_URL);

  /** The kinds of related artifact that a reader is led to. */
  private static final Set<String> CITING = Set.of("documentation", "citation");

  /** An opening, closing or special tag, but no autolink. */
  private static final Pattern HTML_TAG = Pattern.compile("<(?!https?://)[/!?]?[A-Za-z!-][^>]*>");

  private static final List<String> IGNORED =
      List.of(
          "timingDateTime",
          "timingAge",
          "timingPeriod",
          "timingDuration",
          "timingRange",
          "timingTiming",
          "participant",
          "relatedAction",
          "groupingBehavior",
          "requiredBehavior",
          "cardinalityBehavior",
          "transform");

  private final ContentFiles.Resource plan;
  private final CqlProgram program;
  private final Map<String, ObjectNode> activities;
  private final Map<String, CqlSource> sources;
  private final List<Finding> findings;
  private final int findingsBefore;

  /**
   * @param activities ActivityDefinitions by canonical URL
   * @param sources the CQL by library, for the places of findings
   * @param findings receives what is found
   */
  PlanReader(
      ContentFiles.Resource plan,
      CqlProgram program,
      Map<String, ObjectNode> activities,
      Map<String, CqlSource> sources,
      List<Finding> findings) {
    this.plan = plan;
    this.program = program;
    this.activities = activities;
    this.sources = sources;
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
    Optional.ofNullable(dynamic.get("priority"))
        .ifPresent(define -> requirePriorities(library.get(), define));
    Optional<String> assessment =
        Optional.of(Defines.ASSESSMENT)
            .filter(define -> program.resultType(library.get(), define).isPresent());
    assessment.ifPresent(define -> requireDefine(library.get(), define, "list<System.String>"));
    List<String> cardDefines = new ArrayList<>(dynamic.values());
    assessment.ifPresent(cardDefines::add);
    List<JsonNode> proposals = new ArrayList<>();
    List<CodedTerm> overrideReasons = new ArrayList<>();
    for (JsonNode child : root.path("action")) {
      if (isOverrideReason(child)) {
        overrideReason(child).ifPresent(overrideReasons::add);
      } else {
        proposals.add(child);
      }
    }
    List<Suggestion> suggestions =
        new SuggestionReader(this, library.get(), activities).read(root, proposals);
    warnOfIgnored(root);
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
    Duration repeatInterval = repeatInterval(json);
    Set<String> required =
        requiredTypes(library.get(), condition, cardDefines, suggestions, optional);
    if (failed()) {
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
            optionalText(root, "description").map(PlanReader::withoutHtml),
            Optional.ofNullable(dynamic.get("description")),
            indicator.orElseThrow(),
            Optional.ofNullable(dynamic.get("priority")),
            assessment,
            citations.get(0),
            Optional.ofNullable(dynamic.get(SOURCE_LABEL)),
            Optional.ofNullable(dynamic.get(SOURCE_URL)),
            citations.subList(1, citations.size()),
            SuggestionReader.atMostOne(root),
            suggestions,
            List.copyOf(overrideReasons),
            required,
            Map.copyOf(optional),
            repeatInterval));
  }

  private boolean failed() {
    return findings.subList(findingsBefore, findings.size()).stream().anyMatch(Finding::isError);
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

  Optional<String> condition(JsonNode action) {
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
      String path = dynamicPath(value);
      if (!DYNAMIC.contains(path)) {
        error("dynamicValue may set " + String.join(", ", DYNAMIC), text(value, "path"));
      }
      expression(value.path("expression")).ifPresent(define -> defines.put(path, define));
    }
    return defines;
  }

  /** The path of a dynamicValue, without the prefixes under which authors write it. */
  static String dynamicPath(JsonNode value) {
    return text(value, "path").replace("%action.", "").replace("action.", "");
  }

  Optional<String> expression(JsonNode expression) {
    if (!LANGUAGES.contains(text(expression, "language"))) {
      error("name a define, with language text/cql-identifier", text(expression, "language"));
      return Optional.empty();
    }
    return optionalText(expression, "expression");
  }

  void requireDefine(String library, String define, String type) {
    if (define.isEmpty()) {
      return;
    }
    Optional<String> actual = program.resultType(library, define);
    if (actual.isEmpty()) {
      error(MissingName.in(library, define, Optional.ofNullable(sources.get(library))), define);
    } else if (!sameType(actual.get(), type)) {
      Finding named = plan.error("", define);
      CqlPlaces.Start start = program.start(library, define).orElseThrow();
      findings.add(
          Finding.error(
              file(library),
              start.line(),
              start.column(),
              "define \""
                  + define
                  + "\" is of type "
                  + actual.get()
                  + " and has to be "
                  + type
                  + ", for PlanDefinition/"
                  + plan.id()
                  + " at "
                  + named.file()
                  + ":"
                  + named.line()));
    }
  }

  private String file(String library) {
    return Optional.ofNullable(sources.get(library)).map(CqlSource::file).orElse("cql");
  }

  /** An indicator that is none would keep the recommendation from ever being evaluated. */
  private void requirePriorities(String library, String define) {
    if (program.resultType(library, define).isEmpty()) {
      return;
    }
    for (ConstantText constant : program.constants(library, define)) {
      if (Indicator.ofPriority(constant.text()).isEmpty()) {
        findings.add(
            Finding.error(
                file(constant.library()),
                constant.line(),
                constant.column(),
                "\""
                    + define
                    + "\" gives '"
                    + constant.text()
                    + "', which is no priority; give 'routine' for the indicator info, 'urgent' for"
                    + " warning or 'stat' for critical"));
      }
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

  private static boolean isOverrideReason(JsonNode child) {
    return child.has("reason") && !child.has("definitionCanonical") && !child.has("action");
  }

  private Optional<CodedTerm> overrideReason(JsonNode child) {
    Optional<CodedTerm> reason = coding(child.path("reason").path(0).path("coding").path(0));
    if (reason.isEmpty()) {
      error("an override reason needs reason.coding with system, code and display");
    }
    return reason;
  }

  private void warnOfIgnored(JsonNode action) {
    for (String element : IGNORED) {
      if (action.has(element)) {
        findings.add(plan.warning("CDS Hooks has nothing for " + element + ": ignored", element));
      }
    }
    for (JsonNode child : action.path("action")) {
      warnOfIgnored(child);
    }
  }

  private static String withoutHtml(String markdown) {
    return HTML_TAG.matcher(markdown).replaceAll("");
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
        if (!CITING.contains(text(artifact, "type"))) {
          continue;
        }
        if (url.startsWith("https://")) {
          links.add(link(artifact, label.isEmpty() ? host(url) : label, url));
        } else if (!url.isEmpty()) {
          error("a link has to be absolute and https", url);
        }
      }
    }
    if (links.isEmpty() || links.iterator().next().smart()) {
      error(
          "cite the source: action.documentation with a label and an https url",
          action.has("documentation") ? "documentation" : "action");
    }
    return List.copyOf(links);
  }

  private static Link link(JsonNode artifact, String label, String url) {
    for (JsonNode extension : artifact.path("extension")) {
      if (text(extension, "url").equals(SMART_APP)) {
        return new Link(label, url, true, optionalText(extension, "valueString"));
      }
    }
    return new Link(label, url);
  }

  private static String host(String url) {
    return url.replaceFirst("https://([^/:?#]*).*", "$1");
  }

  private Duration repeatInterval(JsonNode json) {
    Duration interval = Duration.ZERO;
    for (JsonNode extension : json.path("extension")) {
      if (!text(extension, "url").equals(REPEAT_INTERVAL)) {
        continue;
      }
      JsonNode duration = extension.path("valueDuration");
      JsonNode value = duration.path("value");
      boolean days = text(duration, "system").equals(UCUM) && text(duration, "code").equals("d");
      if (!days || !value.isInt() || value.intValue() < 0 || value.intValue() > MAX_REPEAT_DAYS) {
        error(
            "repeat-interval needs a valueDuration of 0 to "
                + MAX_REPEAT_DAYS
                + " whole days, with system "
                + UCUM
                + " and code d",
            REPEAT_INTERVAL);
      } else if (!interval.isZero()) {
        error("repeat-interval stands there twice", REPEAT_INTERVAL);
      } else {
        interval = Duration.ofDays(value.intValue());
      }
    }
    return interval;
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
      List<String> cardDefines,
      List<Suggestion> suggestions,
      Map<String, String> optional) {
    Set<String> read = new TreeSet<>();
    for (DataNeed need : program.needs(library, defines(condition, cardDefines, suggestions))) {
      read.add(need.resourceType());
    }
    for (String type : optional.keySet()) {
      // an error told before may be why the CQL seems not to read it
      if (!read.contains(type) && !failed()) {
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
    suggestions.forEach(s -> defines.addAll(s.defines()));
    return defines;
  }

  private Optional<CodedTerm> coding(JsonNode coding) {
    CodedTerm term =
        new CodedTerm(text(coding, "system"), text(coding, "code"), text(coding, "display"));
    return term.system().isEmpty() || term.code().isEmpty() || term.display().isEmpty()
        ? Optional.empty()
        : Optional.of(term);
  }

  static String text(JsonNode node, String member) {
    return node.path(member).asText("");
  }

  static Optional<String> optionalText(JsonNode node, String member) {
    return Optional.of(text(node, member)).filter(text -> !text.isBlank());
  }

  private void error(String message) {
    findings.add(plan.error(message));
  }

  void error(String message, String text) {
    findings.add(plan.error(message, text));
  }
}
