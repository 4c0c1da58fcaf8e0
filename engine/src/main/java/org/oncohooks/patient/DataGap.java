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
    NOT_UNDERSTOOD(
        "holds a resource with a modifierExtension or implicitRules, which may change its meaning in"
            + " a way that this service does not know"),
    FETCH_FAILED("could not be fetched");

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
