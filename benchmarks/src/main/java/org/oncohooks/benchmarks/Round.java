package org.oncohooks.benchmarks;

import java.time.Duration;

/**
 * Some requests in a row, and what they cost.
 *
 * @param requests how many
 * @param cpu what the process that answers them used of all cores, kernel time included
 */
record Round(int requests, Duration cpu) {

  /** CPU milliseconds a request. */
  double cpuMillis() {
    return cpu.toNanos() / 1e6 / requests;
  }
}
