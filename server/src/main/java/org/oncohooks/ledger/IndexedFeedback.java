package org.oncohooks.ledger;

import java.time.Instant;

/**
 * What makes an entry of feedback the same as another: who said of which card what, and when.
 * Follows from the feedback's row.
 *
 * @param sequence of the row
 * @param at when the user acted, as the caller says, to the microsecond
 * @param received when it was written
 */
record IndexedFeedback(
    long sequence, String tenant, String card, String outcome, Instant at, Instant received) {}
