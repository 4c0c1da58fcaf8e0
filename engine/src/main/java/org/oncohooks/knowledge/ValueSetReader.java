package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.oncohooks.Finding;
import org.oncohooks.cql.ValueSets;

/**
 * Value sets and code system aliases from FHIR resources.
 *
 * <p>Members of a value set are the codes that {@code compose.include} lists and the ICD-10-CM
 * categories that it names by an {@code is-a} filter on {@code concept}, without those that {@code
 * compose.exclude} lists or names. The expansion that is shipped for other tools has to agree. A
 * NamingSystem lists the URIs of one code system; the one marked as preferred stands for all.
 */
final class ValueSetReader {

  private static final String ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm";

  private final ValueSets.Builder valueSets = ValueSets.builder();
  private final List<Finding> findings;

  ValueSetReader(List<Finding> findings) {
    this.findings = findings;
  }

  ValueSets read(List<ContentFiles.Resource> resources) {
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("NamingSystem")) {
        aliases(resource);
      } else if (resource.type().equals("CodeSystem")) {
        valueSets.system(resource.url());
      }
    }
    Set<String> urls = new HashSet<>();
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("ValueSet")) {
        if (resource.url().isEmpty() || !urls.add(resource.url())) {
          error(resource, "a ValueSet needs a url that no other has");
        } else {
          valueSet(resource);
        }
      }
    }
    ValueSets built = valueSets.build();
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("ValueSet") && urls.contains(resource.url())) {
        checkSystems(resource, built);
        checkExpansion(resource, built);
      }
    }
    return built;
  }

  private void aliases(ContentFiles.Resource resource) {
    String preferred = null;
    for (JsonNode id : resource.json().path("uniqueId")) {
      if (id.path("preferred").asBoolean(false)) {
        preferred = uri(id);
      }
    }
    if (preferred == null) {
      error(resource, "mark one uniqueId of the NamingSystem as preferred");
      return;
    }
    valueSets.system(preferred);
    for (JsonNode id : resource.json().path("uniqueId")) {
      if (!uri(id).equals(preferred)) {
        valueSets.systemAlias(uri(id), preferred);
      }
    }
  }

  private static String uri(JsonNode uniqueId) {
    String value = uniqueId.path("value").asText("");
    boolean oid = uniqueId.path("type").asText("").equals("oid");
    return oid && !value.startsWith("urn:oid:") ? "urn:oid:" + value : value;
  }

  private void valueSet(ContentFiles.Resource resource) {
    String url = resource.url();
    valueSets.valueSet(url);
    JsonNode include = resource.json().path("compose").path("include");
    if (!include.isArray() || include.isEmpty()) {
      error(resource, "the ValueSet lists no codes; give it compose.include");
      return;
    }
    for (JsonNode part : include) {
      part(resource, part, false);
    }
    for (JsonNode part : resource.json().path("compose").path("exclude")) {
      part(resource, part, true);
    }
    if (!resource.json().path("expansion").path("contains").isArray()) {
      error(
          resource,
          "the ValueSet has no expansion; other tools read it as empty without: add expansion.contains");
    }
  }

  private void part(ContentFiles.Resource resource, JsonNode part, boolean exclude) {
    String url = resource.url();
    String system = part.path("system").asText("");
    if (system.isEmpty() || part.has("valueSet")) {
      error(
          resource,
          "each part of compose needs a system; references to other value sets are not read");
      return;
    }
    if (!part.has("concept") && !part.has("filter")) {
      error(resource, "the part of compose for " + system + " lists neither concept nor filter");
    }
    for (JsonNode concept : part.path("concept")) {
      String code = concept.path("code").asText("");
      if (code.isBlank() || !code.equals(code.strip())) {
        error(resource, "a concept of " + system + " has no code, or one with spaces around it");
      } else if (exclude) {
        valueSets.excludeCode(url, system, code);
      } else {
        valueSets.code(url, system, code);
      }
    }
    for (JsonNode filter : part.path("filter")) {
      if (!system.equals(ICD_10_CM)
          || !filter.path("property").asText("").equals("concept")
          || !filter.path("op").asText("").equals("is-a")
          || filter.path("value").asText("").length() < 3) {
        error(
            resource,
            "the only filter read is {property: concept, op: is-a} on an ICD-10-CM category");
      } else if (exclude) {
        valueSets.excludeCategory(url, filter.path("value").asText());
      } else {
        valueSets.category(url, filter.path("value").asText());
      }
    }
  }

  /** A code system that is misspelled would make every code of it a non-member, silently. */
  private void checkSystems(ContentFiles.Resource resource, ValueSets built) {
    for (String part : List.of("include", "exclude")) {
      for (JsonNode codes : resource.json().path("compose").path(part)) {
        String system = codes.path("system").asText("");
        if (!system.isEmpty() && !built.knowsSystem(system)) {
          error(
              resource,
              "code system "
                  + system
                  + " is not known; correct it, or declare it by a NamingSystem or CodeSystem",
              system);
        }
      }
    }
  }

  private void checkExpansion(ContentFiles.Resource resource, ValueSets built) {
    Set<String> expanded = new HashSet<>();
    for (JsonNode member : resource.json().path("expansion").path("contains")) {
      String system = member.path("system").asText("");
      String code = member.path("code").asText("");
      expanded.add(system + "|" + code);
      if (!built.contains(resource.url(), system, code)) {
        error(
            resource,
            "the expansion lists " + system + "|" + code + ", which compose does not include",
            code);
      }
    }
    for (JsonNode part : resource.json().path("compose").path("include")) {
      for (JsonNode concept : part.path("concept")) {
        String system = part.path("system").asText("");
        String code = concept.path("code").asText("");
        if (!expanded.contains(system + "|" + code)
            && built.contains(resource.url(), system, code)) {
          error(
              resource,
              "the expansion lacks " + system + "|" + code + ", which compose includes",
              code);
        }
      }
    }
  }

  private void error(ContentFiles.Resource resource, String message) {
    findings.add(resource.error(message));
  }

  private void error(ContentFiles.Resource resource, String message, String text) {
    findings.add(resource.error(message, text));
  }
}
