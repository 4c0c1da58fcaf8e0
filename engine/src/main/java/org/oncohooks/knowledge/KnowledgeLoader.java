package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Finding;
import org.oncohooks.NearestName;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.cql.CqlCompilation;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.cql.DataNeed;
import org.oncohooks.cql.UnknownMember;
import org.oncohooks.cql.ValueSets;

/**
 * Loads content from a folder that holds {@code cql/} and {@code fhir-resources/}: reads all files,
 * compiles all CQL, checks everything against everything, and lists all that it finds.
 */
public final class KnowledgeLoader {

  private static final String OFF_BY_DEFAULT =
      "https://oncohooks.org/StructureDefinition/service-off-by-default";

  private final ContentFiles files;
  private final List<Finding> findings;
  private final Set<Finding> unknownElements = new HashSet<>();

  /** Files with an element whose right name is near: what else is wrong there follows from it. */
  private final Set<String> misspelt = new HashSet<>();

  private final Map<String, ContentFiles.Resource> plans = new HashMap<>();
  private final Map<String, ObjectNode> activities = new HashMap<>();
  private final Map<String, Optional<Recommendation>> recommendations = new HashMap<>();

  private KnowledgeLoader(ContentFiles files) {
    this.files = files;
    this.findings = new ArrayList<>(files.findings());
  }

  /**
   * @param content folder that holds {@code cql/} and {@code fhir-resources/}
   * @return the snapshot, or what keeps it from being served
   */
  public static Loaded load(Path content) {
    return load(content, Optional.empty());
  }

  /** As {@link #load(Path)}, with a cache of compiled CQL. */
  public static Loaded load(Path content, Optional<CompiledCqlCache> cache) {
    return load(content, cache, new CompiledLibraries());
  }

  /** As {@link #load(Path, Optional)}, compiling no library again that is remembered. */
  public static Loaded load(
      Path content, Optional<CompiledCqlCache> cache, CompiledLibraries memory) {
    return load(ContentFiles.read(content), cache, memory);
  }

  /** As above, of files that were read before. */
  public static Loaded load(
      ContentFiles files, Optional<CompiledCqlCache> cache, CompiledLibraries memory) {
    return new KnowledgeLoader(files).load(cache, memory);
  }

  private Loaded load(Optional<CompiledCqlCache> cache, CompiledLibraries memory) {
    ValueSets valueSets = new ValueSetReader(findings).read(files.resources());
    CqlCompilation.Result compiled =
        CqlCompilation.compile(files.sources(), valueSets, cache, memory);
    findings.addAll(compiled.findings());
    elements(
        compiled
            .program()
            .<Function<ObjectNode, List<UnknownMember>>>map(program -> program::unknownMembers)
            .orElseGet(memory::unknownMembers));
    if (compiled.program().isEmpty()) {
      return new Loaded(Optional.empty(), sorted());
    }
    CqlProgram program = withTables(compiled.program().get());
    new SettingsCheck(program, files.sources(), findings).check();
    index();
    Map<String, Service> services = services(program, valueSets);
    if (findings.stream().anyMatch(Finding::isError)) {
      return new Loaded(Optional.empty(), sorted());
    }
    return new Loaded(
        Optional.of(new Knowledge(files.version(), services, resources(), sources(), program)),
        sorted());
  }

  /** An element that FHIR does not have is read by nobody: what it was to say would not hold. */
  private void elements(Function<ObjectNode, List<UnknownMember>> unknownMembers) {
    for (ContentFiles.Resource resource : files.resources()) {
      for (UnknownMember unknown : unknownMembers.apply(resource.json())) {
        Finding finding =
            resource.error(
                unknown.type()
                    + " has no element "
                    + unknown.name()
                    + " in FHIR R4"
                    + unknown.hint()
                    + "; correct it at "
                    + unknown.place()
                    + ", or take it away",
                unknown.name());
        findings.add(finding);
        unknownElements.add(finding);
        if (!unknown.hint().isEmpty()) {
          misspelt.add(resource.file());
        }
      }
    }
  }

