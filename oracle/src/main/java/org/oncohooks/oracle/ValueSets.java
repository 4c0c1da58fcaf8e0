package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.opencds.cqf.cql.engine.exception.TerminologyProviderException;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.terminology.CodeSystemInfo;
import org.opencds.cqf.cql.engine.terminology.TerminologyProvider;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

/**
 * Membership by the compose of the content's own value sets: concepts and {@code is-a} categories
 * of {@code include}, less those of {@code exclude} (FHIR R4, ValueSet.compose). Whatever a compose
 * holds beyond that is refused when it is read, so that nothing is left out in silence.
 */
final class ValueSets implements TerminologyProvider {

  private static final String ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm";

  private final Map<String, Membership> byUrl;
  private final Map<String, String> aliases;

  private ValueSets(Map<String, Membership> byUrl, Map<String, String> aliases) {
    this.byUrl = byUrl;
    this.aliases = aliases;
  }

  static ValueSets read(Path fhirResources) {
    ObjectMapper mapper = JsonMapper.builder().build();
    Map<String, String> aliases = new HashMap<>();
    for (JsonNode naming : resources(mapper, fhirResources.resolve("namingsystem"))) {
      List<String> uris = new ArrayList<>();
      String preferred = "";
      for (JsonNode id : naming.path("uniqueId")) {
        uris.add(
            id.path("type").asText().equals("oid") && !id.path("value").asText().startsWith("urn:")
                ? "urn:oid:" + id.path("value").asText()
                : id.path("value").asText());
        if (id.path("preferred").asBoolean()) {
          preferred = uris.get(uris.size() - 1);
        }
      }
      for (String uri : uris) {
        aliases.put(uri, preferred);
      }
    }
    Map<String, Membership> byUrl = new HashMap<>();
    for (JsonNode valueSet : resources(mapper, fhirResources.resolve("valueset"))) {
      String url = valueSet.path("url").asText();
      byUrl.put(
          url,
          new Membership(
              rules(valueSet.path("compose").path("include"), url),
              rules(valueSet.path("compose").path("exclude"), url)));
    }
    return new ValueSets(byUrl, aliases);
  }

  @Override
  public boolean in(Code code, ValueSetInfo valueSet) {
    Membership membership = byUrl.get(valueSet.getId());
    if (membership == null) {
      throw new TerminologyProviderException("Unknown value set " + valueSet.getId());
    }
    return code.getCode() != null
        && code.getSystem() != null
        && membership.holds(canonical(code.getSystem()), code.getCode());
  }

  @Override
  public Iterable<Code> expand(ValueSetInfo valueSet) {
    throw new TerminologyProviderException("Expanding is not supported: " + valueSet.getId());
  }

  @Override
  public Code lookup(Code code, CodeSystemInfo codeSystem) {
    return code;
  }

  /** The preferred URI of a code system, given any of its names. */
  String canonical(String system) {
    return aliases.getOrDefault(system, system);
  }

  private static List<Rule> rules(JsonNode components, String url) {
    List<Rule> rules = new ArrayList<>();
    for (JsonNode component : components) {
      String system = component.path("system").asText();
      Set<String> codes = new HashSet<>();
      component
          .path("concept")
          .forEach(concept -> codes.add(comparable(system, concept.path("code").asText())));
      List<String> categories = new ArrayList<>();
      for (JsonNode filter : component.path("filter")) {
        if (!system.equals(ICD10CM)
            || !filter.path("op").asText().equals("is-a")
            || !filter.path("property").asText().equals("concept")) {
          throw new IllegalStateException("A filter this reader does not know, in " + url);
        }
        categories.add(comparable(system, filter.path("value").asText()));
      }
      if (component.has("valueSet")
          || system.isEmpty()
          || codes.isEmpty() == categories.isEmpty()) {
        throw new IllegalStateException("A component this reader does not know, in " + url);
      }
      rules.add(new Rule(system, codes, categories));
    }
    return rules;
  }

  private static List<JsonNode> resources(ObjectMapper mapper, Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<JsonNode> resources = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        resources.add(mapper.readTree(file.toFile()));
      }
      return resources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** ICD-10-CM is met with the dot and without; it is the same code. */
  private static String comparable(String system, String code) {
    return system.equals(ICD10CM) ? code.replace(".", "") : code;
  }

  private record Membership(List<Rule> included, List<Rule> excluded) {

    boolean holds(String system, String code) {
      return included.stream().anyMatch(rule -> rule.matches(system, code))
          && excluded.stream().noneMatch(rule -> rule.matches(system, code));
    }
  }

  private record Rule(String system, Set<String> codes, List<String> categories) {

    boolean matches(String otherSystem, String otherCode) {
      String code = comparable(otherSystem, otherCode);
      return system.equals(otherSystem)
          && (codes.contains(code) || categories.stream().anyMatch(code::startsWith));
    }
  }
}
