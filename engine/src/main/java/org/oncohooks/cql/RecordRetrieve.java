package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.PatientRecord;
import org.opencds.cqf.cql.engine.retrieve.RetrieveProvider;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * Answers retrieves from one patient's record, by an index over type and code that is built once
 * per type and code element. Used by one thread for one patient at a time.
 */
final class RecordRetrieve implements RetrieveProvider {

  private final FhirTypes types;
  private final ValueSets valueSets;
  private PatientRecord patient;
  private FhirValues values;
  private final Map<String, List<Value>> byType = new HashMap<>();
  private final Map<String, Index> byCodePath = new HashMap<>();

  RecordRetrieve(FhirTypes types, ValueSets valueSets) {
    this.types = types;
    this.valueSets = valueSets;
  }

  /** Turns to a patient; nothing of the patient before remains. */
  void begin(PatientRecord record, FhirValues recordValues) {
    end();
    patient = record;
    values = recordValues;
  }

  /** Lets go of the patient. */
  void end() {
    patient = null;
    values = null;
    byType.clear();
    byCodePath.clear();
  }

  @Override
  public Iterable<Value> retrieve(
      String context,
      String contextPath,
      String contextValue,
      String dataType,
      String templateId,
      String codePath,
      Iterable<Code> codes,
      String valueSet,
      String datePath,
      String dateLowPath,
      String dateHighPath,
      Interval dateRange) {
    if (dateRange != null) {
      throw Problem.of(
              ProblemCategory.FAULT,
              "retrieve-date-range-unsupported",
              "A retrieve filters by date; filter in a where clause instead.")
          .asException();
    }
    return retrieve(dataType, codePath, codes, valueSet);
  }

  /**
   * @param codePath the element that the filter is about; null for the type's own
   * @param codes null unless the filter is a list of codes
   * @param valueSet null unless the filter is a value set
   */
  List<Value> retrieve(String dataType, String codePath, Iterable<Code> codes, String valueSet) {
    values.budget().spend();
    if (valueSet == null && codes == null) {
      return resources(dataType);
    }
    String path = codePath != null ? codePath : types.type(dataType).codePath().orElseThrow();
    Index index = byCodePath.computeIfAbsent(dataType + "." + path, k -> index(dataType, path));
    if (valueSet != null) {
      ValueSetTerminology.requireKnown(valueSets, valueSet);
      return index.byValueSet.getOrDefault(valueSet, List.of());
    }
    return index.byCodes(codes);
  }

  private List<Value> resources(String dataType) {
    List<Value> known = byType.get(dataType);
    if (known == null) {
      List<ObjectNode> nodes = patient.resources(dataType);
      known = new ArrayList<>(nodes.size());
      for (ObjectNode node : nodes) {
        known.add(values.resource(node));
      }
      byType.put(dataType, known);
    }
    return known;
  }

  private Index index(String dataType, String codePath) {
    FhirElement element = types.type(dataType).elements().get(codePath);
    if (element == null) {
      throw Problem.of(
              ProblemCategory.FAULT,
              "retrieve-code-path-unknown",
              "A retrieve filters " + dataType + " by " + codePath + ", which FHIR R4 lacks.")
          .asException();
    }
    Index index = new Index();
    List<ObjectNode> nodes = patient.resources(dataType);
    List<Value> resources = resources(dataType);
    for (int i = 0; i < nodes.size(); i++) {
      Value resource = resources.get(i);
      ObjectNode node = nodes.get(i);
      try {
        forEachCode(element, node, (s, code) -> index.add(s, code, resource));
      } catch (ProblemException e) {
        throw values.placed(e, node, e.problem().places().get(0), dataType + "[" + i + "]");
      }
    }
    return index;
  }

