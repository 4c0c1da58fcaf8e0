package org.oncohooks.patient;

import static java.util.Comparator.naturalOrder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * One patient's FHIR R4 resources by type, in the order of their ids, and the gaps. So answers are
 * the same whoever brought the data: an EHR's prefetch, its FHIR server or the store.
 *
 * <p>Immutable once built, as long as nobody changes the JSON trees handed in; they are shared, not
 * copied.
 */
public final class PatientRecord {

  private final String patientId;
  private final Map<String, List<ObjectNode>> byType;
  private final Map<String, DataGap> gaps;
  private final Map<String, String> parts;
  private final Map<ObjectNode, String> places;

  private PatientRecord(
      String patientId,
      Map<String, List<ObjectNode>> byType,
      Map<String, DataGap> gaps,
      Map<String, String> parts,
      Map<ObjectNode, String> places) {
    this.parts = parts;
    this.patientId = patientId;
    this.byType = byType;
    this.gaps = gaps;
    this.places = places;
  }

  /** The logical id, without {@code Patient/}. */
  public String patientId() {
    return patientId;
  }

  /** The resources of one type; empty when none are recorded or when the type is a gap. */
  public List<ObjectNode> resources(String resourceType) {
    return byType.getOrDefault(resourceType, List.of());
  }

  /** The resource types of which something is recorded. */
  public Set<String> types() {
    return byType.keySet();
  }

  /** The gap of a type, if its data could not be had. */
  public Optional<DataGap> gap(String resourceType) {
    return Optional.ofNullable(gaps.get(resourceType));
  }

  /** What of a type was asked for, if it was not all: the searches, in words of FHIR. */
  public Optional<String> partOf(String resourceType) {
    return Optional.ofNullable(parts.get(resourceType));
  }

  public Collection<DataGap> gaps() {
    return gaps.values();
  }

  /**
   * Where a JSON object stands in what was sent, such as {@code
   * prefetch.conditions.entry[3].resource.code}; empty if it is no part of this record. Looks
   * through the whole record: for errors only.
   *
   * @param node the very object, not one that equals it
   */
  public Optional<String> placeOf(ObjectNode node) {
    return places.entrySet().stream()
        .flatMap(entry -> within(entry.getKey(), node, entry.getValue()).stream())
        .findFirst();
  }

  private static Optional<String> within(JsonNode tree, ObjectNode node, String place) {
    if (tree == node) {
      return Optional.of(place);
    }
    if (tree.isObject()) {
      for (Map.Entry<String, JsonNode> member : tree.properties()) {
        Optional<String> found = within(member.getValue(), node, place + "." + member.getKey());
        if (found.isPresent()) {
          return found;
        }
      }
    } else if (tree.isArray()) {
      for (int i = 0; i < tree.size(); i++) {
        Optional<String> found = within(tree.get(i), node, place + "[" + i + "]");
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** How many resources the record holds. */
  public int size() {
    return byType.values().stream().mapToInt(List::size).sum();
  }

  /**
   * @param patientId the patient of this call; every resource added has to be about this patient
   */
  public static Builder builder(String patientId) {
    return new Builder(patientId, Optional.empty());
  }

  /**
   * As {@link #builder(String)}, for a patient of whom is known which server the id belongs to.
   *
   * @param base FHIR base URL of that server; if empty, all absolute references have to agree on
   *     one
   */
  public static Builder builder(String patientId, Optional<String> base) {
    return new Builder(patientId, base);
  }

  /** Collects one patient's resources and refuses those of another. Not thread-safe. */
  public static final class Builder {

    /** Those without an id last, as they arrived. */
    private static final Comparator<ObjectNode> BY_ID =
        Comparator.comparing(
            resource -> resource.path("id").textValue(), Comparator.nullsLast(naturalOrder()));

    private final String patientId;
    private final Optional<String> base;
    private final Subject subject;
    private final Map<String, List<ObjectNode>> byType = new HashMap<>();
    private final Map<String, DataGap> gaps = new LinkedHashMap<>();
    private final Map<String, String> parts = new HashMap<>();
    private final Map<ObjectNode, String> places = new IdentityHashMap<>();
    private final Map<String, ObjectNode> seen = new HashMap<>();

    private Builder(String patientId, Optional<String> base) {
      this.patientId = patientId;
      this.base = base;
      this.subject = new Subject(patientId, base);
    }

    /**
     * Adds a resource. The same one again is left out: several prefetch keys may bring it.
     *
     * @param place where the resource stands in what was sent, for the error
     * @throws ProblemException {@code INCORRECT} if it is not a FHIR resource, is about another
     *     patient or about whom can't be told, or differs from one of the same type and id
     */
    public Builder add(ObjectNode resource, String place) {
      String type = resource.path("resourceType").asText("");
      if (type.isEmpty()) {
        throw incorrect("resource-type-missing", "A resource has no resourceType.", place);
      }
      String id = resource.path("id").asText("");
      subject.require(resource, type, place);
      ObjectNode known = id.isEmpty() ? null : seen.putIfAbsent(type + "/" + id, resource);
      if (known == null) {
        byType.computeIfAbsent(type, t -> new ArrayList<>()).add(resource);
        places.put(resource, place);
      } else if (!known.equals(resource)) {
        throw incorrect(
            "resource-twice",
            "A resource comes twice with the same type and id and different content. Send one"
                + " version of each.",
            place);
      }
      return this;
    }

    /** Records that a type could not be had. Data of that type added nevertheless is kept. */
    public Builder gap(DataGap gap) {
      gaps.putIfAbsent(gap.resourceType(), gap);
      return this;
    }

    /**
     * Records that of a type only a part was asked for: what was not is unknown.
     *
     * @param searches which part, such as {@code category=laboratory}
     */
    public Builder part(String resourceType, String searches) {
      parts.put(resourceType, searches);
      return this;
    }

    /**
     * Ids of the {@code Medication} resources of the patient's own server that resources added name
     * and that were not added, in the order of those.
     */
    public List<String> missingMedications() {
      return Medicines.namedAt(base, byType.values().stream().flatMap(List::stream).toList())
          .stream()
          .filter(id -> !seen.containsKey("Medication/" + id))
          .toList();
    }

    /** Medicines by reference are read as {@link Medicines} says. */
    public PatientRecord build() {
      Map<String, JsonNode> codes = Medicines.codes(byType.getOrDefault("Medication", List.of()));
      Map<String, List<ObjectNode>> resources = new HashMap<>();
      byType.forEach(
          (type, list) -> {
            list.sort(BY_ID);
            resources.put(
                type,
                codes.isEmpty()
                    ? List.copyOf(list)
                    : list.stream().map(resource -> resolved(resource, codes)).toList());
          });
      return new PatientRecord(
          patientId, Map.copyOf(resources), new LinkedHashMap<>(gaps), Map.copyOf(parts), places);
    }

    private ObjectNode resolved(ObjectNode resource, Map<String, JsonNode> codes) {
      ObjectNode resolved = Medicines.resolved(resource, codes);
      if (resolved != resource) {
        places.put(resolved, places.get(resource));
      }
      return resolved;
    }

    private static ProblemException incorrect(String code, String text, String place) {
      return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
    }
  }
}
