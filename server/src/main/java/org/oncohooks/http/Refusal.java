package org.oncohooks.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/**
 * An answer that is not 200, the same at every face of the service.
 *
 * @param status HTTP status
 * @param issueType code of FHIR R4 issue-type
 * @param code stable name of the problem
 * @param text what is wrong and how to mend it
 * @param places where it is wrong; may be empty
 */
public record Refusal(int status, String issueType, String code, String text, List<String> places) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Row(int status, String issueType) {}

  /** The one place where a category becomes a status and a FHIR issue type. */
  private static Row row(ProblemCategory category) {
    return switch (category) {
      case INCORRECT -> new Row(400, "invalid");
      case UNAUTHENTICATED -> new Row(401, "login");
      case FORBIDDEN -> new Row(403, "forbidden");
      case NOT_FOUND -> new Row(404, "not-found");
      case GONE -> new Row(410, "deleted");
      case METHOD_NOT_ALLOWED -> new Row(405, "not-supported");
      case CONFLICT -> new Row(409, "conflict");
      case PRECONDITION_FAILED -> new Row(412, "conflict");
      case DATA_MISSING -> new Row(412, "required");
      case TOO_LARGE -> new Row(413, "too-long");
      case UNSUPPORTED_MEDIA_TYPE -> new Row(415, "not-supported");
      case NOT_PROCESSABLE -> new Row(422, "not-supported");
      case TOO_MANY -> new Row(429, "throttled");
      case FAULT -> new Row(500, "exception");
      case UNAVAILABLE -> new Row(503, "transient");
      case TIMED_OUT -> new Row(503, "timeout");
    };
  }

  /** What a problem becomes on the wire. */
  public static Refusal of(Problem problem) {
    Row row = row(problem.category());
    return new Refusal(
        row.status(), row.issueType(), problem.code(), problem.text(), problem.places());
  }

  /** A status that the HTTP layer found by itself, before any route. */
  static Refusal of(int status) {
    return switch (status) {
      case 404 -> plain(404, "not-found", "no-such-place", "There is nothing at this path.");
      case 408 -> plain(408, "timeout", "request-too-slow", "The request did not arrive in time.");
      case 413 -> plain(413, "too-long", "body-too-large", "The body is too large.");
      case 414 -> plain(414, "too-long", "uri-too-long", "The request target is too long.");
      case 431 -> plain(431, "too-long", "header-too-large", "The request headers are too large.");
      case 501 -> plain(501, "not-supported", "method-unknown", "The method is not known here.");
      case 503 ->
          plain(503, "transient", "unavailable", "The service can't answer now; try again later.");
      case 505 -> plain(505, "not-supported", "http-version", "Send HTTP/1.1.");
      default ->
          status >= 400 && status < 500
              ? plain(status, "invalid", "http-request", "The HTTP request is not valid.")
              : plain(500, "exception", "internal-error", "The service failed to answer.");
    };
  }

  /** More was asked at once than can be worked on. */
  static Refusal busy() {
    return plain(503, "transient", "busy", "The service is busy; try again in a moment.");
  }

  private static Refusal plain(int status, String type, String code, String text) {
    return new Refusal(status, type, code, text, List.of());
  }

  boolean mayBeTriedAgain() {
    return status == 503 || status == 429;
  }

  /** As a FHIR R4 OperationOutcome. */
  public byte[] json() {
    ObjectNode outcome = JSON.createObjectNode().put("resourceType", "OperationOutcome");
    ObjectNode issue = outcome.putArray("issue").addObject();
    issue.put("severity", "error").put("code", issueType);
    issue
        .putObject("details")
        .putArray("coding")
        .addObject()
        .put("system", "https://oncohooks.org/CodeSystem/problem")
        .put("code", code);
    issue.put("diagnostics", text);
    if (!places.isEmpty()) {
      ArrayNode expression = issue.putArray("expression");
      places.forEach(expression::add);
    }
    try {
      return JSON.writeValueAsBytes(outcome);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
