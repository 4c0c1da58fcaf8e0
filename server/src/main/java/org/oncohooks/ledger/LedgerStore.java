package org.oncohooks.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;

/**
 * Where the rows are kept. Thread-safe.
 *
 * <p>Every method may throw a {@link ProblemException}: {@code UNAVAILABLE} while the place can't
 * be reached or written, {@code FAULT} if it is not what it should be.
 */
interface LedgerStore extends AutoCloseable {

  /** Whether its methods return at once, since nothing outside the process is asked. */
  boolean isImmediate();

  /**
   * Appends, alone of all who append, here and in other instances. When it returns everything is
   * durable; when it throws nothing was appended, or the failure came so late that everything was.
   *
   * @param work done again from its beginning if another transaction came in between
   */
  <T> T append(Function<Appending, T> work);

  /** What one transaction may do. */
  interface Appending {

    LedgerHead head();

    /** See {@link LedgerStore#begin}. */
    LedgerHead begin();

    /** Rows to this one are no longer the ledger's; {@link LedgerStore#sweep} deletes them. */
    void beginAfter(LedgerHead last);

    Optional<IndexedCard> card(String tenant, String card);

    /** False if the same entry is there already, and nothing was added. */
    boolean add(IndexedFeedback feedback);

    void add(IndexedCard card);

    /**
     * The row after the head, which then is the head.
     *
     * @param patients whom it is about, as keyed hashes
     */
    void add(LedgerRow row, Set<String> patients);
  }

  /** Answers to a patient's cards, given at or after an instant; in no order. */
  List<Answered> answers(String tenant, String patient, Instant since);

  LedgerHead head();

  /** The last row that is no longer the ledger's; {@link LedgerHead#EMPTY} if all still are. */
  LedgerHead begin();

  /**
   * Deletes rows before the beginning and what they are found by, the oldest first. A card stays
   * findable as long as feedback on it is in the ledger, since the feedback keeps it from being
   * repeated.
   *
   * @param most how many rows
   * @return how many were deleted; 0 if none is left
   */
  int sweep(int most);

  /** Rows of the ledger after a sequence number, in order. */
  List<LedgerRow> rows(long after, int most);

  /**
   * Rows of the ledger that are about one of some patients, the newest first.
   *
   * @param patients keyed hashes
   * @param before only rows with a number less than this
   */
  List<LedgerRow> rowsAbout(Set<String> patients, long before, int most);

  /** Whom each row is about, of the rows after the first number and up to the second. */
  Map<Long, Set<String>> patients(long after, long last);

  /** Those whose sequence is after the first and at most the second. */
  List<IndexedCard> cards(long after, long last);

  /** As {@link #cards}. */
  List<IndexedFeedback> feedback(long after, long last);

  /** What it is connected by; none without a database. */
  default List<Database.Pool> pools() {
    return List.of();
  }

  @Override
  void close();
}
