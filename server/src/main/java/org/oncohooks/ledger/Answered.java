package org.oncohooks.ledger;

import java.time.Instant;

/**
 * A clinician's answer to a card of one patient's.
 *
 * @param recommendation canonical, with version
 * @param evidence hash of the evidence
 * @param outcome {@code accepted} or {@code overridden}
 * @param at when the user acted: as the caller says, and not later than it was received
 * @param card the card's UUID
 */
public record Answered(
    String recommendation, String evidence, String outcome, Instant at, String card) {}
