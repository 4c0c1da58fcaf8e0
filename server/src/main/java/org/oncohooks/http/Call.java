package org.oncohooks.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.oncohooks.Deadline;
import org.oncohooks.security.Caller;

/** One request, read to its end and within all limits. Belongs to one thread at a time. */
public final class Call {

  private final String requestId;
  private final Caller caller;
  private final Map<String, String> variables;
  private final byte[] body;
  private final Deadline deadline;
  private final Map<String, String> notes;
  private final Consumer<Runnable> away;
  private Duration cpuElsewhere = Duration.ZERO;

  Call(
      String requestId,
      Caller caller,
      Map<String, String> variables,
      byte[] body,
      Deadline deadline,
      Map<String, String> notes,
      Consumer<Runnable> away) {
    this.requestId = requestId;
    this.caller = caller;
    this.variables = variables;
    this.body = body;
    this.deadline = deadline;
    this.notes = notes;
    this.away = away;
  }

  static Map<String, String> newNotes() {
    return new LinkedHashMap<>();
  }

  /** The id under which the request log has this call; made here, never the caller's. */
  public String requestId() {
    return requestId;
  }

  /** Whom the route's door let in. */
  public Caller caller() {
    return caller;
  }

  /** What the path has in place of a variable of the route's pattern, decoded. */
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no variable " + name);
    }
    return value;
  }

  /** The bytes sent; empty if the route reads none. Not to be changed. */
  public byte[] body() {
    return body;
  }

  /** When the answer is due; counted from the last byte of the request. */
  public Deadline deadline() {
    return deadline;
  }

  /**
   * Adds to this request's log line.
   *
   * @param value never what the caller sent and never patient data: ids that the content defines,
   *     counts, durations
   */
  public void note(String name, String value) {
    notes.put(name, value);
  }

  /**
   * Waits for somebody else, such as another server, and lets other calls be worked on meanwhile.
   *
   * @param waits needs neither much memory nor a processor; run on this thread
   */
  public void whileAway(Runnable waits) {
    away.accept(waits);
  }

  /** CPU time that other threads worked for this call; its log line counts it in. */
  public void workedElsewhere(Duration cpu) {
    cpuElsewhere = cpuElsewhere.plus(cpu);
  }

  Duration cpuElsewhere() {
    return cpuElsewhere;
  }

  public void note(String name, int value) {
    notes.put(name, Integer.toString(value));
  }
}
