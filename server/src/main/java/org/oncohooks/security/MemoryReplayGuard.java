package org.oncohooks.security;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.Sha256;

/**
 * Remembers token ids in memory, up to a number. What is forgotten at a restart can be used again
 * for the few minutes that a token lives.
 */
public final class MemoryReplayGuard implements ReplayGuard {

  /** Of all tenants; 15 minutes at 300 calls a second. */
  private static final int MOST = 300_000;

  private final InstantSource clock;

  private final int most;
  private final Map<String, Instant> seen = new HashMap<>();
  private Instant nextSweep = Instant.EPOCH;

  public MemoryReplayGuard(InstantSource clock) {
    this(clock, MOST);
  }

  MemoryReplayGuard(InstantSource clock, int most) {
    this.clock = clock;
    this.most = most;
  }

  static String key(String tenant, String id) {
    return new Sha256().add(tenant).add(id).hex().substring(0, 32);
  }

  @Override
  public boolean isFirst(String tenant, String id, Instant until) {
    return isFirst(key(tenant, id), until);
  }

  synchronized boolean isFirst(String key, Instant until) {
    sweep();
    if (seen.containsKey(key)) {
      return false;
    }
    if (seen.size() >= most) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE,
              "too-many-tokens",
              "Too many calls came in within the life of a token; try again later.")
          .asException();
    }
    seen.put(key, until);
    return true;
  }

  /** What could be used again, with its end. */
  synchronized Map<String, Instant> current() {
    Instant now = clock.instant();
    seen.values().removeIf(until -> until.isBefore(now));
    return Map.copyOf(seen);
  }

  synchronized void forget(String key) {
    seen.remove(key);
  }

  /** Once a minute, or when there is no place left. */
  private void sweep() {
    Instant now = clock.instant();
    boolean full = seen.size() >= most;
    boolean due = now.isAfter(nextSweep);
    if (full || due) {
      seen.values().removeIf(until -> until.isBefore(now));
      nextSweep = now.plusSeconds(full ? 1 : 60);
    }
  }

  @Override
  public void close() {}
}
