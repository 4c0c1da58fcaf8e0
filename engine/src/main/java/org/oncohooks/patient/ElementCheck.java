package org.oncohooks.patient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.BiConsumer;
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

  /** One for all objects of a resource. */
  private final BiConsumer<String, JsonNode> member = this::look;

  private boolean modified;

  /** Name of the first element that is no date; null = none. */
  private String wrong;

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
    check.look(resource);
    if (check.wrong != null) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "date-invalid",
              "A "
                  + check.wrong
                  + " is not a FHIR date. Send YYYY, YYYY-MM, YYYY-MM-DD or, where the element"
                  + " takes a time, YYYY-MM-DDThh:mm:ss with an offset.",
              resource.has(check.wrong) ? place + "." + check.wrong : place)
          .asException();
    }
    return !check.modified;
  }

  private void look(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.forEachEntry(member);
    } else {
      for (int i = 0; i < node.size(); i++) {
        look(node.get(i));
      }
    }
  }

  private void look(String name, JsonNode value) {
    Predicate<String> form = form(name);
    if (form == null) {
      modified = modified || ModifierElements.is(name, value);
      if (value instanceof ContainerNode) {
        look(value);
      }
    } else if (wrong == null
        && !(value.isTextual() ? form.test(value.textValue()) : value.isNull())) {
      wrong = name;
    }
  }
}
