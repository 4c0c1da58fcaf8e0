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

  private final PatientRecord patient;
  private final Displays names;

  /** Resources by type and id, of the types that were asked for: a card may rest on thousands. */
  private final Map<String, Map<String, ObjectNode>> byId = new HashMap<>();

  FactNames(PatientRecord patient, Displays names) {
    this.patient = patient;
    this.names = names;
  }

  /**
   * @param resource where the fact stands, as in {@code Condition/abc}
   */
  String of(String fact, Optional<String> resource) {
    Matcher part = PART.matcher(fact);
    if (!part.find()) {
      return fact;
    }
    Map<String, String> known = new HashMap<>();
    resource.flatMap(this::find).ifPresent(found -> collect(found, names, known));
    return part.reset()
        .replaceAll(
            code -> Matcher.quoteReplacement(known.getOrDefault(code.group(), code.group())));
  }

  private Optional<ObjectNode> find(String reference) {
    int slash = reference.indexOf('/');
    return slash < 0
        ? Optional.empty()
        : Optional.ofNullable(
            byId.computeIfAbsent(reference.substring(0, slash), this::byId)
                .get(reference.substring(slash + 1)));
  }

  private Map<String, ObjectNode> byId(String type) {
    Map<String, ObjectNode> found = new HashMap<>();
    patient.resources(type).forEach(r -> found.putIfAbsent(r.path("id").asText(), r));
    return found;
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
