package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.patient.FhirDates;

/** How FHIR R4 writes each primitive type in JSON (Datatypes, section 2.24.0.1). */
final class PrimitiveForm {

  private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?";

  /** Of the types that are written as text and restrict it; bound codes among them. */
  private static final Map<String, Pattern> TEXT =
      Map.of(
          "time", Pattern.compile(TIME),
          "id", Pattern.compile("[A-Za-z0-9\\-.]{1,64}"),
          "code", Pattern.compile("\\S+(\\s\\S+)*"),
          "uri", Pattern.compile("\\S+"),
          "url", Pattern.compile("\\S+"),
          "canonical", Pattern.compile("\\S+"));

  private PrimitiveForm() {}

  /**
   * @param type name of a FHIR primitive type
   */
  static boolean fits(String type, JsonNode value) {
    return switch (type) {
      case "boolean" -> value.isBoolean();
      case "decimal" -> value.isNumber();
      case "integer" -> value.isIntegralNumber() && value.canConvertToInt();
      case "unsignedInt" -> value.isInt() && value.intValue() >= 0;
      case "positiveInt" -> value.isInt() && value.intValue() > 0;
      case "date" -> value.isTextual() && FhirDates.isDate(value.textValue());
      case "dateTime" -> value.isTextual() && FhirDates.isDateTime(value.textValue());
      case "instant" -> value.isTextual() && FhirDates.isInstant(value.textValue());
      default ->
          value.isTextual()
              && Optional.ofNullable(TEXT.get(type))
                  .map(form -> form.matcher(value.textValue()).matches())
                  .orElse(true);
    };
  }
}
