package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.DataGap;

/**
 * What came under one prefetch key.
 *
 * <p>A read brings the resource, a search brings a searchset Bundle (CDS Hooks 2.0, prefetch).
 * Taken too, because callers send them: a collection Bundle, and the resource wrapped as {@code
 * {"resource": …}}. A Bundle that is known to hold only a part of what was found is a gap: half a
 * list must not be read as the whole.
 *
 * @param resources the resources with the places where they stand
 * @param gap why what came can't be used as the whole; empty if it can
 */
record PrefetchValue(List<Placed> resources, Optional<DataGap.Reason> gap) {

  private static final Set<String> BUNDLE_TYPES = Set.of("searchset", "collection");

  /** A resource and where it stands in what was sent. */
  record Placed(ObjectNode resource, String place) {}

  private static PrefetchValue none(DataGap.Reason reason) {
    return new PrefetchValue(List.of(), Optional.of(reason));
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
      return none(DataGap.Reason.SENT_AS_ERROR);
    }
    if (type.equals("Bundle")) {
      return bundle(object, types, place);
    }
    requireBrought(type, types, place);
    PrefetchCheck.check(object, place);
    return new PrefetchValue(List.of(new Placed(object, place)), Optional.empty());
  }

  private static PrefetchValue bundle(ObjectNode bundle, Set<String> types, String place) {
    JsonNode kind = bundle.path("type");
    if (!kind.isMissingNode() && !BUNDLE_TYPES.contains(kind.asText())) {
      throw refuse("bundle-type", "Send a Bundle of type searchset.", place + ".type");
    }
    List<Placed> found = new ArrayList<>();
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
        if (reportsError(resource)) {
          return none(DataGap.Reason.SENT_AS_ERROR);
        }
        continue;
      }
      boolean aside = mode.equals("include") && !types.contains(type);
      if (!aside) {
        requireBrought(type, types, resourcePlace);
        PrefetchCheck.check(resource, resourcePlace);
        found.add(new Placed(resource, resourcePlace));
      }
    }
    return isPartOfMore(bundle, found.size(), place)
        ? none(DataGap.Reason.INCOMPLETE)
        : new PrefetchValue(found, Optional.empty());
  }

  private static boolean isPartOfMore(ObjectNode bundle, int found, String place) {
    for (JsonNode link : array(bundle, "link", place)) {
      if (link.path("relation").asText("").equals("next")) {
        return true;
      }
    }
    return bundle.path("total").asLong(0) > found;
  }

  private static boolean reportsError(ObjectNode outcome) {
    for (JsonNode issue : outcome.path("issue")) {
      String severity = issue.path("severity").asText("error");
      if (severity.equals("error") || severity.equals("fatal")) {
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
