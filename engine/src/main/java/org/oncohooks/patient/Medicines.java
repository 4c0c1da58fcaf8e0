package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Medicines by reference. Orders, statements and administrations may name their medicine in a
 * {@code Medication} of its own (FHIR R4, {@code medication[x]}); where that one came along, they
 * are read as if they said its code themselves. What did not come along stays a reference.
 */
public final class Medicines {

  private static final String TYPE = "Medication";
  private static final String REFERENCE = "medicationReference";
  private static final String CODE = "medicationCodeableConcept";

  /** Types whose {@code medication[x]} may be a reference. */
  private static final Set<String> NAMED_BY =
      Set.of(
          "MedicationRequest",
          "MedicationStatement",
          "MedicationAdministration",
          "MedicationDispense");

  /** FHIR R4, data type id. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  private Medicines() {}

  /** Whether resources of one of these types may name a {@code Medication}. */
  public static boolean mayBeNamedBy(Set<String> types) {
    return types.stream().anyMatch(NAMED_BY::contains);
  }

  /**
   * @return id of the {@code Medication} that a resource names outside itself; empty if none
   */
  public static Optional<String> named(ObjectNode resource) {
    if (!NAMED_BY.contains(resource.path("resourceType").asText())) {
      return Optional.empty();
    }
    String reference = resource.path(REFERENCE).path("reference").asText("");
    int history = reference.indexOf("/_history/");
    String current = history < 0 ? reference : reference.substring(0, history);
    int id = current.lastIndexOf(TYPE + "/");
    boolean whole = id == 0 || (id > 0 && current.charAt(id - 1) == '/');
    return whole ? Optional.of(current.substring(id + TYPE.length() + 1)) : Optional.empty();
  }

  /**
   * @param base FHIR base URL of the server that the resources are from
   * @return ids of the {@code Medication} resources that these name, at that server, in their order
   */
  static Set<String> namedAt(Optional<String> base, Collection<ObjectNode> resources) {
    Set<String> ids = new LinkedHashSet<>();
    Optional<String> prefix = base.map(url -> (url.endsWith("/") ? url : url + "/") + TYPE + "/");
    for (ObjectNode resource : resources) {
      String reference = resource.path(REFERENCE).path("reference").asText("");
      boolean here =
          reference.startsWith(TYPE + "/") || prefix.filter(reference::startsWith).isPresent();
      if (here) {
        named(resource).filter(id -> ID.matcher(id).matches()).ifPresent(ids::add);
      }
    }
    return ids;
  }

  /**
   * The codes of {@code Medication} resources by id; mistakes and those without a code left out.
   */
  static Map<String, JsonNode> codes(List<ObjectNode> medications) {
    Map<String, JsonNode> codes = new HashMap<>();
    for (ObjectNode medication : medications) {
      JsonNode code = medication.get("code");
      boolean mistake = medication.path("status").asText().equals("entered-in-error");
      if (code != null && code.isObject() && !mistake) {
        codes.put(medication.path("id").asText(), code);
      }
    }
    return codes;
  }

  /**
   * @param codes as {@link #codes}
   * @return a copy that says its medicine itself, sharing what is below; the very resource if it
   *     names none of these
   */
  static ObjectNode resolved(ObjectNode resource, Map<String, JsonNode> codes) {
    return named(resource)
        .map(codes::get)
        .map(
            code -> {
              ObjectNode copy = resource.objectNode();
              copy.setAll(resource);
              copy.remove(REFERENCE);
              copy.set(CODE, code);
              return copy;
            })
        .orElse(resource);
  }
}
