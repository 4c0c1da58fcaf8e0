package org.oncohooks.profiles;

import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.ResourceCheck;

/**
 * Refuses what the validator finds wrong. What it says may quote the resource, so a problem tells
 * the place and the rule, in the validator's own words, with a gap for each value.
 */
final class HapiProfileCheck implements ResourceCheck {

  private static final ResourceBundle RULES = ResourceBundle.getBundle("Messages", Locale.ROOT);

  /** A profile's own rule, such as {@code http://hl7.org/...#pat-1}. */
  private static final Pattern NAMED = Pattern.compile("[A-Za-z0-9:/._|-]*#[A-Za-z0-9.-]+");

  private final FhirValidator validator;

  HapiProfileCheck(FhirValidator validator) {
    this.validator = validator;
  }

  @Override
  public void check(ObjectNode resource, String place) {
    Optional<SingleValidationMessage> worst =
        validator.validateWithResult(resource.toString()).getMessages().stream()
            .filter(m -> m.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
            .min(
                // some things are told twice, once without a place
                Comparator.comparing((SingleValidationMessage m) -> path(m).isEmpty())
                    .thenComparing(HapiProfileCheck::path));
    if (worst.isPresent()) {
      String path = path(worst.get());
      int dot = path.indexOf('.');
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "profile",
              "The resource does not hold to its profiles: "
                  + rule(String.valueOf(worst.get().getMessageId())),
              dot < 0 ? place : place + path.substring(dot))
          .asException();
    }
  }

  /** The place as FHIRPath: without comments, which hold ids, and what slices are called. */
  private static String path(SingleValidationMessage message) {
    String location = message.getLocationString();
    return location == null
        ? ""
        : location
            .replaceAll("/\\*.*?\\*/", "")
            .replaceAll("\\([^)]*\\)", "")
            .replaceAll("[^A-Za-z0-9_.\\[\\]]", "");
  }

  /** A rule of the validator's catalogue, which numbers the values that it quotes. */
  private static String rule(String id) {
    return Stream.of(id, id + "_other")
        .filter(RULES::containsKey)
        .findFirst()
        .map(key -> RULES.getString(key).replaceAll("\\{\\d+}", "…").replace("''", "'"))
        .map(text -> text + " (" + id + ")")
        .orElse(NAMED.matcher(id).matches() ? id : "a rule that the validator does not name.");
  }
}
