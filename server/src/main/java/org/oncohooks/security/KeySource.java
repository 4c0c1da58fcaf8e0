package org.oncohooks.security;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One party's signature keys, from the one place that the configuration names: asked for again
 * every ten minutes and when a token names a key that is not there, never more often than every ten
 * seconds, and kept for a day while that place does not answer. Thread-safe.
 *
 * <p>A call whose key is known and fresh waits for nobody; otherwise one call fetches, and others
 * go on with what there is.
 */
public final class KeySource {

  /** How a key set's bytes are had; {@code IOException} says that they can't be had now. */
  @FunctionalInterface
  public interface Fetch {
    byte[] get() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);

  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration USABLE = Duration.ofHours(24);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(10);
  private static final Duration FETCH_WITHIN = Duration.ofSeconds(1);
  private static final int LARGEST_SET = 256 << 10;

  private final String name;
  private final Fetch fetch;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile State state = new State(Optional.empty(), Instant.EPOCH, Instant.EPOCH, false);

  /**
   * @param keys the last that were had
   * @param had when
   * @param asked when they were last asked for
   * @param answered whether that succeeded
   */
  private record State(Optional<PublicKeys> keys, Instant had, Instant asked, boolean answered) {}

  /**
   * @param name of whom the keys are, for the log
   */
  public KeySource(String name, Fetch fetch, InstantSource clock) {
    this.name = name;
    this.fetch = fetch;
    this.clock = clock;
  }

  /** Keys in a file, read again when they are no longer fresh. */
  public static KeySource ofFile(String name, Path file, InstantSource clock) {
    return new KeySource(name, () -> Files.readAllBytes(file), clock);
  }

  /** Keys that are published at a URL; nothing but 200 within a second and 256 KiB is taken. */
  public static KeySource ofUrl(String name, URI url, OutboundClient client, InstantSource clock) {
    Fetch get =
        () -> {
          OutboundClient.Reply reply =
              client.get(url, Map.of("Accept", "application/json"), LARGEST_SET, FETCH_WITHIN);
          if (reply.status() != 200) {
            throw new IOException("status " + reply.status());
          }
          return reply.body();
        };
    return new KeySource(name, get, clock);
  }

  /** Asks for the keys now, so that the first call need not; whether there are any. */
  public boolean load() {
    fetching.lock();
    try {
      fetch(clock.instant());
    } finally {
      fetching.unlock();
    }
    return state.keys().isPresent();
  }

  /**
   * The keys among which the one named should be. It may be missing.
   *
   * @throws ProblemException {@code UNAVAILABLE} if the key is not known and its place can't be
   *     asked
   */
  PublicKeys keysFor(String keyId) {
    Instant now = clock.instant();
    Optional<PublicKeys> known = usable(state, now).filter(keys -> keys.has(keyId));
    if (known.isPresent() && isWithin(FRESH, state.had(), now)) {
      return known.get();
    }
    refresh(now, known.isPresent());
    State current = state;
    return usable(current, now)
        .filter(keys -> current.answered() || keys.has(keyId))
        .orElseThrow(KeySource::unavailable);
  }

  private static Optional<PublicKeys> usable(State state, Instant now) {
    return state.keys().filter(keys -> isWithin(USABLE, state.had(), now));
  }

  private static boolean isWithin(Duration duration, Instant since, Instant now) {
    return Duration.between(since, now).abs().compareTo(duration) < 0;
  }

  private void refresh(Instant now, boolean canGoOn) {
    boolean mine;
    try {
      mine =
          canGoOn
              ? fetching.tryLock()
              : fetching.tryLock(2 * FETCH_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (mine) {
      try {
        if (!isWithin(BETWEEN_FETCHES, state.asked(), now)) {
          fetch(now);
        }
      } finally {
        fetching.unlock();
      }
    }
  }

  private void fetch(Instant now) {
    try {
      PublicKeys keys = PublicKeys.parse(fetch.get());
      if (keys.unreadable() > 0) {
        LOG.warn("keys of {}: {} passed over code=key-unreadable", name, keys.unreadable());
      }
      if (keys.isEmpty()) {
        throw new IOException("no usable key");
      }
      state = new State(Optional.of(keys), now, now, true);
    } catch (IOException | ProblemException e) {
      state = new State(state.keys(), state.had(), now, false);
      LOG.warn("keys of {} could not be had: {}", name, e.getMessage());
    }
  }

  private static ProblemException unavailable() {
    return Problem.of(
            ProblemCategory.UNAVAILABLE,
            "keys-unavailable",
            "The keys that prove who calls can't be had now; try again later.")
        .asException();
  }
}
