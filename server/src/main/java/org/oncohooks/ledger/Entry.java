package org.oncohooks.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Something that is kept for good. */
public sealed interface Entry {

  /**
   * A call of a service.
   *
   * @param tenant whose EHR called
   * @param user who opened the chart, as type and id, if the hook says so
   * @param hookInstance the caller's id of the call
   * @param patient the patient's {@link LedgerKey#patient keyed hash}; never the id itself
   * @param knowledge version of the content that decided
   * @param evaluatedAt the evaluation instant
   * @param took from the call's arrival to its answer
   * @param recommendations what became of those that did not just not apply
   * @param cards what was shown
   * @param fetches what was asked of a FHIR server for it; empty if nothing was
   * @param problem code of the problem that the call was answered with instead of cards
   */
  record Invocation(
      String tenant,
      Optional<String> user,
      String service,
      String hook,
      String hookInstance,
      String patient,
      String knowledge,
      Instant evaluatedAt,
      Duration took,
      List<Judged> recommendations,
      List<Shown> cards,
      Optional<Fetches> fetches,
      Optional<String> problem)
      implements Entry {

    public Invocation {
      recommendations = List.copyOf(recommendations);
      cards = List.copyOf(cards);
    }
  }

  /**
   * What a FHIR server was asked for during one call.
   *
   * @param server its base URL
   * @param asked how many reads and searches
   * @param failed how many of them brought nothing
   */
  record Fetches(String server, int asked, int failed) {}

  /**
   * A read, search or change of patients' data, or a look at these records.
   *
   * @param who asked
   * @param interaction FHIR's code of it
   * @param operation name of the operation, if it is one
   * @param type FHIR type; blank if the request names none
   * @param resource {@linkplain LedgerKey#hidden hidden} type and id, if one resource is meant that
   *     is no Patient
   * @param patients {@link LedgerKey#patient keyed hashes} of those whom the request names or the
   *     answer is about
   * @param entries how many resources the answer holds or the request changes
   * @param parameters names of the search parameters, without what they were given
   * @param refusal why nothing was answered or changed
   * @param request id of the request in the log
   */
  record Access(
      Who who,
      String interaction,
      Optional<String> operation,
      String type,
      Optional<String> resource,
      Set<String> patients,
      int entries,
      List<String> parameters,
      Optional<Refused> refusal,
      Optional<String> request)
      implements Entry {

    public Access {
      patients = Set.copyOf(patients);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * Who asked.
   *
   * @param tenant whose EHR it is, for calls of hooks
   * @param issuer of the token
   * @param client program
   * @param user person
   */
  record Who(
      Optional<String> tenant,
      Optional<String> issuer,
      Optional<String> client,
      Optional<String> user) {}

  /**
   * Why a request got nothing.
   *
   * @param problem its code
   * @param serious whether it was not the caller's to mend
   */
  record Refused(String problem, boolean serious) {}

  /**
   * Requests that were sent away before they were read, all for one reason.
   *
   * @param place path of the face that they were sent to
   * @param reason code
   * @param who asked, as far as it is proven, and the issuer that the token claims
   * @param times how many
   * @param since when the first of them came
   */
  record Refusal(String place, String reason, Who who, long times, Instant since)
      implements Entry {}

  /** What may become of a recommendation. */
  enum Fate {
    SHOWN("shown"),
    SUPERSEDED("superseded"),
    SUPPRESSED("suppressed"),
    NOT_EVALUATED("not-evaluated");

    private final String code;

    Fate(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  /**
   * @param recommendation canonical, with version
   * @param evidence hash of the evidence; empty where there is none
   * @param why code of the problem that kept it from being evaluated, or the UUID of the card whose
   *     answer suppresses it, or that it was shown with system actions
   */
  record Judged(
      String recommendation, Fate fate, Optional<String> evidence, Optional<String> why) {}

  /**
   * A card that was shown.
   *
   * @param topic code of the card's topic
   * @param recommendation canonical, with version; empty for a card about what was not evaluated
   * @param evidence hash of the evidence; there if the recommendation is
   * @param suggestions UUIDs of its suggestions
   */
  record Shown(
      String uuid,
      String topic,
      Optional<String> recommendation,
      Optional<String> evidence,
      List<String> suggestions) {

    public Shown {
      suggestions = List.copyOf(suggestions);
    }
  }

  /**
   * What a clinician did with a card (CDS Hooks 2.0, feedback).
   *
   * @param tenant whose EHR sent it
   * @param service to whose endpoint it was sent
   * @param card UUID of the card, as the caller says
   * @param accepted whether a suggestion was accepted; otherwise the card was overridden
   * @param suggestions UUIDs of the suggestions accepted
   * @param reason why it was overridden
   * @param comment what the user wrote, which may be about the patient
   * @param at when the user acted, as the caller says
   */
  record Feedback(
      String tenant,
      String service,
      String card,
      boolean accepted,
      List<String> suggestions,
      Optional<Reason> reason,
      Optional<String> comment,
      Instant at)
      implements Entry {

    public Feedback {
      suggestions = List.copyOf(suggestions);
    }

    /** {@code accepted} or {@code overridden}. */
    public String outcome() {
      return accepted ? "accepted" : "overridden";
    }
  }

  /** A FHIR Coding. */
  record Reason(String system, String code, Optional<String> display) {}

  /**
   * Something about the service itself.
   *
   * @param code one of {@link #CODES}
   * @param text in words; no patient data
   */
  record Event(String code, String text) implements Entry {

    /**
     * Started, stopped, began to record again after answers that could not be, read the content
     * again, gave a recommendation little time because it ran away, gave it all of it again.
     */
    public static final Set<String> CODES =
        Set.of(
            "started",
            "stopped",
            "recording-again",
            "content-reloaded",
            "content-rejected",
            "rule-quarantined",
            "rule-released");

    public Event {
      if (!CODES.contains(code)) {
        throw new IllegalArgumentException(code);
      }
    }
  }

  /**
   * What somebody did with a command, beside the service.
   *
   * @param user of the operating system
   * @param text in words and numbers; no patient data
   */
  record Job(Kind kind, String user, String text) implements Entry {

    /** What commands do. */
    public enum Kind {
      LOAD_BEGUN("load-begun"),
      LOAD_ENDED("load-ended"),
      AUDIT_EXPORTED("audit-exported"),
      FEEDBACK_EXPORTED("feedback-exported"),
      FEEDBACK_COUNTED("feedback-counted");

      private final String code;

      Kind(String code) {
        this.code = code;
      }

      String code() {
        return code;
      }
    }
  }

  /**
   * The ledger begins after a row from now on; what is before is deleted.
   *
   * @param last row that is deleted, and its hash: what the first that stays follows from
   * @param before when all of them were written
   */
  record Deletion(LedgerHead last, Instant before) implements Entry {

    static final String CODE = "rows-deleted";
  }
}
