package org.oncohooks.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.knowledge.Displays;
import org.oncohooks.patient.PatientRecord;

/**
 * Words for a fact that is a bare code because the record sent neither display nor text with it:
 * what the content's value sets call it. What the record says itself is quoted as it is.
 */
final class FactNames {

  /** The parts of a fact, such as a question and its answer, or several reasons for a visit. */
  private static final Pattern PART =
      Pattern.compile("(?<=^|: |, )[A-Z0-9][A-Za-z0-9.-]*(?=$|: |, )");

  private FactNames() {}

  /**
   * @param resource where the fact stands, as in {@code Condition/abc}
   */
  static String of(String fact, Optional<String> resource, PatientRecord patient, Displays names) {
    Matcher part = PART.matcher(fact);
    if (!part.find()) {
      return fact;
    }
    Map<String, String> known = new HashMap<>();
    resource.flatMap(r -> find(r, patient)).ifPresent(found -> collect(found, names, known));
    return part.reset()
        .replaceAll(
            code -> Matcher.quoteReplacement(known.getOrDefault(code.group(), code.group())));
  }

  private static Optional<ObjectNode> find(String reference, PatientRecord patient) {
    int slash = reference.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : patient.resources(reference.substring(0, slash)).stream()
            .filter(r -> r.path("id").asText().equals(reference.substring(slash + 1)))
            .findFirst();
  }

  /** Codings that stand alone: in a concept without text, of whose codings none has a display. */
  private static void collect(JsonNode node, Displays names, Map<String, String> known) {
    boolean said = node.has("text") || node.path("coding").findValue("display") != null;
    if (node.has("coding") && said) {
      return;
    }
    if (node.path("code").isTextual() && node.path("system").isTextual() && !node.has("display")) {
      String code = node.get("code").textValue();
      names.of(node.get("system").textValue(), code).ifPresent(name -> known.put(code, name));
    }
    node.forEach(below -> collect(below, names, known));
  }
}
