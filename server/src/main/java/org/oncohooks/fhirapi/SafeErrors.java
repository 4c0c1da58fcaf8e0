package org.oncohooks.fhirapi;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.NotModifiedException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps HAPI's errors to what a {@link Problem} says: HAPI's own messages quote URLs and values.
 * Public because HAPI calls it by reflection, as it does the providers.
 */
@Interceptor
public final class SafeErrors {

  private static final Logger LOG = LoggerFactory.getLogger(SafeErrors.class);

  private final ProblemAnswers errors;
  private final StoredJson json;

  SafeErrors(ProblemAnswers errors, StoredJson json) {
    this.errors = errors;
    this.json = json;
  }

  /** After anything was thrown: what the caller may know of it. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public BaseServerResponseException safe(RequestDetails request, Throwable thrown) {
    if (thrown instanceof NotModifiedException notModified) {
      // HAPI looks for one, and Jetty sends no body with this status
      notModified.setOperationOutcome(new OperationOutcome());
      return notModified;
    }
    Problem problem = problem(thrown);
    if (request instanceof ServletRequestDetails details) {
      AccessNote.of(details.getServletRequest()).refused(problem);
    }
    ProblemAnswers.Answer answer = errors.of(problem);
    int status = Acceptable.is(problem) ? Acceptable.STATUS : answer.status();
    UnclassifiedServerFailureException safe =
        new UnclassifiedServerFailureException(status, problem.code());
    if (status == 503) {
      safe.addResponseHeader("Retry-After", "1");
    }
    safe.setOperationOutcome(
        (OperationOutcome)
            json.context()
                .newJsonParser()
                .parseResource(new String(answer.operationOutcome(), StandardCharsets.UTF_8)));
    return safe;
  }

  private static Problem problem(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ProblemException known) {
        return known.problem();
      }
    }
    int status = thrown instanceof BaseServerResponseException hapi ? hapi.getStatusCode() : 500;
    if (status == 404) {
      return Problem.of(
          ProblemCategory.NOT_FOUND,
          "no-such-place",
          "There is nothing at this path; /metadata lists what there is.");
    }
    if (status == 405) {
      return Problem.of(
          ProblemCategory.METHOD_NOT_ALLOWED,
          "method-not-allowed",
          "This path does not have this method; /metadata lists what it has.");
    }
    if (status < 500) {
      return Problem.of(
          ProblemCategory.INCORRECT,
          "interaction-unknown",
          "This is no interaction of this server; /metadata lists those it has.");
    }
    LOG.error("a FHIR request failed: {}", trace(thrown));
    return Problem.of(ProblemCategory.FAULT, "internal-error", "The service failed to answer.");
  }

  /** Classes and places without messages, which may quote patient data. */
  private static String trace(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getName()
        + Arrays.stream(root.getStackTrace())
            .limit(12)
            .map(frame -> "\n\tat " + frame)
            .collect(Collectors.joining());
  }
}
