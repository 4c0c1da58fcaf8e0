package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ConnectionTest {

  private HttpServer server;

  @BeforeEach
  void listens() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/cds-services/echo",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stops() {
    server.stop(0);
  }

  @Test
  void asksAgainOnTheSameConnection() throws IOException {
    byte[] body = "{\"hook\":\"patient-view\"}".getBytes(StandardCharsets.UTF_8);
    byte[] request = Connection.post(new HookCall("echo", body, 0));
    try (Connection connection = new Connection(server.getAddress().getPort())) {
      assertThat(connection.ask(request)).isEqualTo(body);
      assertThat(connection.ask(request)).isEqualTo(body);
    }
  }

  @Test
  void failsOnAnythingButSuccess() throws IOException {
    try (Connection connection = new Connection(server.getAddress().getPort())) {
      assertThatIOException()
          .isThrownBy(() -> connection.ask(Connection.get("/elsewhere")))
          .withMessageContaining("404");
    }
  }
}
