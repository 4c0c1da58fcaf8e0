package org.oncohooks.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The body of a row, and what is found by it. */
final class EntryJson {

  private static final Pattern UUID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private static final Pattern PATIENT_USER = Pattern.compile("(^|/)(Patient|RelatedPerson)/");

  private static final String PATIENTS = "patients";

  /** Letters beyond ASCII are escaped, so that no database's encoding can change a body. */
  private static final ObjectWriter ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().writer();

  private final LedgerKey key;

  EntryJson(LedgerKey key) {
    this.key = key;
  }

  ObjectNode of(Entry.Invocation call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("tenant", call.tenant()).put("service", call.service()).put("hook", call.hook());
    call.user().ifPresent(user -> body.put("user", person(user)));
    body.put("hookInstance", opaque(call.hookInstance())).put("patient", call.patient());
    body.put("knowledge", call.knowledge()).put("evaluatedAt", call.evaluatedAt().toString());
    body.put("tookMs", call.took().toMillis());
    call.fetches()
        .ifPresent(
            fetches ->
                body.putObject("fetches")
                    .put("server", fetches.server())
                    .put("asked", fetches.asked())
                    .put("failed", fetches.failed()));
    call.problem().ifPresent(problem -> body.put("problem", problem));
    if (!call.recommendations().isEmpty()) {
      ArrayNode list = body.putArray("recommendations");
      call.recommendations().forEach(judged -> list.add(of(judged)));
    }
    if (!call.cards().isEmpty()) {
      ArrayNode list = body.putArray("cards");
      call.cards().forEach(card -> list.add(of(card)));
    }
    return body;
  }

