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

  public boolean expired() {
    return System.nanoTime() - nanoTime >= 0;
  }
}
