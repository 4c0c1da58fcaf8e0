package org.oncohooks;

import java.time.Duration;

/**
 * The moment by which a call has to be answered, on the monotonic clock.
 *
 * @param nanoTime a value of {@link System#nanoTime()}
 */
public record Deadline(long nanoTime) {

  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** The time left; zero once it has expired. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** The time that has passed since; zero before. */
  public Duration passed() {
    return Duration.ofNanos(Math.max(0, System.nanoTime() - nanoTime));
  }

  /** A moment before this one. */
  public Deadline minus(Duration duration) {
    return new Deadline(nanoTime - duration.toNanos());
  }

  /** The earlier of two. */
  public Deadline or(Deadline other) {
    return nanoTime - other.nanoTime <= 0 ? this : other;
  }

  public boolean expired() {
    return System.nanoTime() - nanoTime >= 0;
  }
}
