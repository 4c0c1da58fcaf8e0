package org.oncohooks.ledger;

final class MemoryLedgerTest extends LedgerContract {

  private final MemoryLedgerStore store = new MemoryLedgerStore();

  @Override
  LedgerStore open(LedgerKey key) {
    return store;
  }
}
