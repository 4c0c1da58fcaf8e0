package org.oncohooks.security;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** How often each of some callers may call: so many a second in the long run. Thread-safe. */
final class Rates {

  static final Problem TOO_MANY =
      Problem.of(
          ProblemCategory.TOO_MANY,
          "too-many-calls",
          "More calls than are agreed; try again after Retry-After.");

  private final Map<String, Bucket> buckets = new TreeMap<>();

  /**
   * @param callsPerSecond by caller; twice that at once
   */
  Rates(Map<String, Integer> callsPerSecond) {
    callsPerSecond.forEach((caller, calls) -> buckets.put(caller, bucket(calls)));
  }

  private static Bucket bucket(int callsPerSecond) {
    return Bucket.builder()
        .addLimit(
            limit ->
                limit
                    .capacity(2L * callsPerSecond)
                    .refillGreedy(callsPerSecond, Duration.ofSeconds(1)))
        .build();
  }

  /** Whether a caller may make one more call now. */
  boolean admit(String caller) {
    return buckets.get(caller).tryConsume(1);
  }

  /** Counts a call that was made as so many more, which later ones wait for. */
  void charge(String caller, long calls) {
    if (calls > 0) {
      buckets.get(caller).consumeIgnoringRateLimits(calls);
    }
  }
}
