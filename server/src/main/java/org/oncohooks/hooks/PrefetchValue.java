package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.ElementCheck;
import org.oncohooks.patient.Medicines;

/**
 * What came under one prefetch key.
 *
 * <p>A read brings the resource, a search brings a searchset Bundle (CDS Hooks 2.0, prefetch).
 * Taken too, because callers send them: a collection Bundle, and the resource wrapped as {@code
 * {"resource": …}}. A Bundle that is known to hold only a part of what was found is a gap: half a
 * list must not be read as the whole. So is one with more resources than can be evaluated in time.
 * Medications that orders and statements name may come along with them.
 *
 * @param resources the resources with the places where they stand
 * @param gaps why what came can't be used as the whole, by FHIR type; empty if it can
 * @param unused resources that came and are not used, because of a gap
 */
record PrefetchValue(
    List<Placed> resources, Map<String, DataGap.Reason> gaps, List<Placed> unused) {

  /**
   * Most resources of one key. A call's most bytes hold fewer than this of any real EHR's, which
   * take about a kilobyte each.
   */
  private static final int MOST = 5_000;

  private static final Set<String> BUNDLE_TYPES = Set.of("searchset", "collection");

  private static final Set<String> HARMLESS = Set.of("warning", "information");

  /** A resource and where it stands in what was sent. */
  record Placed(ObjectNode resource, String place) {}

  /** Whether it is the first of several pages, and nothing else is wrong with it. */
  boolean hasMorePages() {
    return gaps.containsValue(DataGap.Reason.MORE_PAGES);
  }

  private static PrefetchValue none(Set<String> types, DataGap.Reason reason, List<Placed> unused) {
    Map<String, DataGap.Reason> gaps = new HashMap<>();
    types.forEach(type -> gaps.put(type, reason));
    return new PrefetchValue(List.of(), gaps, unused);
  }

  /**
   * @param value what came; not JSON null
   * @param types the FHIR types that the key brings
   * @param place path of the value
   * @throws ProblemException {@code INCORRECT} if it is nothing that a prefetch may hold
   */
  static PrefetchValue read(JsonNode value, Set<String> types, String place) {
    if (!(value instanceof ObjectNode object)) {
      throw refuse("prefetch-type", "A prefetch value has to be a resource or a Bundle.", place);
    }
    if (!object.has("resourceType") && object.get("resource") instanceof ObjectNode wrapped) {
      return read(wrapped, types, place + ".resource");
    }
    String type = type(object, place);
    if (type.equals("OperationOutcome")) {
      return none(
          types,
          reportsError(object) ? DataGap.Reason.SENT_AS_ERROR : DataGap.Reason.SENT_AS_OUTCOME,
          List.of());
    }
    if (type.equals("Bundle")) {
      return bundle(object, types, place);
    }
    Intake intake = new Intake(types);
    intake.take(object, type, place);
    return intake.value();
  }

  /** The resources that may be used, and the types of those that may not. */
  private record Intake(
      Set<String> types,
      List<Placed> found,
      Map<String, DataGap.Reason> gaps,
      List<Placed> unused) {

    Intake(Set<String> types) {
      this(types, new ArrayList<>(), new HashMap<>(), new ArrayList<>());
    }

    void take(ObjectNode resource, String type, String place) {
      requireBrought(type, types, place);
      if (ElementCheck.check(resource, place)) {
        found.add(new Placed(resource, place));
      } else {
        gaps.put(type, DataGap.Reason.NOT_UNDERSTOOD);
        unused.add(new Placed(resource, place));
      }
    }

    /** One that is not understood stays a reference that nobody can follow. */
    void takeMedication(ObjectNode medication, String place) {
      if (ElementCheck.check(medication, place)) {
        found.add(new Placed(medication, place));
      }
    }

    PrefetchValue value() {
      return new PrefetchValue(found, gaps, unused);
    }

    PrefetchValue none(DataGap.Reason reason) {
      unused.addAll(found);
      return PrefetchValue.none(types, reason, unused);
    }
  }

  private static PrefetchValue bundle(ObjectNode bundle, Set<String> types, String place) {
    JsonNode kind = bundle.path("type");
    if (!kind.isMissingNode() && !BUNDLE_TYPES.contains(kind.asText())) {
      throw refuse("bundle-type", "Send a Bundle of type searchset.", place + ".type");
    }
    Intake intake = new Intake(types);
    int matches = 0;
    boolean withError = false;
    ArrayNode entries = array(bundle, "entry", place);
    for (int i = 0; i < entries.size(); i++) {
      String entryPlace = place + ".entry[" + i + "]";
      JsonNode entry = entries.get(i);
      if (!(entry.get("resource") instanceof ObjectNode resource)) {
        throw refuse("entry-without-resource", "A Bundle entry has no resource.", entryPlace);
      }
      String resourcePlace = entryPlace + ".resource";
      String type = type(resource, resourcePlace);
      String mode = entry.path("search").path("mode").asText("");
      if (type.equals("OperationOutcome")) {
        withError |= reportsError(resource);
        continue;
      }
      if (type.equals("Medication") && Medicines.mayBeNamedBy(types)) {
        intake.takeMedication(resource, resourcePlace);
        continue;
      }
      boolean aside = mode.equals("include") && !types.contains(type);
      if (!aside) {
        intake.take(resource, type, resourcePlace);
        matches++;
      }
    }
    boolean more = hasNextPage(bundle, place);
    boolean fewer = total(bundle, place) > matches;
    if (withError) {
      return intake.none(DataGap.Reason.SENT_WITH_ERROR);
    }
    if (matches > MOST) {
      return intake.none(DataGap.Reason.SENT_TOO_LARGE);
    }
    if (more) {
      return intake.none(DataGap.Reason.MORE_PAGES);
    }
    return fewer ? intake.none(DataGap.Reason.FEWER_THAN_TOTAL) : intake.value();
  }

  private static boolean hasNextPage(ObjectNode bundle, String place) {
    boolean next = false;
    ArrayNode links = array(bundle, "link", place);
    for (int i = 0; i < links.size(); i++) {
      JsonNode relation = links.get(i).path("relation");
      if (!relation.isTextual()) {
        throw refuse(
            "member-type",
            "A Bundle's link needs a relation, a string; it tells whether there is a next page.",
            place + ".link[" + i + "].relation");
      }
      next |= relation.textValue().equals("next");
    }
    return next;
  }

  private static long total(ObjectNode bundle, String place) {
    JsonNode total = bundle.path("total");
    if (total.isMissingNode() || total.isNull()) {
      return 0;
    }
    if (!total.isIntegralNumber() || !total.canConvertToLong() || total.longValue() < 0) {
      throw refuse("member-type", "A Bundle's total has to be a whole number.", place + ".total");
    }
    return total.longValue();
  }

  private static boolean reportsError(ObjectNode outcome) {
    for (JsonNode issue : outcome.path("issue")) {
      if (!HARMLESS.contains(issue.path("severity").asText(""))) {
        return true;
      }
    }
    return false;
  }

  private static String type(ObjectNode resource, String place) {
    String type = resource.path("resourceType").asText("");
    if (!ResourceTypes.isR4(type)) {
      throw refuse(
          "resource-type-unknown",
          "The resourceType is missing or is no resource type of FHIR R4.",
          place + ".resourceType");
    }
    return type;
  }

  private static void requireBrought(String type, Set<String> types, String place) {
    if (!types.contains(type)) {
      throw refuse(
          "resource-type-unexpected",
          "A "
              + type
              + " does not belong under this key; its template brings "
              + String.join(", ", types)
              + ".",
          place);
    }
  }

  private static ArrayNode array(ObjectNode object, String name, String place) {
    JsonNode value = object.path(name);
    if (value instanceof ArrayNode array) {
      return array;
    }
    if (value.isMissingNode() || value.isNull()) {
      return object.arrayNode();
    }
    throw refuse("member-type", "A Bundle's " + name + " has to be a list.", place + "." + name);
  }

  private static ProblemException refuse(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
