package org.oncohooks.ledger;

/**
 * Where the ledger ends. Kept elsewhere, it shows later whether rows at the end were taken away.
 *
 * @param sequence of the last row; 0 = there is none
 * @param hash of the last row
 */
public record LedgerHead(long sequence, String hash) {

  static final LedgerHead EMPTY = new LedgerHead(0, LedgerRow.BEGINNING);
}
