package org.oncohooks.authoring;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.oncohooks.knowledge.PrefetchTemplates;

/**
 * Whether a FHIR server can answer prefetch templates, as its CapabilityStatement says (FHIR R4,
 * CapabilityStatement.rest, and its extension for combinations of search parameters).
 */
public final class CapabilityCheck {

  private static final String COMBINATION =
      "http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination";
  private static final String EXPECTATION =
      "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation";
  private static final Set<String> EXPECTED = Set.of("SHALL", "SHOULD");

  private final JsonNode rest;
  private final List<String> lacking = new ArrayList<>();
  private final List<String> doubtful = new ArrayList<>();

  /**
   * What a server says.
   *
   * @param lacking what it can't do, a line each
   * @param doubtful searches by other parameters than those that it lists together, a line each: it
   *     may refuse them
   */
  public record Said(List<String> lacking, List<String> doubtful) {}

  private CapabilityCheck(JsonNode rest) {
    this.rest = rest;
  }

  /**
   * @param templates of one service and hook
   * @param capabilities a CapabilityStatement
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if it is no CapabilityStatement of a
   *     server of FHIR R4
   */
  public static Said of(PrefetchTemplates templates, JsonNode capabilities) {
    if (!capabilities.path("resourceType").asText("").equals("CapabilityStatement")) {
      throw JsonFiles.refuse("The file is no CapabilityStatement; GET [base]/metadata gives one.");
    }
    if (!capabilities.path("fhirVersion").asText("4.0").startsWith("4.0")) {
      throw JsonFiles.refuse(
          "The server is of FHIR "
              + capabilities.path("fhirVersion").asText()
              + "; the templates are of R4.");
    }
    JsonNode server = null;
    for (JsonNode rest : capabilities.path("rest")) {
      if (rest.path("mode").asText("server").equals("server")) {
        server = rest;
      }
    }
    if (server == null) {
      throw JsonFiles.refuse("The CapabilityStatement says nothing of a server (rest.mode).");
    }
    CapabilityCheck check = new CapabilityCheck(server);
    templates.templates().forEach(check::template);
    return new Said(List.copyOf(check.lacking), List.copyOf(check.doubtful));
  }

  private void template(String key, String template) {
    int question = template.indexOf('?');
    String type = template.substring(0, question < 0 ? template.indexOf('/') : question);
    JsonNode resource = resource(type);
    if (resource == null) {
      lacking.add(key + ": the server has no " + type);
      return;
    }
    String interaction = question < 0 ? "read" : "search-type";
    if (!interactions(resource).contains(interaction)) {
      lacking.add(key + ": " + type + " has no " + interaction);
      return;
    }
    Set<String> known = new TreeSet<>();
    resource.path("searchParam").forEach(p -> known.add(p.path("name").asText()));
    rest.path("searchParam").forEach(p -> known.add(p.path("name").asText()));
    if (question >= 0) {
      Set<String> names = new TreeSet<>();
      for (String part : template.substring(question + 1).split("&")) {
        String name = part.substring(0, part.indexOf('='));
        if (!known.contains(name)) {
          lacking.add(
              key
                  + ": "
                  + type
                  + " can't be searched by "
                  + name
                  + (known.isEmpty()
                      ? ""
                      : ", but by " + known.stream().collect(Collectors.joining(", "))));
        }
        names.add(name);
      }
      if (known.containsAll(names)) {
        combination(key, type, names, resource);
      }
    }
  }

  /** A server may take a parameter together with others only (US Core: patient and category). */
  private void combination(String key, String type, Set<String> names, JsonNode resource) {
    List<Set<String>> listed = new ArrayList<>();
    for (JsonNode extension : resource.path("extension")) {
      if (extension.path("url").asText().equals(COMBINATION)) {
        Set<String> required = new TreeSet<>();
        for (JsonNode part : extension.path("extension")) {
          if (part.path("url").asText().equals("required")) {
            required.add(part.path("valueString").asText());
          }
        }
        listed.add(required);
      }
    }
    boolean alone = false;
    for (JsonNode parameter : resource.path("searchParam")) {
      alone |= names.contains(parameter.path("name").asText()) && isExpected(parameter);
    }
    if (!listed.isEmpty() && !alone && listed.stream().noneMatch(names::containsAll)) {
      doubtful.add(
          key
              + ": the server lists no search of "
              + type
              + " by "
              + String.join(" and ", names)
              + " alone, but by "
              + listed.stream()
                  .map(set -> String.join(" and ", set))
                  .distinct()
                  .collect(Collectors.joining(", or by ")));
    }
  }

  private static boolean isExpected(JsonNode parameter) {
    for (JsonNode extension : parameter.path("extension")) {
      if (extension.path("url").asText().equals(EXPECTATION)
          && EXPECTED.contains(extension.path("valueCode").asText())) {
        return true;
      }
    }
    return false;
  }

  private JsonNode resource(String type) {
    for (JsonNode resource : rest.path("resource")) {
      if (resource.path("type").asText().equals(type)) {
        return resource;
      }
    }
    return null;
  }

  private static Set<String> interactions(JsonNode resource) {
    Set<String> codes = new TreeSet<>();
    resource.path("interaction").forEach(i -> codes.add(i.path("code").asText()));
    return codes;
  }
}
