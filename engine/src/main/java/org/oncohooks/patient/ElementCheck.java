package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Refuses resources whose dates are none, so that a date which can't be read is never taken for a
 * date that was not recorded; and finds elements that this service must not overlook. One walk for
 * both, because every resource of every call is walked.
 */
public final class ElementCheck {

  private boolean modified;

  private ElementCheck() {}

  /** How an element of this name, wherever it stands, has to be written; null = any way. */
  private static Predicate<String> form(String name) {
    return switch (name) {
      case "birthDate", "bornDate", "deceasedDate", "valueDate" -> FhirDates::isDate;
      case "abatementDateTime",
          "assertedDateTime",
          "authored",
          "authoredOn",
          "collectedDateTime",
          "date",
          "dateAsserted",
          "deceasedDateTime",
          "effectiveDateTime",
          "end",
          "lastOccurrence",
          "occurrenceDateTime",
          "onsetDateTime",
          "performedDateTime",
          "receivedTime",
          "recordedDate",
          "start",
          "valueDateTime",
          "whenHandedOver",
          "whenPrepared" ->
          ElementCheck::isDateTime;
      case "effectiveInstant", "issued", "lastUpdated", "valueInstant" -> FhirDates::isInstant;
      default -> null;
    };
  }

  /** A missing offset is read as the site's: refusing the call would withhold every card. */
  private static boolean isDateTime(String text) {
    return FhirDates.isDateTime(text) || FhirDates.isLocalDateTime(text);
  }

  /**
   * @param place where the resource stands
   * @return whether the resource means what its elements say; see {@link ModifierElements}
   * @throws ProblemException {@code INCORRECT} naming the first element that is no date, or no code
   *     that FHIR requires
   */
  public static boolean check(ObjectNode resource, String place) {
    RequiredCodes.check(resource, place);
    ElementCheck check = new ElementCheck();
    Optional<String> wrong = check.wrongIn(resource);
    if (wrong.isPresent()) {
      String name = wrong.get();
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "date-invalid",
              "A "
                  + name
                  + " is not a FHIR date. Send YYYY, YYYY-MM, YYYY-MM-DD or, where the element"
                  + " takes a time, YYYY-MM-DDThh:mm:ss with an offset.",
              resource.has(name) ? place + "." + name : place)
          .asException();
    }
    return !check.modified;
  }

  private Optional<String> wrongIn(JsonNode node) {
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        Optional<String> wrong = wrongMember(member.getKey(), member.getValue());
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        Optional<String> wrong = wrongIn(node.get(i));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> wrongMember(String name, JsonNode value) {
    Predicate<String> form = form(name);
    if (form == null) {
      modified = modified || ModifierElements.is(name, value);
      return value instanceof ContainerNode ? wrongIn(value) : Optional.empty();
    }
    boolean right = value.isTextual() ? form.test(value.textValue()) : value.isNull();
    return right ? Optional.empty() : Optional.of(name);
  }
}
