package org.oncohooks.patient;

import java.util.Objects;

/**
 * Data that could not be had. A gap is never read as "none recorded".
 *
 * @param resourceType the FHIR type that can't be looked at
 * @param key the prefetch key that should have brought it
 * @param reason why it could not be had
 */
public record DataGap(String resourceType, String key, Reason reason) {

  /** Why data could not be had. */
  public enum Reason {
    NOT_SENT("was not sent"),
    SENT_AS_NULL("was sent as null"),
    SENT_AS_ERROR("was sent as an OperationOutcome that reports an error"),
    SENT_AS_OUTCOME("was sent as an OperationOutcome instead of data"),
    SENT_WITH_ERROR("was sent with an OperationOutcome that reports an error"),
    SENT_WITHOUT_PATIENT("was sent without a Patient"),
    MORE_PAGES("was sent incomplete: the Bundle has a next page"),
    FEWER_THAN_TOTAL("was sent incomplete: the Bundle holds fewer resources than its total"),
    SENT_TOO_LARGE("was sent with more resources than this service reads"),
    NOT_UNDERSTOOD(
        "holds a resource with a modifierExtension or implicitRules, which may change its meaning in"
            + " a way that this service does not know"),
    SERVER_NOT_ALLOWED(
        "was not sent, and the request's fhirServer is none that this service may ask"),
    TOKEN_EXPIRED("was not sent, and the access token had expired"),
    TOKEN_OF_OTHER_PATIENT("was not sent, and the access token is for another patient"),
    NOT_IN_SCOPE("was not sent, and the access token's scope does not cover all of it"),
    UNREACHABLE("could not be fetched: the EHR's FHIR server can't be reached"),
    NOT_TRUSTED("could not be fetched: the certificate of the EHR's FHIR server is not trusted"),
    FETCH_TIMED_OUT("could not be fetched in time"),
    UNAUTHORIZED("could not be fetched: the EHR's FHIR server did not take the access token (401)"),
    FORBIDDEN("could not be fetched: the EHR's FHIR server does not allow it (403)"),
    NOT_FOUND("could not be fetched: the EHR's FHIR server does not have it (404)"),
    TOO_MANY_REQUESTS("could not be fetched: the EHR's FHIR server asks for fewer requests (429)"),
    SERVER_ERROR("could not be fetched: the EHR's FHIR server reports an error of its own (5xx)"),
    REDIRECTED(
        "could not be fetched: the EHR's FHIR server points elsewhere (3xx), never followed"),
    STATUS_UNEXPECTED("could not be fetched: the EHR's FHIR server refused the question"),
    NOT_FHIR("could not be fetched: what came is not what a FHIR server answers in JSON"),
    BROKEN_OFF("could not be fetched: the answer broke off"),
    FETCH_TOO_LARGE("could not be fetched: there is more than this service reads"),
    NEXT_PAGE_ELSEWHERE("could not be fetched in full: the next page is on another server"),
    SERVER_FAILING("was not asked for: the EHR's FHIR server has failed repeatedly just now"),
    SERVER_BUSY("was not asked for: too many questions to the EHR's FHIR server are waiting"),
    FETCHED_OF_OTHER_PATIENT("was fetched with data that is not this patient's"),
    FETCHED_INVALID("was fetched with data that is not valid FHIR R4");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    /** A verb phrase that follows the key: {@code conditions was not sent}. */
    public String words() {
      return words;
    }
  }

  public DataGap {
    Objects.requireNonNull(resourceType);
    Objects.requireNonNull(key);
    Objects.requireNonNull(reason);
  }
}
