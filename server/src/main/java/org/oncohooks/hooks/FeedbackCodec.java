package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.Entry;

/**
 * Reads feedback (CDS Hooks 2.0, feedback), also as Epic spells it: {@code overrideReasons} for
 * {@code overrideReason}, and an extension where the reason is. Unknown members are left alone.
 */
final class FeedbackCodec {

  private static final int MOST_ENTRIES = 200;
  private static final int MOST_SUGGESTIONS = 100;
  private static final int LONGEST_ID = 200;
  private static final int LONGEST_TEXT = 4000;

  /** Nobody answers a card before the standard, or long after the day is known to all clocks. */
  private static final Instant EARLIEST = Instant.parse("2015-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private FeedbackCodec() {}

  /**
   * @param bytes the body as it came
   * @return in the order sent; may be empty
   * @throws ProblemException {@code INCORRECT} with the place of the first thing that is wrong
   */
  static List<Entry.Feedback> decode(byte[] bytes, String tenant, String service) {
    JsonNode list = StrictJson.object(bytes).path("feedback");
    if (!list.isArray()) {
      throw refuse(
          "feedback-missing", "The body needs a list named feedback; send it.", "feedback");
    }
    if (list.size() > MOST_ENTRIES) {
      throw refuse(
          "feedback-too-many",
          "Send at most " + MOST_ENTRIES + " entries of feedback at once.",
          "feedback");
    }
    List<Entry.Feedback> feedback = new ArrayList<>(list.size());
    for (int i = 0; i < list.size(); i++) {
      feedback.add(entry(list.get(i), "feedback[" + i + "]", tenant, service));
    }
    return feedback;
  }

  private static Entry.Feedback entry(JsonNode json, String place, String tenant, String service) {
    Members members = new Members(object(json, place), place);
    String card = id(members, "card", place);
    boolean accepted = isAccepted(members.requiredText("outcome"), place + ".outcome");
    Instant at = instant(members.requiredText("outcomeTimestamp"), place + ".outcomeTimestamp");
    if (accepted) {
      List<String> suggestions =
          suggestions(json.path("acceptedSuggestions"), place + ".acceptedSuggestions");
      return new Entry.Feedback(
          tenant, service, card, true, suggestions, Optional.empty(), Optional.empty(), at);
    }
    String name =
        members.object("overrideReason").isPresent() ? "overrideReason" : "overrideReasons";
    Optional<ObjectNode> override = members.object(name);
    Override why = override.map(o -> override(o, place + "." + name)).orElse(Override.NONE);
    return new Entry.Feedback(
        tenant, service, card, false, List.of(), why.reason(), why.comment(), at);
  }

  private static boolean isAccepted(String outcome, String place) {
    return switch (outcome) {
      case "accepted" -> true;
      case "overridden" -> false;
      default ->
          throw refuse("outcome-unknown", place + " has to be accepted or overridden.", place);
    };
  }

  private static Instant instant(String text, String place) {
    try {
      Instant at = OffsetDateTime.parse(text).toInstant();
      if (at.isAfter(EARLIEST) && at.isBefore(LATEST)) {
        return at;
      }
    } catch (DateTimeException e) {
      // answered below, as a year out of range is
    }
    throw refuse(
        "timestamp-invalid",
        place + " has to be a date and time with offset, such as 2026-06-01T17:00:00Z.",
        place);
  }

  private static List<String> suggestions(JsonNode list, String place) {
    if (!list.isArray() || list.isEmpty() || list.size() > MOST_SUGGESTIONS) {
      throw refuse(
          "suggestions-missing",
          place
              + " has to list the suggestions that were accepted, 1 to "
              + MOST_SUGGESTIONS
              + " of them, each with its id.",
          place);
    }
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String where = place + "[" + i + "]";
      Members suggestion = new Members(object(list.get(i), where), where);
      ids.add(id(suggestion, "id", where));
    }
    return ids;
  }

  private record Override(Optional<Entry.Reason> reason, Optional<String> comment) {
    private static final Override NONE = new Override(Optional.empty(), Optional.empty());
  }

  private static Override override(ObjectNode json, String place) {
    Members members = new Members(json, place);
    Optional<Entry.Reason> reason =
        members.object("reason").map(coding -> reason(coding, place + ".reason"));
    Optional<String> comment =
        members
            .text("userComment")
            .map(text -> bounded(text, LONGEST_TEXT, place + ".userComment"));
    if (reason.isEmpty() && comment.isEmpty() && members.object("extension").isEmpty()) {
      throw refuse(
          "override-reason-empty", place + " needs a reason, a userComment or both.", place);
    }
    return new Override(reason, comment);
  }

  private static Entry.Reason reason(ObjectNode json, String place) {
    Members coding = new Members(json, place);
    return new Entry.Reason(
        bounded(coding.requiredText("system"), LONGEST_ID, place + ".system"),
        bounded(coding.requiredText("code"), LONGEST_ID, place + ".code"),
        coding.text("display").map(text -> bounded(text, LONGEST_TEXT, place + ".display")));
  }

  /** A UUID, and what else callers take for one. */
  private static String id(Members members, String name, String place) {
    String id = members.requiredText(name);
    if (id.length() > LONGEST_ID || !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw refuse(
          "id-invalid",
          place + "." + name + " has to be the uuid that this service gave.",
          place + "." + name);
    }
    return id;
  }

  private static ObjectNode object(JsonNode json, String place) {
    if (json instanceof ObjectNode object) {
      return object;
    }
    throw refuse("member-type", place + " has to be an object.", place);
  }

  private static String bounded(String text, int longest, String place) {
    if (text.length() > longest) {
      throw refuse(
          "member-too-long", place + " has to be at most " + longest + " characters.", place);
    }
    return text;
  }

  private static ProblemException refuse(String code, String text, String place) {
    return Problem.of(ProblemCategory.INCORRECT, code, text, place).asException();
  }
}