  private CqlProgram withTables(CqlProgram program) {
    return program.withTables(
        new TableReader(program, findings).read(files.resources(), files.sources()));
  }

  private List<Finding> sorted() {
    Set<String> unread =
        files.findings().stream()
            .map(Finding::file)
            .filter(file -> file.startsWith("fhir-resources/"))
            .collect(Collectors.toCollection(HashSet::new));
    unread.addAll(misspelt);
    List<Finding> causes =
        findings.stream()
            .filter(f -> !misspelt.contains(f.file()) || unknownElements.contains(f))
            .distinct()
            .sorted()
            .toList();
    return Causes.fold(
        Causes.withoutFollowing(causes, unread),
        files.resources().stream().filter(r -> r.type().equals("PlanDefinition")).toList());
  }

  private void index() {
    for (ContentFiles.Resource resource : files.resources()) {
      if (resource.type().equals("PlanDefinition") && isCurrent(resource)) {
        if (plans.putIfAbsent(resource.url(), resource) != null) {
          findings.add(resource.error("another PlanDefinition has the same url", resource.url()));
        }
      } else if (resource.type().equals("ActivityDefinition")) {
        if (!resource.json().path("kind").asText("").equals("ServiceRequest")) {
          findings.add(resource.error("kind has to be ServiceRequest"));
        }
        activities.put(resource.url(), resource.json());
      }
    }
  }

  private static boolean isCurrent(ContentFiles.Resource resource) {
    return Set.of("active", "draft").contains(resource.json().path("status").asText(""));
  }

  private Map<String, Service> services(CqlProgram program, ValueSets valueSets) {
    Map<String, Service> services = new TreeMap<>();
    for (ContentFiles.Resource plan : plans.values()) {
      Optional<String> id = plan.serviceId();
      if (id.isEmpty()) {
        recommendation(plan, program);
        continue;
      }
      if (!id.get().matches("[A-Za-z0-9\\-.]{1,64}")) {
        findings.add(
            plan.error("the endpoint's last segment may hold letters, digits, - and .", id.get()));
      } else if (services.containsKey(id.get())) {
        findings.add(plan.error("another PlanDefinition has the same service id", id.get()));
      } else {
        services.put(id.get(), service(id.get(), plan, program, valueSets));
      }
    }
    if (services.isEmpty()) {
      findings.add(
          Finding.error(
              "fhir-resources",
              "no PlanDefinition has the extension " + ContentFiles.ENDPOINT + ": no service"));
    }
    return services;
  }

  private static boolean isOffByDefault(ContentFiles.Resource plan) {
    for (JsonNode extension : plan.json().path("extension")) {
      if (extension.path("url").asText("").equals(OFF_BY_DEFAULT)) {
        return extension.path("valueBoolean").asBoolean(false);
      }
    }
    return false;
  }

