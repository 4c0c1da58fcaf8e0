package org.oncohooks.decision;

import java.time.Instant;

/**
 * A clinician's answer to a card of this patient's. The same card is not repeated for a while.
 *
 * @param recommendation canonical of the recommendation that the card showed, with its version
 * @param evidence the card's {@link EvidenceHash}
 * @param outcome {@code accepted} or {@code overridden}
 * @param since when the clinician answered
 * @param card the card's UUID
 */
public record Answer(
    String recommendation, String evidence, String outcome, Instant since, String card) {}
