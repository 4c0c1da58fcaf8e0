package org.oncohooks.ledger;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

/** Reads a whole ledger and finds the first place at which it was changed. */
final class LedgerCheck {

  private static final int PAGE = 1000;

  private final LedgerStore store;

  LedgerCheck(LedgerStore store) {
    this.store = store;
  }

  LedgerReader.Verdict run() {
    LedgerHead begin = store.begin();
    while (true) {
      LedgerReader.Verdict verdict = new Walk(begin).run();
      LedgerHead now = store.begin();
      // rows that were deleted meanwhile look as if they were missing
      if (verdict.broken().isEmpty() || now.equals(begin)) {
        return verdict;
      }
      begin = now;
    }
  }

  /** Once over all rows, from a beginning. */
  private final class Walk {

    private final LedgerHead begin;

    /** Cards whose rows are deleted, for feedback that is still there. */
    private final Map<List<String>, IndexedCard> cardsWithoutRow = new HashMap<>();

    private boolean beginIsSaid;

    private Walk(LedgerHead begin) {
      this.begin = begin;
      this.beginIsSaid = begin.equals(LedgerHead.EMPTY);
      store
          .cards(0, begin.sequence())
          .forEach(card -> cardsWithoutRow.put(List.of(card.tenant(), card.card()), card));
    }

    private LedgerReader.Verdict run() {
      LedgerHead end = store.head();
      LedgerHead at = begin;
      while (true) {
        List<LedgerRow> page = store.rows(at.sequence(), PAGE);
        Optional<LedgerReader.Broken> broken =
            page.isEmpty() ? Optional.empty() : pageBroken(at, page);
        if (broken.isPresent()) {
          return verdict(at, broken);
        }
        if (page.isEmpty()) {
          return verdict(at, endBroken(at, end));
        }
        at = page.get(page.size() - 1).head();
      }
    }

    private LedgerReader.Verdict verdict(LedgerHead at, Optional<LedgerReader.Broken> broken) {
      return new LedgerReader.Verdict(
          begin.sequence(), at.sequence() - begin.sequence(), at.hash(), broken);
    }

    /** Rows may have been added since the head was read, and none taken away. */
    private Optional<LedgerReader.Broken> endBroken(LedgerHead at, LedgerHead head) {
      if (at.sequence() < head.sequence()) {
        return Optional.of(
            new LedgerReader.Broken(
                at.sequence() + 1, "the rows from here to the end are missing"));
      }
      if (!beginIsSaid) {
        return broken(begin.sequence() + 1, "no row says that the rows before it were deleted");
      }
      boolean same = at.sequence() > head.sequence() || at.hash().equals(head.hash());
      return same
          ? Optional.empty()
          : Optional.of(
              new LedgerReader.Broken(
                  at.sequence(), "the end of the ledger is said to be another row"));
    }

    private Optional<LedgerReader.Broken> pageBroken(LedgerHead before, List<LedgerRow> page) {
      LedgerHead at = before;
      Set<IndexedCard> cards = new HashSet<>();
      Set<IndexedFeedback> feedback = new HashSet<>();
      Map<Long, Set<String>> patients = new HashMap<>();
      for (LedgerRow row : page) {
        if (row.sequence() != at.sequence() + 1) {
          return broken(at.sequence() + 1, "the row is missing");
        }
        if (!row.previous().equals(at.hash())) {
          return broken(row.sequence(), "it does not follow from the row before");
        }
        if (!row.isWhole()) {
          return broken(row.sequence(), "it was changed");
        }
        try {
          if (!follows(row, cards, feedback, patients)) {
            return broken(row.sequence(), "the index of cards says another about its card");
          }
        } catch (ProblemException e) {
          return broken(row.sequence(), "its body can't be read");
        }
        at = row.head();
      }
      long last = at.sequence();
      if (!cards.equals(Set.copyOf(store.cards(before.sequence(), last)))
          || !feedback.equals(Set.copyOf(store.feedback(before.sequence(), last)))
          || !patients.equals(store.patients(before.sequence(), last))) {
        return broken(
            before.sequence() + 1,
            "the index of cards, feedback or patients does not follow from the rows "
                + (before.sequence() + 1)
                + " to "
                + last);
      }
      return Optional.empty();
    }

    /** Adds what the row is found by; false if its card, whose own row is deleted, is another. */
    private boolean follows(
        LedgerRow row,
        Set<IndexedCard> cards,
        Set<IndexedFeedback> feedback,
        Map<Long, Set<String>> patients) {
      ObjectNode body = StrictJson.object(row.body().getBytes(StandardCharsets.UTF_8));
      Set<String> about = EntryJson.patients(body);
      if (!about.isEmpty()) {
        patients.put(row.sequence(), about);
      }
      switch (row.kind()) {
        case LedgerRow.ACCESS, LedgerRow.REFUSAL -> {} // found by nothing else
        case LedgerRow.EVENT -> beginIsSaid |= EntryJson.saysThatItBeginsAfter(begin, body);
        case LedgerRow.INVOCATION -> cards.addAll(EntryJson.cards(row.sequence(), body));
        default -> {
          IndexedFeedback entry = EntryJson.feedback(row.sequence(), body, row.at());
          feedback.add(entry);
          IndexedCard card = cardsWithoutRow.get(List.of(entry.tenant(), entry.card()));
          return card == null || EntryJson.isOn(card, body);
        }
      }
      return true;
    }
  }

  private static Optional<LedgerReader.Broken> broken(long sequence, String why) {
    return Optional.of(new LedgerReader.Broken(sequence, why));
  }
}
