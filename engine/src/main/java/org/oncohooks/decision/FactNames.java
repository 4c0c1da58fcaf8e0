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
 * Words for what a fact names by a bare code or link id because the record sent neither display nor
 * text with it: what the content calls it, or else the code with what kind of thing it is here, or
 * its code system. What the record says itself is quoted as it is.
 */
final class FactNames {

  /** A code or a link id as it may stand in a fact, alone or with an age, a value or a unit. */
  private static final Pattern TOKEN =
      Pattern.compile("(?<=^|[ (])[A-Za-z0-9][A-Za-z0-9.-]*(?=$|[ ,:;)])");

  /** The parts of a fact, such as a question and its answer, or several reasons for a visit. */
  private static final Pattern PART = Pattern.compile("(?<=^|: |, )[^:, ]+(?=$|: |, | at \\d)");

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
    Optional<ObjectNode> found = resource.flatMap(this::find);
    if (found.isEmpty() || !TOKEN.matcher(fact).find()) {
      return fact;
    }
    Bare bare = new Bare(names);
    bare.codes(found.get());
    bare.questions(found.get(), found.get().path("questionnaire").asText(""));
    // an age may look like a code that nobody knows, so that only whole parts are such codes
    return replaced(replaced(fact, TOKEN, bare.named), PART, bare.unnamed);
  }

  private static String replaced(String fact, Pattern pattern, Map<String, String> words) {
    return words.isEmpty()
        ? fact
        : pattern
            .matcher(fact)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(words.getOrDefault(found.group(), found.group())));
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

  /** What stands in a resource without words of its own. */
  private static final class Bare {

    private final Displays names;
    private final Map<String, String> named = new HashMap<>();
    private final Map<String, String> unnamed = new HashMap<>();

    private Bare(Displays names) {
      this.names = names;
    }

    /** Codings that stand alone: in a concept without text, of whose codings none has a display. */
    private void codes(JsonNode node) {
      boolean said = node.has("text") || node.path("coding").findValue("display") != null;
      if (node.has("coding") && said) {
        return;
      }
      if (node.path("code").isTextual() && !node.has("display")) {
        String code = node.get("code").textValue();
        String system = node.path("system").asText("");
        Optional<String> name = system.isEmpty() ? Optional.empty() : names.of(system, code);
        if (name.isPresent()) {
          named.put(code, name.get());
        } else if (!system.isEmpty() && !node.has("value")) {
          unnamed.put(
              code,
              names
                  .kind(system, code)
                  .map(kind -> kind + " (" + code + ")")
                  .orElse(code + " (" + system + ")"));
        }
      }
      node.forEach(this::codes);
    }

    private void questions(JsonNode node, String questionnaire) {
      for (JsonNode item : node.path("item")) {
        String linkId = item.path("linkId").asText("");
        if (!item.has("text")) {
          names.ofQuestion(questionnaire, linkId).ifPresent(text -> named.put(linkId, text));
        }
        questions(item, questionnaire);
        item.path("answer").forEach(answer -> questions(answer, questionnaire));
      }
    }
  }
}