  private Service service(
      String id, ContentFiles.Resource plan, CqlProgram program, ValueSets valueSets) {
    List<Service.Entry> entries = new ArrayList<>();
    Map<String, Set<DataNeed>> needsOfHook = new LinkedHashMap<>();
    for (JsonNode action : plan.json().path("action")) {
      String canonical = action.path("definitionCanonical").asText("");
      Set<String> hooks = hooks(plan, action);
      ContentFiles.Resource target =
          canonical.isEmpty() ? null : plans.get(CanonicalUrl.parse(canonical).url());
      if (target == null) {
        findings.add(
            plan.error(
                canonical.isEmpty()
                    ? "a service's action names a recommendation by definitionCanonical"
                    : "there is no PlanDefinition "
                        + canonical
                        + NearestName.hint(canonical, plans.keySet())
                        + ", or it is retired; a service's action names a recommendation by"
                        + " definitionCanonical",
                canonical));
      } else if (hooks.isEmpty()) {
        findings.add(
            plan.error(
                "the action needs a trigger of type named-event that names a hook", canonical));
      } else {
        recommendation(target, program)
            .ifPresent(
                recommendation -> {
                  entries.add(new Service.Entry(recommendation, hooks));
                  Set<DataNeed> needs =
                      program.needs(recommendation.library(), recommendation.defines());
                  requireCanAskFor(plan, recommendation, needs);
                  hooks.forEach(
                      hook ->
                          needsOfHook
                              .computeIfAbsent(hook, h -> new LinkedHashSet<>())
                              .addAll(needs));
                });
      }
    }
    String description = plan.json().path("description").asText("");
    if (description.isBlank()) {
      findings.add(plan.error("a service needs a description"));
    }
    Map<String, PrefetchTemplates> prefetchOfHook = new HashMap<>();
    needsOfHook.forEach(
        (hook, needs) -> prefetchOfHook.put(hook, PrefetchTemplates.of(needs, valueSets)));
    return new Service(
        id,
        plan.json().path("title").asText(id),
        description,
        isOffByDefault(plan),
        List.copyOf(entries),
        Map.copyOf(prefetchOfHook));
  }

  private void requireCanAskFor(
      ContentFiles.Resource plan, Recommendation recommendation, Set<DataNeed> needs) {
    for (DataNeed need : needs) {
      if (!PrefetchTemplates.canAskFor(need.resourceType())) {
        String mend =
            need.resourceType().equals("Medication")
                ? "; a retrieve of medicines that is filtered by code does so: leave the filter out,"
                    + " and compare what the entry says of its medicine"
                : "";
        findings.add(
            plan.error(
                "the CQL of "
                    + recommendation.library()
                    + " reads "
                    + need.resourceType()
                    + ", which can't be asked for by patient"
                    + mend));
      }
    }
  }

  private Set<String> hooks(ContentFiles.Resource plan, JsonNode action) {
    Set<String> hooks = new LinkedHashSet<>();
    for (JsonNode trigger : action.path("trigger")) {
      String name = trigger.path("name").asText("");
      if (!trigger.path("type").asText("").equals("named-event") || name.isBlank()) {
        findings.add(plan.error("a trigger has to be a named-event that names a hook", name));
      } else if (trigger.has("condition") || trigger.has("data")) {
        findings.add(
            plan.error(
                "a trigger's condition and data are not evaluated; put them into the CQL", name));
      } else {
        hooks.add(name);
      }
    }
    if (action.has("action") || action.has("condition")) {
      findings.add(
          plan.error(
              "a service's action may only name a recommendation and its hooks",
              action.path("id").asText("")));
    }
    return hooks;
  }

  private Optional<Recommendation> recommendation(ContentFiles.Resource plan, CqlProgram program) {
    return recommendations.computeIfAbsent(
        plan.url(), url -> new PlanReader(plan, program, activities, sources(), findings).read());
  }

  private Map<String, CqlSource> sources() {
    Map<String, CqlSource> sources = new TreeMap<>();
    files.sources().forEach(source -> sources.put(source.name(), source));
    return Collections.unmodifiableMap(sources);
  }

  private Map<String, List<ObjectNode>> resources() {
    Map<String, CqlSource> sources = sources();
    Map<String, List<ObjectNode>> byType = new TreeMap<>();
    for (ContentFiles.Resource resource : files.resources()) {
      ObjectNode json = resource.json();
      CqlSource source = sources.get(json.path("name").asText(""));
      if (resource.type().equals("Library") && source != null) {
        json = json.deepCopy();
        json.putArray("content")
            .addObject()
            .put("contentType", "text/cql")
            .put(
                "data",
                Base64.getEncoder().encodeToString(source.text().getBytes(StandardCharsets.UTF_8)));
      }
      byType.computeIfAbsent(resource.type(), t -> new ArrayList<>()).add(json);
    }
    byType.replaceAll((type, list) -> List.copyOf(list));
    return byType;
  }
}
