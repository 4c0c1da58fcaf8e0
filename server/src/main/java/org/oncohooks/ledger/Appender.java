package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes rows of entries, within one transaction. */
final class Appender {

  private final EntryJson json;

  Appender(LedgerKey key) {
    this.json = new EntryJson(key);
  }

  /** One for each entry, in order. */
  List<Kept> append(LedgerStore.Appending transaction, List<? extends Entry> entries, Instant now) {
    List<Kept> kept = new ArrayList<>(entries.size());
    LedgerHead head = transaction.head();
    for (Entry entry : entries) {
      Kept one = append(transaction, head, entry, now);
      head = one.head();
      kept.add(one);
    }
    return kept;
  }

  /**
   * @param head of the ledger afterwards
   * @param isNew false for feedback that was there already
   * @param isKnown false for feedback on a card that is not in the ledger
   */
  record Kept(LedgerHead head, boolean isNew, boolean isKnown) {}

  private Kept append(
      LedgerStore.Appending transaction, LedgerHead head, Entry entry, Instant now) {
    if (entry instanceof Entry.Feedback feedback) {
      return feedback(transaction, head, feedback, now);
    }
    ObjectNode body;
    String kind;
    if (entry instanceof Entry.Invocation call) {
      kind = LedgerRow.INVOCATION;
      body = json.of(call);
      EntryJson.cards(head.sequence() + 1, body).forEach(transaction::add);
    } else if (entry instanceof Entry.Access access) {
      kind = LedgerRow.ACCESS;
      body = json.of(access);
    } else if (entry instanceof Entry.Refusal refusal) {
      kind = LedgerRow.REFUSAL;
      body = json.of(refusal);
    } else if (entry instanceof Entry.Job job) {
      kind = LedgerRow.EVENT;
      body = EntryJson.of(job);
    } else if (entry instanceof Entry.Deletion deletion) {
      kind = LedgerRow.EVENT;
      body = EntryJson.of(deletion);
      transaction.beginAfter(deletion.last());
    } else {
      kind = LedgerRow.EVENT;
      body = EntryJson.of((Entry.Event) entry);
    }
    LedgerRow row = LedgerRow.after(head, now, kind, EntryJson.text(body));
    transaction.add(row, EntryJson.patients(body));
    return new Kept(row.head(), true, true);
  }

  private Kept feedback(
      LedgerStore.Appending transaction, LedgerHead head, Entry.Feedback entry, Instant now) {
    Optional<IndexedCard> card = transaction.card(entry.tenant(), entry.card());
    ObjectNode body = json.of(entry, card);
    LedgerRow row = LedgerRow.after(head, now, LedgerRow.FEEDBACK, EntryJson.text(body));
    if (!transaction.add(EntryJson.feedback(row.sequence(), body, row.at()))) {
      return new Kept(head, false, card.isPresent());
    }
    transaction.add(row, EntryJson.patients(body));
    return new Kept(row.head(), true, card.isPresent());
  }
}
