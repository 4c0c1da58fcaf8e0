package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** With small limits, so that a test needs no minutes; the ratios are those of the service. */
@DisplayName("B4: senders and readers that move, but not fast enough")
class SlowConnectionsTest {

  private static final Duration HEAD = Duration.ofMillis(900);
  private static final Duration EXCHANGE = Duration.ofMillis(1_500);
  private static final int CONNECTIONS = 40;

  private final Semaphore left = new Semaphore(0);
  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() {
    HttpSettings usual = HttpSettings.of("127.0.0.1", 0);
    server =
        new HttpServer(
            new HttpSettings(
                usual.host(),
                usual.port(),
                usual.threads(),
                usual.maxBody(),
                usual.deadline(),
                Duration.ofMillis(600),
                CONNECTIONS,
                HEAD,
                EXCHANGE,
                usual.stopWithin(),
                usual.working(),
                usual.patience(),
                usual.bodies()),
            List.of(Route.get("/hello", call -> "{}".getBytes(StandardCharsets.UTF_8))),
            List.of(new Mount("/large", own -> new Large(), path -> 0)));
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.stop();
  }

  private final class Large extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      try {
        response.getOutputStream().write(new byte[64 << 20]);
      } finally {
        left.release();
      }
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    return socket;
  }

  private HttpResponse<String> hello() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/hello"))
                .timeout(Duration.ofSeconds(10))
                .build(),
            BodyHandlers.ofString());
  }

  /** Sends letter after letter, each sooner than an idle connection is closed. */
  private static Duration trickle(Socket socket, String text) throws InterruptedException {
    long began = System.nanoTime();
    try {
      for (int i = 0; i < 200; i++) {
        socket.getOutputStream().write(text.charAt(i % text.length()));
        Thread.sleep(100);
      }
    } catch (SocketException e) {
      return Duration.ofNanos(System.nanoTime() - began);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return Duration.ofDays(1);
  }

  @Test
  @DisplayName("B4: a head that trickles is cut off")
  void cutsAHeadThatTrickles() throws Exception {
    assertThat(trickle(open(), "GET /hello HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(99)))
        .isBetween(HEAD.dividedBy(2), Duration.ofSeconds(8));
  }

  @Test
  @DisplayName("B4: so is the head of a second request")
  void cutsASecondHeadThatTrickles() throws Exception {
    Socket socket = open();
    socket
        .getOutputStream()
        .write("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(trickle(socket, "GET /hello HTTP/1.1\r\n" + "A: b\r\n".repeat(99)))
        .isBetween(HEAD.dividedBy(2), Duration.ofSeconds(8));
  }

  @Test
  @DisplayName("B4: a connection that is used now and then stays open")
  void keepsAConnectionThatIsUsed() throws Exception {
    Socket socket = open();
    socket.setSoTimeout(5_000);
    for (int i = 0; i < 8; i++) {
      socket
          .getOutputStream()
          .write("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] heard = new byte[4_096];
      int length = socket.getInputStream().read(heard);
      assertThat(new String(heard, 0, length, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200 ");
      Thread.sleep(300);
    }
  }

  @Test
  @DisplayName("B4: an answer that is taken in sips is cut off, and its thread is free")
  void cutsAReaderThatSips() throws Exception {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(4_096);
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket
        .getOutputStream()
        .write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    boolean free = false;
    for (int i = 0; i < 100 && !free; i++) {
      sip(socket);
      free = left.tryAcquire(100, TimeUnit.MILLISECONDS);
    }
    assertThat(free).isTrue();
    assertThat(hello().statusCode()).isEqualTo(200);
  }

  private static void sip(Socket socket) {
    try {
      socket.getInputStream().read(new byte[2_048]);
    } catch (IOException e) {
      // cut off, which is what the test waits for
    }
  }

  @Test
  @DisplayName("B4: idle connections beyond the limit wait; others are served when they are closed")
  void servesOthersBesideIdleConnections() throws Exception {
    for (int i = 0; i < 2 * CONNECTIONS; i++) {
      open();
    }
    assertThat(hello().statusCode()).isEqualTo(200);
  }
}
