package org.oncohooks.ehr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.ehr.EhrClient.Question;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundPolicy;

/** FHIR servers and the proxies before them close connections that nobody uses. */
@DisplayName("Connections that are kept open")
class KeepsConnectionsTest {

  private static final int QUESTIONS = 8;

  /** Keeps connections until it is told to close them; may be told to answer with 503. */
  private static final class KeepingServer implements AutoCloseable {

    private final ServerSocket socket =
        new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicBoolean failing = new AtomicBoolean();

    /** So that each of the first questions has a connection of its own. */
    private final CyclicBarrier together = new CyclicBarrier(QUESTIONS);

    private final AtomicBoolean wait = new AtomicBoolean(true);

    KeepingServer() throws IOException {
      daemon(
          () -> {
            while (!socket.isClosed()) {
              Socket connection = socket.accept();
              accepted.incrementAndGet();
              open.add(connection);
              daemon(() -> serve(connection));
            }
          });
    }

    private void serve(Socket connection) throws Exception {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      while (in.readLine() != null) {
        for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
          line = in.readLine();
        }
        if (wait.get()) {
          together.await(10, TimeUnit.SECONDS);
        }
        String body = "{\"resourceType\":\"Patient\",\"id\":\"p1\"}";
        connection
            .getOutputStream()
            .write(
                ("HTTP/1.1 "
                        + (failing.get() ? "500" : "200")
                        + " Said\r\nContent-Type: application/fhir+json\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.UTF_8));
      }
    }

    URI base() {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/fhir");
    }

    void closeIdle() throws IOException {
      wait.set(false);
      for (Socket connection : open) {
        connection.close();
      }
      open.clear();
    }

    @Override
    public void close() throws IOException {
      socket.close();
      closeIdle();
    }

    private interface Work {
      void run() throws Exception;
    }

    private static void daemon(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (Exception e) {
                  // a socket was closed
                }
              },
              "keeping");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static EhrClient client(KeepingServer server) {
    return new EhrClient(
        new OutboundPolicy(
            List.of(OutboundPolicy.base(server.base().toString(), true)),
            List.of(Network.of("127.0.0.1")),
            InetAddress::getAllByName),
        FetchLimits.standard());
  }

  private static Map<String, Fetched> ask(EhrClient client, KeepingServer server) {
    Map<String, Question> questions = new TreeMap<>();
    for (int i = 0; i < QUESTIONS; i++) {
      questions.put("key" + i, Question.of("Patient/p" + i));
    }
    return client.fetch(
        server.base(), Optional.empty(), "p1", questions, Deadline.after(Duration.ofSeconds(20)));
  }

  @Test
  void takesConnectionsClosedMeanwhileForNoFailure() throws Exception {
    try (KeepingServer server = new KeepingServer();
        EhrClient client = client(server)) {
      for (int call = 0; call < 4; call++) {
        assertThat(ask(client, server).values())
            .as("call %s", call)
            .allMatch(Fetched.Answer.class::isInstance);
        assertThat(server.accepted.get()).isGreaterThanOrEqualTo(QUESTIONS);
        server.closeIdle();
        Thread.sleep(50);
      }
    }
  }

  @Test
  void answersTheCallWithWhichAServerIsBackAsAWhole() throws Exception {
    try (KeepingServer server = new KeepingServer();
        EhrClient client = client(server)) {
      server.wait.set(false);
      server.failing.set(true);
      assertThat(ask(client, server).values()).noneMatch(Fetched.Answer.class::isInstance);
      server.failing.set(false);
      assertThat(ask(client, server).values())
          .as("left alone for a while")
          .noneMatch(Fetched.Answer.class::isInstance);
      Thread.sleep(5_200);
      assertThat(ask(client, server).values()).allMatch(Fetched.Answer.class::isInstance);
    }
  }
}
