package org.oncohooks.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.ModifierElements;

/**
 * A resource is of a type that is kept, has a logical id, says which patient it is about (one that
 * did not could never be found for its patient), and means what its elements say.
 */
final class CompartmentCheck implements ResourceCheck {

  static final CompartmentCheck INSTANCE = new CompartmentCheck();

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
  private static final Pattern PATIENT = Pattern.compile("Patient/[A-Za-z0-9\\-.]{1,64}");

  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  @Override
  public void check(ObjectNode resource, String place) {
    SearchableType type = type(resource, place);
    if (!isId(resource.path("id").asText(""))) {
      throw incorrect(
          "resource-id",
          "A resource needs an id of 1 to 64 letters, digits, hyphens and dots.",
          place + ".id");
    }
    type.subject().ifPresent(element -> requirePatient(resource, element, place));
    ModifierElements.requireNone(resource, place);
  }

  static SearchableType type(ObjectNode resource, String place) {
    JsonNode name = resource.path("resourceType");
    return type(name.isTextual() ? name.textValue() : "", place);
  }

  static SearchableType type(String name, String place) {
    return StoredTypes.named(name)
        .orElseThrow(
            () ->
                incorrect(
                    "resource-type",
                    "The resourceType is missing or not kept here. Kept: "
                        + StoredTypes.all().stream()
                            .map(SearchableType::type)
                            .collect(Collectors.joining(", "))
                        + ".",
                    place + ".resourceType"));
  }

  private static void requirePatient(ObjectNode resource, String element, String place) {
    JsonNode reference = resource.path(element).path("reference");
    if (!reference.isTextual() || !PATIENT.matcher(reference.textValue()).matches()) {
      throw incorrect(
          "resource-subject",
          "The "
              + element
              + " has to be a reference to a patient, as Patient/<id>; in a transaction it may be"
              + " the fullUrl of an entry.",
          place + "." + element);
    }
  }

  private static ProblemException incorrect(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
