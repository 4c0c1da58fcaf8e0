package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import org.oncohooks.records.Written;

/**
 * What of a change a caller wants to see in its answer (FHIR R4, RESTful API, section 3.1.0.1.8).
 */
enum Preference {
  MINIMAL,
  REPRESENTATION,
  OPERATION_OUTCOME;

  private static final String HEADER = "Prefer";

  /** The first that a request states; a word that is not known is passed over, as RFC 7240 says. */
  static Optional<Preference> of(HttpServletRequest request) {
    return Collections.list(request.getHeaders(HEADER)).stream()
        .flatMap(header -> Arrays.stream(header.split("[,;]")))
        .map(preference -> preference.replaceAll("[\\s\"]", ""))
        .flatMap(preference -> named(preference).stream())
        .findFirst();
  }

  private static Optional<Preference> named(String preference) {
    return switch (preference) {
      case "return=minimal" -> Optional.of(MINIMAL);
      case "return=representation" -> Optional.of(REPRESENTATION);
      case "return=OperationOutcome" -> Optional.of(OPERATION_OUTCOME);
      default -> Optional.empty();
    };
  }

  /** An OperationOutcome that says what a write did. */
  static ObjectNode outcome(Written written) {
    String text =
        switch (written.effect()) {
          case CREATED -> "Created.";
          case UPDATED -> "Updated.";
          case DELETED -> "Deleted.";
          case NONE -> "Nothing changed.";
        };
    ObjectNode outcome =
        JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
    outcome
        .putArray("issue")
        .addObject()
        .put("severity", "information")
        .put("code", "informational")
        .put("diagnostics", text);
    return outcome;
  }
}
