package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.security.Admission;
import org.oncohooks.security.Caller;
import org.oncohooks.security.Door;

/** Many callers at once: what is held and worked on stays bounded, and the others are answered. */
@DisplayName("B4: many at once")
class CrowdTest {

  private static final int WORKING = 3;
  private static final int BODIES = 3 << 20;
  private static final int ANSWER = 32 << 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger working = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Semaphore turns = new Semaphore(0);
  private HttpServer server;

  @BeforeEach
  void start() {
    HttpSettings usual = HttpSettings.of("127.0.0.1", 0);
    server =
        new HttpServer(
            new HttpSettings(
                usual.host(),
                usual.port(),
                16,
                usual.maxBody(),
                usual.deadline(),
                usual.idle(),
                usual.connections(),
                usual.head(),
                usual.exchange(),
                usual.stopWithin(),
                WORKING,
                Duration.ofMillis(300),
                BODIES),
            List.of(
                Route.get("/hello", call -> bytes("{}")),
                Route.post("/size", call -> bytes("{\"size\":" + call.body().length + "}")),
                Route.post("/waits", call -> waits()),
                Route.post("/away", this::goesAway),
                Route.post("/tenants/waits", call -> waits()).behind(byName()),
                Route.post("/tenants/turn", call -> takesTurn()).behind(byName()),
                Route.post("/tenants/size", call -> bytes("{}")).behind(byName())),
            List.of(new Mount("/face", own -> new Face(), path -> 1 << 20)));
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.stop();
  }