  ObjectNode of(Entry.Access access) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("interaction", access.interaction());
    access.operation().ifPresent(name -> body.put("operation", name));
    if (!access.type().isEmpty()) {
      body.put("type", access.type());
    }
    access.resource().ifPresent(resource -> body.put("resource", resource));
    put(access.who(), body);
    list(body, PATIENTS, access.patients().stream().sorted().toList());
    body.put("entries", access.entries());
    list(body, "parameters", access.parameters());
    access
        .refusal()
        .ifPresent(
            refusal -> body.put("problem", refusal.problem()).put("serious", refusal.serious()));
    access.request().ifPresent(id -> body.put("request", id));
    return body;
  }

  ObjectNode of(Entry.Refusal refusal) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("place", refusal.place()).put("reason", refusal.reason());
    put(refusal.who(), body);
    return body.put("times", refusal.times()).put("since", exact(refusal.since()).toString());
  }

  private void put(Entry.Who who, ObjectNode body) {
    who.tenant().ifPresent(tenant -> body.put("tenant", tenant));
    who.issuer().ifPresent(issuer -> body.put("issuer", issuer));
    who.client().ifPresent(client -> body.put("client", person(client)));
    who.user().ifPresent(user -> body.put("user", person(user)));
  }

  private static void list(ObjectNode body, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode list = body.putArray(name);
      texts.forEach(list::add);
    }
  }

  private static ObjectNode of(Entry.Judged judged) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("recommendation", judged.recommendation()).put("fate", judged.fate().code());
    judged.evidence().ifPresent(evidence -> node.put("evidence", evidence));
    judged.why().ifPresent(why -> node.put("why", why));
    return node;
  }

  private static ObjectNode of(Entry.Shown card) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("uuid", card.uuid()).put("topic", card.topic());
    card.recommendation().ifPresent(recommendation -> node.put("recommendation", recommendation));
    card.evidence().ifPresent(evidence -> node.put("evidence", evidence));
    if (!card.suggestions().isEmpty()) {
      ArrayNode suggestions = node.putArray("suggestions");
      card.suggestions().forEach(suggestions::add);
    }
    return node;
  }

  /**
   * @param card the card, if it is one that was shown to the same tenant
   */
  ObjectNode of(Entry.Feedback feedback, Optional<IndexedCard> card) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("tenant", feedback.tenant()).put("service", feedback.service());
    body.put("card", feedback.card()).put("known", card.isPresent());
    card.map(IndexedCard::patient).ifPresent(patient -> body.put("patient", patient));
    card.flatMap(IndexedCard::recommendation).ifPresent(r -> body.put("recommendation", r));
    card.flatMap(IndexedCard::evidence).ifPresent(hash -> body.put("evidence", hash));
    body.put("outcome", feedback.outcome()).put("at", exact(feedback.at()).toString());
    if (!feedback.suggestions().isEmpty()) {
      ArrayNode suggestions = body.putArray("suggestions");
      feedback.suggestions().forEach(suggestions::add);
    }
    feedback
        .reason()
        .ifPresent(
            reason -> {
              ObjectNode node = body.putObject("reason");
              node.put("system", reason.system()).put("code", reason.code());
              reason.display().ifPresent(display -> node.put("display", display));
            });
    feedback.comment().ifPresent(comment -> body.put("comment", key.encrypt(comment)));
    return body;
  }

  static ObjectNode of(Entry.Event event) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", event.code())
        .put("text", event.text());
  }

  static ObjectNode of(Entry.Job job) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", job.kind().code())
        .put("text", job.text())
        .put("user", job.user());
  }

  static ObjectNode of(Entry.Deletion deletion) {
    long last = deletion.last().sequence();
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", Entry.Deletion.CODE)
        .put("text", "rows to " + last + " deleted, written before " + deletion.before())
        .put("last", last)
        .put("hash", deletion.last().hash());
  }

  /** Whether a row of this body says that the ledger begins after a row. */
  static boolean saysThatItBeginsAfter(LedgerHead last, ObjectNode event) {
    return event.path("code").asText().equals(Entry.Deletion.CODE)
        && event.path("last").asLong() == last.sequence()
        && event.path("hash").asText().equals(last.hash());
  }

  static String text(ObjectNode body) {
    try {
      return ASCII.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree is always JSON", e);
    }
  }

  /** Instants are stored to the microsecond. */
  static Instant exact(Instant at) {
    return at.truncatedTo(ChronoUnit.MICROS);
  }

  /** A UUID says nothing about a patient; any other string may. */
  private String opaque(String text) {
    return UUID.matcher(text).matches() ? text : key.hidden(text);
  }

  /** Staff and programs stand by name; a user who is a patient, or their relative, does not. */
  private String person(String who) {
    return PATIENT_USER.matcher(who).find() ? key.hidden(who) : who;
  }

  /** The patients that a row is about, as keyed hashes. */
  static Set<String> patients(ObjectNode body) {
    Set<String> patients = new TreeSet<>();
    if (body.path("patient").isTextual()) {
      patients.add(body.path("patient").textValue());
    }
    body.path(PATIENTS).forEach(patient -> patients.add(patient.textValue()));
    return patients;
  }

  /** What an invocation's row is found by. */
  static List<IndexedCard> cards(long sequence, ObjectNode invocation) {
    List<IndexedCard> cards = new ArrayList<>();
    invocation
        .path("cards")
        .forEach(
            card ->
                cards.add(
                    new IndexedCard(
                        sequence,
                        card.path("uuid").textValue(),
                        invocation.path("tenant").textValue(),
                        invocation.path("patient").textValue(),
                        Optional.ofNullable(card.path("recommendation").textValue()),
                        Optional.ofNullable(card.path("evidence").textValue()))));
    return cards;
  }

  /** Whether feedback says of its card what is said here. */
  static boolean isOn(IndexedCard card, ObjectNode feedback) {
    return card.patient().equals(feedback.path("patient").textValue())
        && Objects.equals(
            card.recommendation().orElse(null), feedback.path("recommendation").textValue())
        && Objects.equals(card.evidence().orElse(null), feedback.path("evidence").textValue());
  }

  /** What a feedback's row is found by. */
  static IndexedFeedback feedback(long sequence, ObjectNode feedback, Instant received) {
    return new IndexedFeedback(
        sequence,
        feedback.path("tenant").textValue(),
        feedback.path("card").textValue(),
        feedback.path("outcome").textValue(),
        Instant.parse(feedback.path("at").textValue()),
        received);
  }
}
