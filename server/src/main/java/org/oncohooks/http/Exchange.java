package org.oncohooks.http;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.server.Request;

/**
 * What the log line of one request is made of. Kept as an attribute of the request; written by the
 * thread that works on it, read after it is done.
 */
final class Exchange {

  private static final String ATTRIBUTE = Exchange.class.getName();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  private final String id = Long.toHexString(ThreadLocalRandom.current().nextLong() | 1L << 63);
  private final Map<String, String> notes = Call.newNotes();
  private volatile String place = "-";
  private volatile boolean quiet;
  private volatile long cpuNanos;

  private Exchange() {}

  static Exchange begin(Request request) {
    Exchange exchange = new Exchange();
    request.setAttribute(ATTRIBUTE, exchange);
    return exchange;
  }

  /** The exchange of a request; begun here for a request that was refused before any handler. */
  static Exchange of(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof Exchange known ? known : begin(request);
  }

  /** Whether a handler has seen the request. */
  static boolean isBegun(Request request) {
    return request.getAttribute(ATTRIBUTE) instanceof Exchange;
  }

  static long threadCpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  void at(String pattern) {
    place = pattern;
  }

  void of(Route route) {
    place = route.pattern();
    quiet = route.quiet();
  }

  /** Whether an answer with this status is not worth a line. */
  boolean isQuiet(int status) {
    return quiet && status < 400;
  }

  void worked(long nanos) {
    cpuNanos += nanos;
  }

  String id() {
    return id;
  }

  Map<String, String> notes() {
    return notes;
  }

  /** Tells that work on this request begins. */
  RequestObserver.Work work(RequestObserver observer, Request request) {
    return observer.begin(
        method(request),
        place,
        Optional.ofNullable(request.getHeaders().get("traceparent")),
        notes);
  }

  RequestObserver.Served served(int status, long wallNanos) {
    return new RequestObserver.Served(place, status, notes, Duration.ofNanos(wallNanos));
  }

  /** One of HTTP's; a hyphen for any other word. */
  static String method(Request request) {
    String method = request.getMethod();
    return method != null && METHODS.contains(method) ? method : "-";
  }

  String line(String method, int status, long wallNanos, long bytesIn, long bytesOut) {
    StringBuilder line = new StringBuilder(160);
    line.append(method).append(' ').append(place).append(' ').append(status);
    notes.forEach((name, value) -> line.append(' ').append(name).append('=').append(value));
    line.append(" ms=").append(milliseconds(wallNanos));
    line.append(" cpuMs=").append(milliseconds(cpuNanos));
    line.append(" in=").append(bytesIn).append(" out=").append(bytesOut);
    return line.append(" request=").append(id).toString();
  }

  private static String milliseconds(long nanos) {
    long hundredths = (nanos + 5_000) / 10_000;
    return hundredths / 100 + (hundredths % 100 < 10 ? ".0" : ".") + hundredths % 100;
  }
}
