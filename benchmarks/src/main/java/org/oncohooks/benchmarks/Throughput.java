package org.oncohooks.benchmarks;

/**
 * What the server answers when some connections ask without a pause.
 *
 * @param connections how many ask at the same time
 * @param requestsPerSecond answers in a second of wall time
 * @param cpuMillis CPU milliseconds of the server a request
 */
record Throughput(int connections, double requestsPerSecond, double cpuMillis) {}
