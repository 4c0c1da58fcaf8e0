package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Senders that stop half-way: an answer in time, and nothing that looks like a fault. */
@DisplayName("B4: senders that stop half-way")
class SlowSendersTest {

  private static final String HALF =
      "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
          + "Content-Length: 100000\r\n\r\n{";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private HttpServer server;

  @BeforeEach
  void start() {
    log.start();
    ((Logger) LoggerFactory.getLogger("org.oncohooks")).addAppender(log);
    HttpSettings usual = HttpSettings.of("127.0.0.1", 0);
    server =
        new HttpServer(
            new HttpSettings(
                usual.host(),
                usual.port(),
                usual.threads(),
                usual.maxBody(),
                usual.deadline(),
                Duration.ofMillis(300),
                usual.connections(),
                usual.head(),
                usual.exchange(),
                usual.stopWithin(),
                usual.working(),
                usual.patience(),
                usual.bodies()),
            List.of(Route.post("/size", call -> "{}".getBytes(StandardCharsets.UTF_8))),
            List.of());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    ((Logger) LoggerFactory.getLogger("org.oncohooks")).detachAppender(log);
  }

  @Test
  void aBodyThatStopsArrivingIsAnsweredThatItWasTooSlow() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      String heard = socket.send(HALF).hearAll();
      assertThat(heard)
          .startsWith("HTTP/1.1 408 ")
          .contains("Connection: close")
          .contains("request-too-slow");
    }
    assertOneLineAndNoFault();
  }

  @Test
  void aSenderThatHangsUpIsNoFault() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(HALF.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      Thread.sleep(100);
    }
    assertOneLineAndNoFault();
  }

  @Test
  void aSenderThatResetsIsNoFault() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(HALF.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      Thread.sleep(100);
      socket.setSoLinger(true, 0);
    }
    assertOneLineAndNoFault();
  }

  private void assertOneLineAndNoFault() throws InterruptedException {
    for (int i = 0; i < 100 && log.list.isEmpty(); i++) {
      Thread.sleep(20);
    }
    List<ILoggingEvent> events = List.copyOf(log.list);
    assertThat(events)
        .as(events.toString())
        .hasSize(1)
        .allMatch(event -> event.getLevel() == Level.INFO);
    assertThat(events.get(0).getFormattedMessage()).doesNotContain(" 500 ");
  }
}
