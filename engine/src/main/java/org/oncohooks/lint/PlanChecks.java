package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.knowledge.ContentFiles;

/** What FHIR resources may say that nobody will hear on the CDS Hooks wire. */
final class PlanChecks {

  private static final Set<String> HOOKS =
      Set.of(
          "patient-view",
          "order-select",
          "order-sign",
          "order-dispatch",
          "appointment-book",
          "encounter-start",
          "encounter-discharge",
          "allergyintolerance-create",
          "medication-refill",
          "problem-list-item-create");

  private static final Map<String, String> UNMAPPED =
      Map.of(
          "exactly-one", "CDS Hooks can't demand a choice; it is sent as at-most-one: write that",
          "one-or-more", "CDS Hooks can't demand a choice; it is sent as any: write that",
          "all", "the suggestions become one, with the action's title as its label",
          "all-or-none", "the suggestions become one, with the action's title as its label");

  private PlanChecks() {}

  static List<Remark> of(List<ContentFiles.Resource> resources, ElmProgram program) {
    List<Remark> remarks = new ArrayList<>();
    Set<String> valueSets = new HashSet<>();
    Set<String> libraries = new HashSet<>();
    for (ContentFiles.Resource resource : resources) {
      if (resource.type().equals("Library")) {
        libraries.add(resource.url());
      }
    }
    for (ElmLibrary library : program.libraries()) {
      library.declared("valueSets").forEach(v -> valueSets.add(v.path("id").asText()));
    }
    for (ContentFiles.Resource resource : resources) {
      if (resource.json().path("status").asText("").equals("retired")) {
        // kept for those who read old answers; nothing of it is served
        continue;
      }
      JsonPlaces places = JsonPlaces.of(resource);
      if (resource.json().path("status").asText("").equals("draft")) {
        remarks.add(
            places.remark(
                Rule.STATUS, "/status", "status is draft, and it is served; make it active"));
      }
      if (resource.type().equals("PlanDefinition")) {
        actions(resource.json().path("action"), "/action", places, remarks);
        String canonical = resource.json().at("/library/0").asText("");
        if (!canonical.isEmpty()) {
          library(CanonicalUrl.parse(canonical), libraries, places, remarks);
        }
      }
      if (resource.type().equals("ValueSet") && !valueSets.contains(resource.url())) {
        remarks.add(
            places.remark(
                Rule.UNUSED,
                "/url",
                "no CQL declares this value set; take the file away, or declare it in Concepts"));
      }
      todo(resource, places, remarks);
    }
    return remarks;
  }

  private static void library(
      CanonicalUrl library, Set<String> libraries, JsonPlaces places, List<Remark> remarks) {
    if (!libraries.contains(library.url())) {
      remarks.add(
          places.remark(
              Rule.LIBRARY,
              "/library/0",
              "no Library resource has the url "
                  + library.url()
                  + "; add fhir-resources/library/Library-"
                  + library.lastSegment()
                  + ".json, or correct it"));
    }
  }

  private static void actions(
      JsonNode actions, String pointer, JsonPlaces places, List<Remark> remarks) {
    for (int i = 0; i < actions.size(); i++) {
      JsonNode action = actions.get(i);
      String here = pointer + "/" + i;
      String unmapped = UNMAPPED.get(action.path("selectionBehavior").asText(""));
      boolean ofSuggestion = here.chars().filter(c -> c == '/').count() > 2;
      if (unmapped != null && !ofSuggestion) {
        remarks.add(places.remark(Rule.SELECTION_BEHAVIOR, here + "/selectionBehavior", unmapped));
      }
      for (int t = 0; t < action.path("trigger").size(); t++) {
        String hook = action.path("trigger").get(t).path("name").asText("");
        if (!HOOKS.contains(hook)) {
          remarks.add(
              places.remark(
                  Rule.HOOK,
                  here + "/trigger/" + t + "/name",
                  "CDS Hooks has no hook " + hook + "; an EHR will hardly fire it"));
        }
      }
      actions(action.path("action"), here + "/action", places, remarks);
    }
  }

  /** What {@code oncohooks new} leaves for the author to fill. */
  private static void todo(
      ContentFiles.Resource resource, JsonPlaces places, List<Remark> remarks) {
    todo(resource.json(), "", places, remarks);
  }

  private static void todo(JsonNode node, String pointer, JsonPlaces places, List<Remark> remarks) {
    if (node.isTextual() && node.textValue().contains("TODO")) {
      remarks.add(places.remark(Rule.TODO, pointer, "still to do: " + node.textValue()));
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        todo(node.get(i), pointer + "/" + i, places, remarks);
      }
    } else if (node.isObject()) {
      node.properties()
          .forEach(m -> todo(m.getValue(), pointer + "/" + m.getKey(), places, remarks));
    }
  }
}