  /** Says how much it got, or more than anybody takes at once. */
  private static final class Face extends HttpServlet {

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      int size = request.getInputStream().readAllBytes().length;
      response.getOutputStream().write(bytes("{\"size\":" + size + "}"));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getOutputStream().write(new byte[ANSWER]);
    }
  }

  private byte[] waits() {
    most.accumulateAndGet(working.incrementAndGet(), Math::max);
    try {
      assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    working.decrementAndGet();
    return bytes("{}");
  }

  /** Believes everybody's name. */
  private static Door byName() {
    return head ->
        new Admission.Admitted(Caller.of(head.authorization().get(0), "https://ehr.example.org"));
  }

  private byte[] takesTurn() {
    working.incrementAndGet();
    try {
      assertThat(turns.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    working.decrementAndGet();
    return bytes("{}");
  }

  /** Waits for somebody else, then needs its place again. */
  private byte[] goesAway(Call call) {
    call.whileAway(this::waits);
    return bytes("{}");
  }

  @Test
  void whoWaitsForSomebodyElseLeavesItsPlaceToOthers() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls = goAway(2 * WORKING);
    assertThat(post("/size", "{}").statusCode()).isEqualTo(200);
    release.countDown();
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      assertThat(call.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThat(post("/size", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void manyWhoWaitForSomebodyElseFindTheirWayBack() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls = goAway(40);
    release.countDown();
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      assertThat(call.get(5, TimeUnit.SECONDS).statusCode()).isIn(200, 503);
    }
    for (int i = 0; i < 3 * WORKING; i++) {
      assertThat(post("/size", "{}").statusCode()).isEqualTo(200);
    }
  }

  private List<CompletableFuture<HttpResponse<String>>> goAway(int calls) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      sent.add(
          client.sendAsync(
              request("/away")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString()));
    }
    for (int i = 0; i < 200 && working.get() < 2 * WORKING; i++) {
      Thread.sleep(20);
    }
    assertThat(working.get()).isGreaterThanOrEqualTo(2 * WORKING);
    return sent;
  }

  @Test
  void slowSendersToAServletLeaveItAndTheRoutesToOthers() throws Exception {
    List<RawSocket> senders = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      senders.add(new RawSocket(server.port()).send(head("/face", 1000) + "{"));
    }
    assertThat(get("/hello").statusCode()).isEqualTo(200);
    assertThat(post("/size", "{}").statusCode()).isEqualTo(200);
    assertThat(post("/face", "{}").body()).isEqualTo("{\"size\":2}");
    for (RawSocket sender : senders) {
      sender.close();
    }
  }

  @Test
  void slowReadersOfAServletLeaveTheRoutesToOthers() throws Exception {
    List<RawSocket> readers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      readers.add(new RawSocket(server.port()).send("GET /face HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    Thread.sleep(200);
    assertThat(get("/hello").statusCode()).isEqualTo(200);
    assertThat(post("/size", "{}").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> late = client.send(request("/face").build(), BodyHandlers.ofByteArray());
    assertThat(late.statusCode()).isEqualTo(503);
    assertThat(late.headers().firstValue("Retry-After")).contains("1");
    for (RawSocket reader : readers) {
      reader.close();
    }
  }

  @Test
  void aServletGetsTheWholeBodyAndNoneThatIsTooLarge() throws Exception {
    assertThat(post("/face", "x".repeat(1 << 20)).body()).isEqualTo("{\"size\":1048576}");
    HttpResponse<String> refused = post("/face", "x".repeat((1 << 20) + 1));
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).contains("1048576");
  }

  @Test
  void worksOnAFewCallsAtOnceAndTurnsTheOthersAwayAfterAMoment() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      calls.add(
          client.sendAsync(
              request("/waits")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString()));
    }
    assertThat(get("/hello").statusCode()).isEqualTo(200);
    for (int i = 0; i < 200 && done(calls) < 30 - WORKING; i++) {
      Thread.sleep(20);
    }
    assertThat(done(calls)).isEqualTo(30 - WORKING);
    release.countDown();
    int answered = 0;
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      HttpResponse<String> answer = call.get(5, TimeUnit.SECONDS);
      if (answer.statusCode() == 200) {
        answered++;
      } else {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      }
    }
    assertThat(answered).isEqualTo(WORKING);
    assertThat(most).hasValue(WORKING);
    assertThat(post("/waits", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void aCallThatWaitedForAPlaceIsAnsweredWhenOneGetsFree() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 2 * WORKING; i++) {
      calls.add(
          client.sendAsync(
              request("/waits")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString()));
    }
    for (int i = 0; i < 200 && most.get() < WORKING; i++) {
      Thread.sleep(5);
    }
    release.countDown();
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      assertThat(call.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
    assertThat(most.get()).isLessThanOrEqualTo(WORKING);
  }

  @Test
  @DisplayName("a tenant with many calls leaves a place to another, and the next one too")
  void oneCallersManyDoNotKeepOutAnother() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> busy = new ArrayList<>();
    for (int i = 0; i < WORKING; i++) {
      busy.add(post("large", "/tenants/turn", "{}"));
    }
    awaitWorking(WORKING);
    CompletableFuture<HttpResponse<String>> early = post("large", "/tenants/size", "{}");
    assertThat(post("small", "/tenants/size", "{}").get(5, TimeUnit.SECONDS).statusCode())
        .isEqualTo(200);
    CompletableFuture<HttpResponse<String>> small = post("small", "/tenants/waits", "{}");
    awaitWorking(WORKING + 1);
    CompletableFuture<HttpResponse<String>> next = post("small", "/tenants/size", "{}");
    Thread.sleep(50);
    assertThat(next).as("the place that is kept is taken").isNotDone();
    release.countDown();
    assertThat(small.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(next.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(early.get(5, TimeUnit.SECONDS).statusCode())
        .as("its caller has enough")
        .isEqualTo(503);
    turns.release(WORKING);
    for (CompletableFuture<HttpResponse<String>> call : busy) {
      assertThat(call.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  private void awaitWorking(int many) throws Exception {
    for (int i = 0; i < 200 && working.get() < many; i++) {
      Thread.sleep(5);
    }
    assertThat(working).hasValue(many);
  }

  @Test
  void oneCallersBodiesLeaveRoomForAnother() throws Exception {
    RawSocket first = new RawSocket(server.port());
    first.send(
        head("/tenants/size", 4 << 20).replace("Host: x", "Host: x\r\nAuthorization: large"));
    first.send(new byte[(1 << 20) + 1]);
    Thread.sleep(200);
    String mebibyte = "x".repeat(1 << 20);
    assertThat(post("large", "/tenants/size", mebibyte).get(5, TimeUnit.SECONDS).statusCode())
        .isEqualTo(503);
    assertThat(post("small", "/tenants/size", mebibyte).get(5, TimeUnit.SECONDS).statusCode())
        .isEqualTo(200);
    first.close();
  }

  @Test
  void holdsSoMuchOfBodiesAndNoMore() throws Exception {
    RawSocket first = new RawSocket(server.port()).send(head("/size", 4 << 20));
    first.send(new byte[(1 << 20) + 1]);
    Thread.sleep(200);
    HttpResponse<String> refused = post("/size", "x".repeat(1 << 20));
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    first.close();
    HttpResponse<String> later = post("/size", "x".repeat(1 << 20));
    for (int i = 0; i < 100 && later.statusCode() == 503; i++) {
      Thread.sleep(20);
      later = post("/size", "x".repeat(1 << 20));
    }
    assertThat(later.statusCode()).isEqualTo(200);
    for (int i = 0; i < 10; i++) {
      assertThat(post("/size", "x".repeat(1 << 20)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aLengthThatIsOnlyAnnouncedTakesNoRoom() throws Exception {
    List<RawSocket> senders = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      senders.add(new RawSocket(server.port()).send(head("/size", 4 << 20) + "{"));
    }
    assertThat(post("/size", "x".repeat(1000)).statusCode()).isEqualTo(200);
    for (RawSocket sender : senders) {
      sender.close();
    }
  }

  private static long done(List<CompletableFuture<HttpResponse<String>>> calls) {
    return calls.stream().filter(CompletableFuture::isDone).count();
  }

  private static String head(String path, int length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> post(String caller, String path, String body) {
    return client.sendAsync(
        request(path)
            .header("Content-Type", "application/json")
            .header("Authorization", caller)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(Duration.ofSeconds(5));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
