package org.oncohooks.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes a key set, well or badly, and counts who asks. */
final class JwksServer implements AutoCloseable {

  /** What it does to a request. */
  interface Behaviour {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Behaviour behaviour;
  private ServerSocket raw;

  JwksServer(String keys) throws IOException {
    publish(keys);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            behaviour.answer(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  String url() {
    int port = raw == null ? server.getAddress().getPort() : raw.getLocalPort();
    return "http://127.0.0.1:" + port + "/jwks";
  }

  int asked() {
    return asked.get();
  }

  void publish(String keys) {
    byte[] body = keys.getBytes(StandardCharsets.UTF_8);
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        };
  }

  void fail(int status) {
    behaviour = exchange -> exchange.sendResponseHeaders(status, -1);
  }

  void redirectTo(String url) {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().add("Location", url);
          exchange.sendResponseHeaders(302, -1);
        };
  }

  void hang() {
    behaviour = exchange -> Thread.sleep(30_000);
  }

  /** A byte now and then: every read succeeds, and the whole never comes. */
  void dribble() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 300; i++) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
            Thread.sleep(100);
          }
        };
  }

  void flood(long bytes) {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] chunk = new byte[1 << 16];
          Arrays.fill(chunk, (byte) ' ');
          OutputStream out = exchange.getResponseBody();
          for (long sent = 0; sent < bytes; sent += chunk.length) {
            out.write(chunk);
          }
        };
  }

  /** Another server instead, which says what no HTTP server should; asked by its own URL. */
  void say(String text) {
    try {
      raw = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(
        () -> {
          while (!raw.isClosed()) {
            try (Socket connection = raw.accept()) {
              connection.getInputStream().read(new byte[8192]);
              connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
              connection.shutdownOutput();
              connection.getInputStream().readAllBytes();
            } catch (IOException e) {
              // closed, or the caller went away
            }
          }
        });
  }

  @Override
  public void close() {
    if (raw != null) {
      try {
        raw.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    server.stop(0);
    threads.shutdownNow();
  }
}
