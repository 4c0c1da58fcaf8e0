package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/**
 * Elements that may turn what a resource says into its opposite: {@code modifierExtension} and
 * {@code implicitRules}. Whoever does not know what one means must not go on as if it were absent
 * (FHIR R4, Extensibility, section 2.4.0.3; Resource, section 2.26.3.2). This service knows none.
 */
public final class ModifierElements {

  /** A name that is no element's is the sender's text, and is kept out of problems. */
  private static final Pattern NAME = Pattern.compile("_?[a-z][A-Za-z0-9]{0,40}");

  private ModifierElements() {}

  /** Whether a member of a JSON object is such an element, and holds something. */
  public static boolean is(String name, JsonNode value) {
    boolean modifier =
        switch (name) {
          case "modifierExtension", "implicitRules" -> true;
          default -> false;
        };
    return modifier && !value.isNull() && !(value.isArray() && value.isEmpty());
  }

  /**
   * @param place path of the node
   * @throws org.oncohooks.ProblemException {@code NOT_PROCESSABLE} naming the first of them
   */
  public static void requireNone(JsonNode node, String place) {
    find(node, place)
        .ifPresent(
            element -> {
              throw Problem.of(
                      ProblemCategory.NOT_PROCESSABLE,
                      "modifier-not-understood",
                      "The element may change what the resource means, in a way that this service"
                          + " does not know, so it takes no such resource.",
                      element)
                  .asException();
            });
  }

  /**
   * Where the first of them stands, at any depth.
   *
   * @param place path of the node
   */
  public static Optional<String> find(JsonNode node, String place) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        String name = member.getKey();
        String there = place + "." + (NAME.matcher(name).matches() ? name : "?");
        Optional<String> found =
            is(name, member.getValue()) ? Optional.of(there) : find(member.getValue(), there);
        if (found.isPresent()) {
          return found;
        }
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        Optional<String> found = find(node.get(i), place + "[" + i + "]");
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }
}
