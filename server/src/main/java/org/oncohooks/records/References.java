package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/**
 * Turns the references of a resource that is being written into ones that stay true (FHIR R4,
 * RESTful API, section 3.1.0.11.2).
 */
final class References {

  private static final Pattern TEMPORARY = Pattern.compile("urn:(uuid|oid):.*");
  private static final Pattern CONDITIONAL = Pattern.compile("[A-Za-z]+\\?.*");

  private static final Pattern NAME = Pattern.compile("_?[a-z][A-Za-z0-9]{0,40}");

  private References() {}

  /**
   * @param node changed in place
   * @param written relative reference of what each fullUrl's entry writes
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if a reference is conditional, or is a
   *     URN that no entry bears
   */
  static void resolve(JsonNode node, Map<String, String> written, String place) {
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        resolve(node.get(i), written, place + "[" + i + "]");
      }
    } else if (node instanceof ObjectNode object) {
      Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
      while (members.hasNext()) {
        Map.Entry<String, JsonNode> member = members.next();
        if (member.getKey().equals("reference") && member.getValue().isTextual()) {
          member.setValue(new TextNode(resolved(member.getValue().textValue(), written, place)));
        } else {
          resolve(member.getValue(), written, place + "." + safe(member.getKey()));
        }
      }
    }
  }

  /** A member name that is no element name is the sender's text, and is kept out of problems. */
  private static String safe(String name) {
    return NAME.matcher(name).matches() ? name : "?";
  }

  private static String resolved(String reference, Map<String, String> written, String place) {
    String known = written.getOrDefault(reference, reference);
    if (TEMPORARY.matcher(known).matches()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "reference-unresolved",
              "A reference is a URN that is no fullUrl of this transaction.",
              place)
          .asException();
    }
    if (CONDITIONAL.matcher(known).matches()) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "reference-conditional",
              "Conditional references are not supported; refer by <Type>/<id>.",
              place)
          .asException();
    }
    return known;
  }
}
