package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.JsonNode;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Refuses members without content: "objects are never empty", neither are lists nor texts, and null
 * stands only in lists of primitives (FHIR R4, JSON, section 2.6.2). HAPI's parser lets them pass.
 */
final class EmptyValues {

  private EmptyValues() {}

  /**
   * @throws org.oncohooks.ProblemException {@code INCORRECT}
   */
  static void refuse(JsonNode node, String place) {
    if (node.isNull() || (node.isTextual() && node.textValue().isBlank())) {
      throw empty(place);
    }
    if (node.isContainerNode()) {
      if (node.isEmpty()) {
        throw empty(place);
      }
      if (node.isArray()) {
        for (int i = 0; i < node.size(); i++) {
          if (!node.get(i).isNull()) {
            refuse(node.get(i), place + "[" + i + "]");
          }
        }
      } else {
        node.properties()
            .forEach(
                member ->
                    refuse(member.getValue(), place + "." + ElementShape.safe(member.getKey())));
      }
    }
  }

  private static ProblemException empty(String place) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "structure-empty",
            "The resource has a member that is empty or null; leave it out.",
            place)
        .asException();
  }
}
