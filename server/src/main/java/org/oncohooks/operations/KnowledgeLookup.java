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
   * @param parameters names of the parameters of which one holds the canonical otherwise, or the
   *     reference {@code Type/id}
   * @param version of the canonical, where it is given apart
   * @throws ProblemException {@code NOT_FOUND}, or {@code INCORRECT} if neither is given
   */
  static ObjectNode find(
      Knowledge knowledge,
      String type,
      Optional<String> id,
      Inputs inputs,
      List<String> parameters,
      Optional<String> version) {
    List<String> given = parameters.stream().filter(inputs::has).toList();
    if (given.size() + (id.isPresent() ? 1 : 0) > 1) {
      throw Inputs.incorrect(
          "parameter-twice",
          "Name it once: in the path or by one parameter.",
          given.get(given.size() - 1));
    }
    String parameter = given.isEmpty() ? parameters.get(0) : given.get(0);
    if (inputs.isResource(parameter)) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "parameter-not-supported",
              "Name a " + type + " of the content by its canonical; one that is sent is not taken.",
              parameter)
          .asException();
    }
    String named =
        id.map(each -> type + "/" + each).orElseGet(() -> inputs.requiredText(parameter));
    if (named.startsWith(type + "/")) {
      return all(knowledge, type).stream()
          .filter(each -> named.equals(type + "/" + each.path("id").asText("")))
          .findFirst()
          .orElseThrow(() -> missing(type));
    }
    CanonicalUrl canonical = CanonicalUrl.parse(named);
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
