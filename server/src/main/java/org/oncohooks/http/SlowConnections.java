package org.oncohooks.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Closes connections that move, but not fast enough: whose request heads trickle in, or whose
 * answers are taken in sips. What does not move at all is closed when it is idle for too long.
 * Thread-safe.
 */
final class SlowConnections extends AbstractLifeCycle implements Connection.Listener {

  private final long head;
  private final long exchange;

  /** When each connection has to be further, in {@link System#nanoTime}. */
  private final Map<Connection, Long> due = new ConcurrentHashMap<>();

  private ScheduledExecutorService sweeper;

  /**
   * @param head time for a whole request head, from the end of the request before
   * @param exchange time from the head to the end of the answer
   */
  SlowConnections(Duration head, Duration exchange) {
    this.head = head.toNanos();
    this.exchange = exchange.toNanos();
  }

  @Override
  protected void doStart() {
    long every = TimeUnit.NANOSECONDS.toMillis(Math.min(head, exchange)) / 10;
    sweeper =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "slow-connections");
              thread.setDaemon(true);
              return thread;
            });
    sweeper.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void doStop() {
    sweeper.shutdownNow();
    due.clear();
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof SslConnection)) { // the one inside of it is watched
      due.put(connection, System.nanoTime() + head);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    due.remove(connection);
  }

  /** A request whose head has come. */
  void watch(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    due.replace(connection, System.nanoTime() + exchange);
    Request.addCompletionListener(
        request, failure -> due.replace(connection, System.nanoTime() + head));
  }

  private void sweep() {
    long now = System.nanoTime();
    due.forEach(
        (connection, time) -> {
          if (now - time > 0) {
            connection.getEndPoint().close();
          }
        });
  }
}