  /**
   * Calls back for each coding of a code element: CodeableConcept, Coding or code. A code that
   * can't be read is never taken for one that is in no value set.
   */
  private void forEachCode(FhirElement element, ObjectNode node, BiConsumer<String, String> sink) {
    for (FhirElement.Choice choice : element.choices()) {
      JsonNode value = node.get(choice.member());
      if (value == null) {
        continue;
      }
      if (!element.list()) {
        code(choice, choice.member(), value, sink);
        continue;
      }
      requireFilled(value.isArray(), value, choice.member());
      for (int i = 0; i < value.size(); i++) {
        code(choice, choice.member() + "[" + i + "]", value.get(i), sink);
      }
    }
  }

  private void code(
      FhirElement.Choice choice, String place, JsonNode value, BiConsumer<String, String> sink) {
    switch (choice.type()) {
      case "CodeableConcept" -> concept(place, value, sink);
      case "Coding" -> coding(place, value, sink);
      case "Reference" -> requireFilled(value.isObject(), value, place);
      default -> {
        if (!value.isTextual() || value.textValue().isBlank()) {
          throw malformed(place);
        }
        sink.accept("", value.textValue());
      }
    }
  }

  private void concept(String place, JsonNode concept, BiConsumer<String, String> sink) {
    requireFilled(concept.isObject(), concept, place);
    requireKnown("CodeableConcept", concept, place);
    JsonNode codings = concept.get("coding");
    if (codings == null) {
      return;
    }
    requireFilled(codings.isArray(), codings, place + ".coding");
    for (int i = 0; i < codings.size(); i++) {
      coding(place + ".coding[" + i + "]", codings.get(i), sink);
    }
  }

  private void coding(String place, JsonNode coding, BiConsumer<String, String> sink) {
    requireFilled(coding.isObject(), coding, place);
    requireKnown("Coding", coding, place);
    JsonNode code = coding.get("code");
    JsonNode system = coding.get("system");
    if (code != null && (!code.isTextual() || code.textValue().isBlank())
        || system != null && !system.isTextual()) {
      throw malformed(place);
    }
    if (code != null) {
      sink.accept(system == null ? "" : system.textValue(), code.textValue());
    }
  }

  /**
   * FHIR has neither empty objects nor empty arrays; what was meant to stand there is not known.
   */
  private static void requireFilled(boolean ofTheRightType, JsonNode value, String place) {
    if (!ofTheRightType || value.isEmpty()) {
      throw malformed(place);
    }
  }

  /** A misspelt member may hold the code. */
  private void requireKnown(String typeName, JsonNode value, String place) {
    Map<String, FhirElement> elements = types.type(typeName).elements();
    value.forEachEntry(
        (name, member) -> {
          if (!elements.containsKey(name)
              && !(name.startsWith("_") && elements.containsKey(name.substring(1)))) {
            throw malformed(place);
          }
        });
  }

  private static ProblemException malformed(String place) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "coding-malformed",
            "A code element is not a FHIR CodeableConcept, Coding or code: coding has to be an"
                + " array of objects whose system and code are strings, neither empty nor with"
                + " other members.",
            place)
        .asException();
  }

  /** The resources of one type by what one code element of theirs holds. */
  private final class Index {

    private final Map<String, List<Value>> byValueSet = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String system, String code, Value resource) {}

    private void add(String system, String code, Value resource) {
      entries.add(new Entry(valueSets.preferredSystem(system), code, resource));
      for (String url : valueSets.containing(system, code)) {
        List<Value> members = byValueSet.computeIfAbsent(url, k -> new ArrayList<>());
        // several codings of one resource come one after the other
        if (members.isEmpty() || members.get(members.size() - 1) != resource) {
          members.add(resource);
        }
      }
    }

    private List<Value> byCodes(Iterable<Code> codes) {
      List<Value> found = new ArrayList<>();
      for (Entry entry : entries) {
        boolean last = !found.isEmpty() && found.get(found.size() - 1) == entry.resource;
        if (!last && matches(entry, codes)) {
          found.add(entry.resource);
        }
      }
      return found;
    }

    private boolean matches(Entry entry, Iterable<Code> codes) {
      for (Code code : codes) {
        if (entry.code.equals(code.getCode())
            && (code.getSystem() == null
                || entry.system.equals(valueSets.preferredSystem(code.getSystem())))) {
          return true;
        }
      }
      return false;
    }
  }
}
