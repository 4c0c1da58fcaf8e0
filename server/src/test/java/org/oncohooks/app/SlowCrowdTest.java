package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.hooks.TestContent;

/** The service's own limits, a process of its own, and a crowd as large as an attacker's. */
@EnabledIfSystemProperty(named = "oncohooks.full", matches = "true")
class SlowCrowdTest {

  private static final int IDLE = 2_000;
  private static final int SLOW = 200;
  private static final int CALLS = 300;
  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"i",
       "context":{"userId":"Practitioner/u","patientId":"anna"}}
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Socket> crowd = new ArrayList<>();

  @Test
  @DisplayName("B4: 2,000 idle connections and 600 slow ones leave others their answers")
  void servesOthersBesideASlowCrowd(@TempDir Path scratch) throws Exception {
    try (ServiceProcess service =
        ServiceProcess.start(scratch, "--content", TestContent.folder().toString())) {
      slowest(service); // code is cold
      Duration usual = slowest(service);
      long files = files(service);

      open(service, IDLE, "");
      List<Socket> heads = open(service, SLOW, "GET /cds-services HTTP/1.1\r\nHost: x\r\nA: ");
      List<Socket> bodies =
          open(
              service,
              SLOW,
              "POST /cds-services/two-alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
                  + "Content-Type: application/json\r\n\r\n");
      open(service, SLOW, "GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n"); // and nobody reads
      AtomicBoolean over = new AtomicBoolean();
      Thread trickling = new Thread(() -> trickle(over, heads, bodies));
      trickling.start();

      Duration beside = slowest(service);
      System.out.println("p99 alone " + usual + ", beside the crowd " + beside);
      assertThat(beside).isLessThan(usual.multipliedBy(2).plusMillis(20));

      // 15 s for a head, 30 s for a body, 10 s for what does not move
      Thread.sleep(Duration.ofSeconds(45).toMillis());
      assertThat(files(service)).isLessThan(files + 50);
      over.set(true);
      trickling.join();
      slowest(service);
    } finally {
      for (Socket socket : crowd) {
        socket.close();
      }
    }
  }

  private List<Socket> open(ServiceProcess service, int count, String begin) throws IOException {
    List<Socket> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(4_096);
      socket.connect(new InetSocketAddress(service.url().getHost(), service.url().getPort()));
      socket.getOutputStream().write(begin.getBytes(StandardCharsets.US_ASCII));
      opened.add(socket);
    }
    crowd.addAll(opened);
    return opened;
  }

  /** A letter a second on each. */
  private static void trickle(AtomicBoolean over, List<Socket> heads, List<Socket> bodies) {
    while (!over.get()) {
      Stream.concat(heads.stream(), bodies.stream()).forEach(SlowCrowdTest::letter);
      try {
        Thread.sleep(1_000);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static void letter(Socket socket) {
    try {
      socket.getOutputStream().write('a');
    } catch (IOException e) {
      // cut off, as it should be
    }
  }

  /** The 99th percentile of calls one after the other, each of which is answered. */
  private Duration slowest(ServiceProcess service) throws Exception {
    long[] took = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(service.url().resolve("/cds-services/two-alerts"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(CALL))
                  .build(),
              BodyHandlers.ofString());
      took[i] = System.nanoTime() - began;
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    Arrays.sort(took);
    return Duration.ofNanos(took[CALLS * 99 / 100]);
  }

  private static long files(ServiceProcess service) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + service.pid() + "/fd"))) {
      return open.count();
    }
  }
}
