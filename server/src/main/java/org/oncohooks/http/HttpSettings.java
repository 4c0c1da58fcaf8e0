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
 * @param connections most connections at once; others wait until one is closed
 * @param head a connection that brings no whole request head for this long is closed, however
 *     steadily it trickles; longer than {@code idle}, since it may be kept open in between
 * @param exchange a request whose answer has not been taken within this time is cut off
 * @param stopWithin time that running requests get when the server stops
 * @param working most requests with a body that the routes work on at once; as many again, of any
 *     kind, for each mount
 * @param patience how long a request waits until fewer are worked on
 * @param bodies most bytes of bodies held at once by the routes, and again by each mount
 */
public record HttpSettings(
    String host,
    int port,
    int threads,
    int maxBody,
    Duration deadline,
    Duration idle,
    int connections,
    Duration head,
    Duration exchange,
    Duration stopWithin,
    int working,
    Duration patience,
    long bodies) {

  /** Heap that one request may need while it is worked on: a body of 4 MiB as objects, twice. */
  private static final long HEAP_PER_REQUEST = 128L << 20;

  /** For few callers: operators and their tools, who may ask for what takes a while. */
  public static HttpSettings small(String host, int port) {
    return new HttpSettings(
        host,
        port,
        8,
        64 << 10,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        64,
        Duration.ofSeconds(90),
        Duration.ofMinutes(2),
        Duration.ofSeconds(2),
        2,
        Duration.ofSeconds(1),
        1 << 20);
  }

  /**
   * Bodies of at most 4 MiB, answers within 2 s, 10 s of silence, 10 s to stop, 4,096 connections,
   * 15 s for a head and 60 s for all of a request; at most four requests for each core worked on
   * and no more than the heap has memory for.
   */
  public static HttpSettings of(String host, int port) {
    long heap = Runtime.getRuntime().maxMemory();
    int cores = Runtime.getRuntime().availableProcessors();
    return new HttpSettings(
        host,
        port,
        Math.max(32, 10 * cores), // routes and a mount at work leave some for reading
        4 << 20,
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        4_096,
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
        Duration.ofSeconds(10),
        (int) Math.max(2, Math.min(4L * cores, heap / HEAP_PER_REQUEST)),
        Duration.ofSeconds(1),
        Math.max(32L << 20, heap / 10));
  }
}
