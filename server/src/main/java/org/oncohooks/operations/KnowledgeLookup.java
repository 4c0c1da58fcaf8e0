package org.oncohooks.operations;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.oncohooks.CanonicalUrl;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.Knowledge;

/** Finds the resource of the content that an operation is about. */
final class KnowledgeLookup {

  private KnowledgeLookup() {}

  /**
   * @param id of the instance, where the operation was called on one
   * @param parameter name of the parameter that holds the canonical otherwise
   * @param version of the canonical, where it is given apart
   * @throws ProblemException {@code NOT_FOUND}, or {@code INCORRECT} if neither is given
   */
  static ObjectNode find(
      Knowledge knowledge,
      String type,
      Optional<String> id,
      Inputs inputs,
      String parameter,
      Optional<String> version) {
    if (id.isPresent()) {
      if (inputs.has(parameter)) {
        throw Inputs.incorrect(
            "parameter-twice", "Name it in the path or by this parameter, not both.", parameter);
      }
      return all(knowledge, type).stream()
          .filter(each -> each.path("id").asText("").equals(id.get()))
          .findFirst()
          .orElseThrow(() -> missing(type));
    }
    CanonicalUrl canonical = CanonicalUrl.parse(inputs.requiredText(parameter));
    Optional<String> wanted = version.or(canonical::version);
    return all(knowledge, type).stream()
        .filter(each -> each.path("url").asText("").equals(canonical.url()))
        .filter(each -> wanted.map(each.path("version").asText("")::equals).orElse(true))
        .findFirst()
        .orElseThrow(() -> missing(type));
  }

  static List<ObjectNode> all(Knowledge knowledge, String type) {
    return knowledge.resources().getOrDefault(type, List.of());
  }

  static ProblemException missing(String type) {
    return Problem.of(
            ProblemCategory.NOT_FOUND,
            "resource-unknown",
            "The content has no such " + type + "; a search of " + type + " lists those it has.")
        .asException();
  }
}
