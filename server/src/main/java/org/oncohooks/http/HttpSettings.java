package org.oncohooks.http;

import java.time.Duration;

/**
 * How the listener behaves.
 *
 * @param host address to bind
 * @param port TCP port; 0 = any free one
 * @param threads most threads that work on requests
 * @param maxBody largest request body of a route, in bytes
 * @param deadline time from the last byte of a request to its answer
 * @param idle a connection on which nothing moves for this long is closed
 * @param stopWithin time that running requests get when the server stops
 */
public record HttpSettings(
    String host,
    int port,
    int threads,
    int maxBody,
    Duration deadline,
    Duration idle,
    Duration stopWithin) {

  /** Bodies of at most 4 MiB, answers within 2 s, 10 s of silence, 10 s to stop. */
  public static HttpSettings of(String host, int port) {
    return new HttpSettings(
        host,
        port,
        32,
        4 << 20,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10));
  }
}
