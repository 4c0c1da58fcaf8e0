package org.oncohooks.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Recommendation;

/**
 * Recommendations that no service lists.
 *
 * @param remarks one for each
 * @param libraries names of their CQL libraries
 */
record Unlisted(List<Remark> remarks, Set<String> libraries) {

  private static final Set<String> CURRENT = Set.of("active", "draft");

  /**
   * @param listed the recommendations of all services
   */
  static Unlisted of(List<ContentFiles.Resource> resources, List<Recommendation> listed) {
    Set<String> ids = listed.stream().map(Recommendation::id).collect(Collectors.toSet());
    List<Remark> remarks = new ArrayList<>();
    Set<String> libraries = new HashSet<>();
    for (ContentFiles.Resource plan : resources) {
      // a service names no library
      String library = plan.json().at("/library/0").asText("");
      if (plan.type().equals("PlanDefinition")
          && CURRENT.contains(plan.json().path("status").asText(""))
          && !library.isEmpty()
          && !ids.contains(plan.id())) {
        libraries.add(CanonicalUrl.parse(library).lastSegment());
        remarks.add(
            JsonPlaces.of(plan)
                .remark(
                    Rule.UNUSED,
                    "/id",
                    "no service lists PlanDefinition/"
                        + plan.id()
                        + "; add an action with its url as definitionCanonical to the service that is"
                        + " to speak it"));
      }
    }
    return new Unlisted(List.copyOf(remarks), Set.copyOf(libraries));
  }
}
