package org.oncohooks.knowledge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.oncohooks.cql.DataNeed;
import org.oncohooks.cql.ValueSets;

/**
 * Prefetch templates computed from what CQL reads, within the restricted query forms that CDS Hooks
 * 2.0 allows: an instance read of the patient and one type search per other type, by reference and
 * token equality.
 *
 * <p>A search is narrowed to codes only where all retrieves of its type are, and where the template
 * stays short; whole ICD-10-CM categories can't be written as codes. Otherwise the whole type is
 * asked for and filtered in process. Relative dates can't be expressed in CDS Hooks 2.0.
 *
 * @param templates template by key
 * @param keyOfType key by FHIR type
 * @param furtherKeys FHIR type by key, of further searches of types that have a key already
 */
public record PrefetchTemplates(
    Map<String, String> templates, Map<String, String> keyOfType, Map<String, String> furtherKeys) {

  /** The key that brings the patient. */
  public static final String PATIENT = "patient";

  /** Longer URLs are cut or refused by some servers. */
  private static final int MAX_LENGTH = 1_500;

  /** Types with a {@code patient} search parameter (FHIR R4, search parameter registry). */
  private static final Set<String> SEARCHABLE_BY_PATIENT =
      Set.of(
          "AllergyIntolerance",
          "Appointment",
          "CarePlan",
          "CareTeam",
          "Communication",
          "Condition",
          "Consent",
          "Coverage",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Encounter",
          "EpisodeOfCare",
          "FamilyMemberHistory",
          "Flag",
          "Goal",
          "ImagingStudy",
          "Immunization",
          "MedicationAdministration",
          "MedicationDispense",
          "MedicationRequest",
          "MedicationStatement",
          "Observation",
          "Procedure",
          "QuestionnaireResponse",
          "RelatedPerson",
          "RiskAssessment",
          "ServiceRequest",
          "Specimen");

  /** The search parameter that reads a code element; a search by another one is not narrowed. */
  private static final Map<String, String> CODE_PARAMETERS =
      Map.of(
          "medication", "code",
          "code", "code",
          "category", "category",
          "serviceType", "service-type",
          "reasonCode", "reason-code");

  public PrefetchTemplates(Map<String, String> templates, Map<String, String> keyOfType) {
    this(templates, keyOfType, Map.of());
  }

  /** FHIR type by key. */
  public SortedMap<String, String> typeOfKey() {
    SortedMap<String, String> types = new TreeMap<>(furtherKeys);
    keyOfType.forEach((type, key) -> types.put(key, type));
    return types;
  }

  /**
   * The same for a server that takes no search for all of a type. Of several searches of one type
   * the first has the type's key, the others have it with a number from 2 at its end.
   *
   * @param searches by FHIR type, what is added to its search, such as {@code category=laboratory}
   */
  public PrefetchTemplates narrowed(Map<String, List<String>> searches) {
    Map<String, String> asked = new LinkedHashMap<>();
    Map<String, String> further = new LinkedHashMap<>(furtherKeys);
    SortedMap<String, String> types = typeOfKey();
    templates.forEach(
        (key, template) -> {
          String type = types.get(key);
          List<String> added = searches.getOrDefault(type, List.of());
          asked.put(key, added.isEmpty() ? template : template + "&" + added.get(0));
          for (int i = 1; i < added.size(); i++) {
            asked.put(key + (i + 1), template + "&" + added.get(i));
            further.put(key + (i + 1), type);
          }
        });
    return new PrefetchTemplates(
        Collections.unmodifiableMap(asked), keyOfType, Collections.unmodifiableMap(further));
  }

  static boolean canAskFor(String resourceType) {
    return resourceType.equals("Patient") || SEARCHABLE_BY_PATIENT.contains(resourceType);
  }

  /** Whether a search can be narrowed to codes in this element of a resource. */
  public static boolean canFilterBy(String codePath) {
    return CODE_PARAMETERS.containsKey(codePath);
  }

  static PrefetchTemplates of(Collection<DataNeed> needs, ValueSets valueSets) {
    Map<String, List<DataNeed>> byType = new TreeMap<>();
    needs.forEach(n -> byType.computeIfAbsent(n.resourceType(), t -> new ArrayList<>()).add(n));
    Map<String, String> templates = new LinkedHashMap<>();
    Map<String, String> keys = new LinkedHashMap<>();
    templates.put(PATIENT, "Patient/{{context.patientId}}");
    keys.put("Patient", PATIENT);
    byType.forEach(
        (type, list) -> {
          if (!type.equals("Patient")) {
            String key = key(type);
            String search = type + "?patient={{context.patientId}}";
            templates.put(key, codes(list, valueSets).map(codes -> search + codes).orElse(search));
            keys.put(type, key);
          }
        });
    return new PrefetchTemplates(
        Collections.unmodifiableMap(templates), Collections.unmodifiableMap(keys));
  }

  private static Optional<String> codes(List<DataNeed> needs, ValueSets valueSets) {
    Set<String> codes = new TreeSet<>();
    Set<String> parameters = new TreeSet<>();
    for (DataNeed need : needs) {
      String parameter = CODE_PARAMETERS.get(need.codePath());
      if (need.unfiltered() || parameter == null) {
        return Optional.empty();
      }
      parameters.add(parameter);
      for (String code : need.codes()) {
        int bar = code.lastIndexOf('|');
        codes.add(valueSets.token(code.substring(0, bar), code.substring(bar + 1)));
      }
      for (String url : need.valueSets()) {
        Optional<Set<String>> listed = valueSets.tokens(url);
        if (listed.isEmpty()) {
          return Optional.empty();
        }
        codes.addAll(listed.get());
      }
    }
    String filter = "&" + parameters.iterator().next() + "=" + String.join(",", codes);
    return parameters.size() == 1 && filter.length() <= MAX_LENGTH
        ? Optional.of(filter)
        : Optional.empty();
  }

  /** {@code FamilyMemberHistory} gives {@code familyMemberHistories}. */
  private static String key(String type) {
    String plural = type.endsWith("y") ? type.substring(0, type.length() - 1) + "ies" : type + "s";
    return Character.toLowerCase(plural.charAt(0)) + plural.substring(1);
  }
}
