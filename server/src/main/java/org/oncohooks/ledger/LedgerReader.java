package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.json.StrictJson;

/** A ledger that is read beside the service that writes it; only commands' notes are added. */
public final class LedgerReader implements AutoCloseable {

  private static final int PAGE = 1000;

  private final LedgerStore store;

  LedgerReader(LedgerStore store) {
    this.store = store;
  }

  /**
   * @throws org.oncohooks.ProblemException {@code NOT_FOUND} if there is none in SQLite, {@code
   *     UNAVAILABLE} if the database can't be reached; later also {@code FAULT} if the database
   *     holds no ledger
   */
  public static LedgerReader open(DatabaseSettings settings) {
    return new LedgerReader(
        new SqlLedgerStore(Database.openExisting(settings, SqlLedgerStore.TABLES)));
  }

  /**
   * Adds what is done beside the service to its ledger, which is begun if there is none yet; when
   * it returns that is durable. Needs no key, since what commands note names no patient.
   *
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} or {@code FAULT} if it can't be
   *     written
   */
  public static void note(DatabaseSettings settings, Entry.Job job, Instant now) {
    try (Database database = Database.open(settings, SqlLedgerStore.TABLES)) {
      SqlLedgerStore store = new SqlLedgerStore(database);
      store.begun();
      note(store, job, now);
    }
  }

  static void note(LedgerStore store, Entry.Job job, Instant now) {
    // such a row hides nothing, so that any key does
    store.append(t -> new Appender(LedgerKey.random()).append(t, List.of(job), now));
  }

  /**
   * What a check found.
   *
   * @param deleted how many rows before the first are no longer the ledger's, as a row of it says
   * @param rows how many follow from each other, from the first
   * @param hash of the last of them; kept elsewhere, it shows later whether rows were taken away
   * @param broken the first that does not, and why; empty if all do
   */
  public record Verdict(long deleted, long rows, String hash, Optional<Broken> broken) {}

  /**
   * @param sequence of the row
   * @param why in words
   */
  public record Broken(long sequence, String why) {}

  /** Reads the whole ledger and holds every row against the one before. */
  public Verdict verify() {
    return new LedgerCheck(store).run();
  }

  /** Whether a row with this hash is there, or is what the first row follows from. */
  public boolean holds(String hash) {
    boolean[] found = {hash.equals(LedgerRow.BEGINNING) || hash.equals(store.begin().hash())};
    rows(row -> found[0] |= row.hash().equals(hash));
    return found[0];
  }

  /**
   * An entry of feedback, as it is kept.
   *
   * @param sequence of its row
   * @param received when it was kept
   * @param known whether it is about a card of this ledger
   * @param recommendation of the card; empty if the card is not known or is about none
   * @param outcome {@code accepted} or {@code overridden}
   * @param at when the user acted, as the EHR says
   * @param comment encrypted
   */
  public record Line(
      long sequence,
      Instant received,
      String tenant,
      String service,
      String card,
      boolean known,
      Optional<String> recommendation,
      Optional<String> evidence,
      String outcome,
      Instant at,
      List<String> suggestions,
      Optional<Entry.Reason> reason,
      Optional<String> comment) {}

  /** All feedback, in the order in which it came. */
  public void feedback(Consumer<Line> receiver) {
    rows(
        row -> {
          if (row.kind().equals(LedgerRow.FEEDBACK)) {
            receiver.accept(line(row));
          }
        });
  }

  /** The recommendation of every card that was shown, once for each showing. */
  public void shown(Consumer<String> receiver) {
    rows(
        row -> {
          if (row.kind().equals(LedgerRow.INVOCATION)) {
            EntryJson.cards(row.sequence(), body(row))
                .forEach(card -> card.recommendation().ifPresent(receiver));
          }
        });
  }

  /** Every row as a FHIR R4 AuditEvent. */
  public void auditEvents(Consumer<ObjectNode> receiver) {
    rows(row -> receiver.accept(AuditEvents.of(row)));
  }

  private void rows(Consumer<LedgerRow> receiver) {
    long after = 0;
    List<LedgerRow> page;
    do {
      page = store.rows(after, PAGE);
      for (LedgerRow row : page) {
        receiver.accept(row);
        after = row.sequence();
      }
    } while (!page.isEmpty());
  }

  private static ObjectNode body(LedgerRow row) {
    return StrictJson.object(row.body().getBytes(StandardCharsets.UTF_8));
  }

  private static Line line(LedgerRow row) {
    ObjectNode body = body(row);
    List<String> suggestions = new ArrayList<>();
    body.path("suggestions").forEach(id -> suggestions.add(id.asText()));
    return new Line(
        row.sequence(),
        row.at(),
        body.path("tenant").asText(),
        body.path("service").asText(),
        body.path("card").asText(),
        body.path("known").asBoolean(),
        text(body, "recommendation"),
        text(body, "evidence"),
        body.path("outcome").asText(),
        Instant.parse(body.path("at").asText()),
        suggestions,
        Optional.ofNullable(body.get("reason")).map(LedgerReader::reason),
        text(body, "comment"));
  }

  private static Entry.Reason reason(JsonNode json) {
    return new Entry.Reason(
        json.path("system").asText(), json.path("code").asText(), text(json, "display"));
  }

  private static Optional<String> text(JsonNode json, String member) {
    return Optional.ofNullable(json.path(member).textValue());
  }

  @Override
  public void close() {
    store.close();
  }
}
