/**
 * What the service said, what clinicians answered, and nothing of it lost: an append-only ledger
 * whose rows are chained by hash.
 */
package org.oncohooks.ledger;
