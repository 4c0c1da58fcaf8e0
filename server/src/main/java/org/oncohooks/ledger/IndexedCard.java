package org.oncohooks.ledger;

import java.util.Optional;

/**
 * What feedback on a card is held against: found by the card and by the patient. Follows from the
 * invocation's row.
 *
 * @param sequence of the row
 * @param card its UUID
 * @param patient keyed hash
 * @param recommendation empty for a card about what was not evaluated
 * @param evidence there if the recommendation is
 */
record IndexedCard(
    long sequence,
    String card,
    String tenant,
    String patient,
    Optional<String> recommendation,
    Optional<String> evidence) {}
