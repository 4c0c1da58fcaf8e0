package org.oncohooks.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.oncohooks.Sha256;

/**
 * One row. Its hash is SHA-256 over the hash of the row before and all that the row says, so that a
 * row that is changed, left out or put in breaks the chain.
 *
 * @param sequence 1 for the first, without gaps
 * @param at when it was written, to the microsecond
 * @param kind {@code invocation}, {@code feedback}, {@code access}, {@code refusal} or {@code
 *     event}
 * @param body what happened, as a JSON object
 * @param previous hash of the row before, even if that one is deleted; of the first ever {@link
 *     #BEGINNING}
 * @param hash 64 hexadecimal digits
 */
public record LedgerRow(
    long sequence, Instant at, String kind, String body, String previous, String hash) {

  static final String BEGINNING = "0".repeat(64);

  static final String INVOCATION = "invocation";
  static final String FEEDBACK = "feedback";
  static final String ACCESS = "access";
  static final String REFUSAL = "refusal";
  static final String EVENT = "event";

  /** The row that follows a head. */
  static LedgerRow after(LedgerHead head, Instant now, String kind, String body) {
    long sequence = head.sequence() + 1;
    Instant at = now.truncatedTo(ChronoUnit.MICROS);
    return new LedgerRow(
        sequence, at, kind, body, head.hash(), hash(head.hash(), sequence, at, kind, body));
  }

  /** Whether the hash is that of what the row says. */
  boolean isWhole() {
    return hash.equals(hash(previous, sequence, at, kind, body));
  }

  LedgerHead head() {
    return new LedgerHead(sequence, hash);
  }

  private static String hash(String previous, long sequence, Instant at, String kind, String body) {
    return new Sha256()
        .add(previous)
        .add(Long.toString(sequence))
        .add(Long.toString(micros(at)))
        .add(kind)
        .add(body)
        .hex();
  }

  /**
   * Microseconds since 1970 (UTC), as instants are stored; {@code ChronoUnit.MICROS.between}
   * overflows from 2262 on.
   */
  static long micros(Instant at) {
    return Math.multiplyExact(at.getEpochSecond(), 1_000_000L) + at.getNano() / 1_000;
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
