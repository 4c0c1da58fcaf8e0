package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;

class HttpServerTest {

  private static final int MAX_BODY = 4 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static HttpServer server;

  @BeforeAll
  static void start() {
    server =
        new HttpServer(
            HttpSettings.of("127.0.0.1", 0),
            List.of(
                Route.get(
                    "/hello/{name}", call -> bytes("{\"name\":\"" + call.variable("name") + "\"}")),
                Route.post("/size", call -> bytes("{\"size\":" + call.body().length + "}")),
                Route.get(
                    "/fails",
                    call -> {
                      throw new IllegalStateException("secret");
                    })),
            List.of());
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop();
  }

  @Test
  void answersJsonAtARouteWithVariables() throws Exception {
    HttpResponse<String> answer = get("/hello/world");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"name\":\"world\"}");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
    assertThat(answer.headers().firstValue("server")).isEmpty();
  }

  @Test
  void readsABodyOfExactlyTheLimit() throws Exception {
    assertThat(post("/size", new byte[MAX_BODY], "application/json").body())
        .isEqualTo("{\"size\":" + MAX_BODY + "}");
  }

  @Test
  void readsAChunkedBody() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/size"))
            .header("Content-Type", "application/fhir+json; charset=UTF-8")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(new byte[50_000])))
            .build();
    assertThat(CLIENT.send(request, BodyHandlers.ofString()).body()).isEqualTo("{\"size\":50000}");
  }

  @Test
  @DisplayName("B1: a body that says that it is too large")
  void refusesABodyThatSaysItIsTooLargeAndCloses() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      String heard =
          socket
              .send(
                  "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 4194305\r\n\r\n{")
              .hearAll();
      assertThat(heard).startsWith("HTTP/1.1 413 ").contains("Connection: close");
      assertThat(issue(heard).path("diagnostics").asText()).contains("4194304");
    }
    assertStillAnswers();
  }

  @Test
  @DisplayName("B1: a chunked body that turns out too large")
  void refusesAChunkedBodyThatTurnsOutTooLargeAndCloses() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(
          "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      byte[] chunk =
          ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 5; i++) {
        socket.send(chunk);
      }
      String heard = socket.hearAll();
      assertThat(heard).startsWith("HTTP/1.1 413 ").contains("Connection: close");
    }
    assertStillAnswers();
  }

  @Test
  void aClientThatStillSendsATooLargeBodyGetsToReadTheRefusal() throws Exception {
    assertThat(post("/size", new byte[3 * MAX_BODY], "application/json").statusCode())
        .isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/jsonx",
        "text/json",
        "application/json; charset=utf-16",
        "multipart/form-data"
      })
  void refusesOtherContentTypes(String type) throws Exception {
    HttpResponse<String> answer = post("/size", bytes("{}"), type);
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).contains("application/json").contains("\"not-supported\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "identity", "gzip, gzip"})
  @DisplayName("B2: every Content-Encoding is refused")
  void refusesEveryContentEncoding(String encoding) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri("/size"))
            .header("Content-Type", "application/json")
            .header("Content-Encoding", encoding)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.body()).contains("Content-Encoding");
  }

  @Test
  void namesTheMethodsThatAPlaceHas() throws Exception {
    HttpResponse<String> answer = get("/size");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("allow")).contains("OPTIONS, POST");
    assertThat(answer.body()).contains("OperationOutcome");
  }

  @Test
  void hasAnOutcomeForAPathThatIsNotThere() throws Exception {
    HttpResponse<String> answer = get("/nowhere?patient=PHI-CANARY");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("OperationOutcome").doesNotContain("CANARY", "nowhere");
  }

  @Test
  void saysNothingAboutAFailureButThatItFailed() throws Exception {
    HttpResponse<String> answer = get("/fails");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .contains("OperationOutcome")
        .doesNotContain("secret", "Exception", "at org.");
    assertStillAnswers();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        "NONSENSE\r\n\r\n",
        "GET /hello/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /hello/..;/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /hello/%2e%2e/hello/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /hello/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: +2\r\n\r\n{}",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 2, 2\r\n\r\n{}",
        "POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "POST /size HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /hello/x HTTP/1.1\nHost: x\n\n",
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n",
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nA: \u0000\r\n\r\n",
        "GET /hello/%2E%2E%2Fsize HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /hello//x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET \\hello\\x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  @DisplayName("B5: broken and smuggled requests, and tricks with paths")
  void refusesABrokenRequestWithAnOutcome(String request) throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      String heard = socket.send(request).hearAll();
      assertThat(heard).containsPattern("^HTTP/1.1 (400|404|426|505) ");
      assertThat(issue(heard).path("severity").asText()).isEqualTo("error");
    }
    assertStillAnswers();
  }

  @Test
  @DisplayName("B5: headers that are too large")
  void refusesHeadersThatAreTooLarge() throws Exception {
    try (RawSocket socket = new RawSocket(server.port())) {
      String heard =
          socket
              .send("GET /hello/x HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(20_000) + "\r\n\r\n")
              .hearAll();
      assertThat(heard).startsWith("HTTP/1.1 431 ");
      assertThat(issue(heard).path("code").asText()).isEqualTo("too-long");
    }
    assertStillAnswers();
  }

  @ParameterizedTest
  @DisplayName("B5: 1 MB of header, and 10,000 headers")
  @ValueSource(ints = {1, 10_000})
  void refusesManyHeaders(int headers) throws Exception {
    String header = "A: " + "a".repeat((1 << 20) / headers) + "\r\n";
    try (RawSocket socket = new RawSocket(server.port())) {
      String heard;
      try {
        socket.send("GET /hello/x HTTP/1.1\r\nHost: x\r\n" + header.repeat(headers) + "\r\n");
        heard = socket.hearAll();
      } catch (SocketException e) {
        heard = "HTTP/1.1 431 "; // cut off before all of it was sent
      }
      assertThat(heard).startsWith("HTTP/1.1 431 ");
    }
    assertStillAnswers();
  }

  @Test
  void letsARunningRequestFinishWhenItStops() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Route waits =
        Route.get(
            "/waits",
            call -> {
              entered.countDown();
              await(release);
              return bytes("{\"waited\":true}");
            });
    try (HttpServer stopping =
        new HttpServer(HttpSettings.of("127.0.0.1", 0), List.of(waits), List.of())) {
      stopping.start();
      CompletableFuture<HttpResponse<String>> running =
          CLIENT.sendAsync(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + stopping.port() + "/waits"))
                  .build(),
              BodyHandlers.ofString());
      await(entered);
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::stop);
      Thread.sleep(100);
      release.countDown();
      assertThat(running.get(5, TimeUnit.SECONDS).body()).contains("waited");
      stopped.get(5, TimeUnit.SECONDS);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void saysInOneLineThatThePortIsInUse() {
    HttpServer second =
        new HttpServer(HttpSettings.of("127.0.0.1", server.port()), List.of(), List.of());
    assertThatThrownBy(second::start)
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("in use").contains("--port"));
  }

  private void assertStillAnswers() throws Exception {
    assertThat(get("/hello/again").statusCode()).isEqualTo(200);
  }

  private static JsonNode issue(String heard) throws IOException {
    String body = heard.substring(heard.indexOf("\r\n\r\n") + 4);
    JsonNode outcome = JSON.readTree(body);
    assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
    return outcome.path("issue").path(0);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, byte[] body, String type) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
