package org.oncohooks.ledger;

/**
 * What became of a batch of feedback, all of which is durable.
 *
 * @param stored entries that are new
 * @param repeated entries that were there already
 * @param unknown entries, of either kind, on cards that are not in the ledger
 */
public record FeedbackReceipt(int stored, int repeated, int unknown) {}
