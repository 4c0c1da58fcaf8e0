package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A FHIR server that knows one patient and takes its time. A search gives all of its type. */
final class SlowFhirServer implements AutoCloseable {

  private static final String BASE = "/fhir/";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final PatientChart chart;
  private final Duration delay;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();

  SlowFhirServer(PatientChart chart, Duration delay) throws IOException {
    this.chart = chart;
    this.delay = delay;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    server.setExecutor(threads);
    server.createContext(BASE, this::answer);
    server.start();
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/fhir";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String asked = exchange.getRequestURI().getPath().substring(BASE.length());
    byte[] body = answers.computeIfAbsent(asked, this::json);
    exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private byte[] json(String asked) {
    String type = asked.split("/", 2)[0];
    if (asked.contains("/")) {
      return chart.ofType(type).get(0).toString().getBytes(StandardCharsets.UTF_8);
    }
    ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    bundle.put("resourceType", "Bundle").put("type", "searchset");
    bundle.put("total", chart.ofType(type).size());
    chart.ofType(type).forEach(r -> bundle.withArray("entry").addObject().set("resource", r));
    return bundle.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
