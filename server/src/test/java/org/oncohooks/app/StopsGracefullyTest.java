package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.OwnJava;
import org.oncohooks.hooks.TestContent;

/** The real process, told to stop as a supervisor does. */
@DisplayName("F9: SIGTERM")
class StopsGracefullyTest {

  @Test
  @Timeout(120)
  void whenTheProcessIsTerminated() throws Exception {
    List<String> command = OwnJava.command(Main.class);
    command.addAll(List.of("--port", "0", "--content", TestContent.folder().toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      URI base = URI.create(readUntil(said, "Listening on ").split(" ")[0]);
      readUntil(said, "Ctrl-C");
      HttpRequest request = HttpRequest.newBuilder(base.resolve("/health/live")).build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      process.toHandle().destroy(); // Process.destroy would close the stream too
      readUntil(said, "Stopped.");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }

  /** What one caller got: nothing, an answer in full, or a part of one. */
  private enum Got {
    NOTHING,
    ANSWER,
    REFUSAL,
    PART
  }

  @Test
  @Timeout(120)
  @DisplayName("F9: 16 busy callers get every answer that was begun, and in full")
  void whenManyAreBusy(@TempDir Path scratch) throws Exception {
    Map<Got, AtomicInteger> got = new EnumMap<>(Got.class);
    for (Got each : Got.values()) {
      got.put(each, new AtomicInteger());
    }
    AtomicBoolean stopped = new AtomicBoolean();
    try (ServiceProcess service =
        ServiceProcess.start(scratch, "--content", TestContent.folder().toString())) {
      ExecutorService callers = Executors.newFixedThreadPool(16);
      for (int i = 0; i < 16; i++) {
        callers.submit(
            () -> {
              while (!stopped.get()) {
                got.get(call(service.url())).incrementAndGet();
              }
              return null;
            });
      }
      while (got.get(Got.ANSWER).get() < 200) {
        Thread.sleep(10);
      }
      assertThat(service.terminate()).isEqualTo(143);
      stopped.set(true);
      callers.shutdown();
      assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(got.get(Got.PART)).hasValue(0);
      Matcher answered =
          Pattern.compile("requests POST /cds-services/\\{id} 200 ").matcher(service.logged());
      assertThat(answered.results().count())
          .as("as many as the service says that it answered")
          .isEqualTo(got.get(Got.ANSWER).get());
    }
  }

  private static Got call(URI service) {
    byte[] body =
        """
        {"hook":"patient-view","hookInstance":"i",
         "context":{"userId":"Practitioner/u","patientId":"anna"}}
        """
            .getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /cds-services/two-alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Connection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      socket.getInputStream().transferTo(heard);
    } catch (IOException e) {
      // what was heard until then counts
    }
    String answer = heard.toString(StandardCharsets.UTF_8);
    if (answer.isEmpty()) {
      return Got.NOTHING;
    }
    Matcher length = Pattern.compile("(?i)content-length: (\\d+)\r\n").matcher(answer);
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0
        || !length.find()
        || answer.substring(end + 4).getBytes(StandardCharsets.UTF_8).length
            != Integer.parseInt(length.group(1))) {
      return Got.PART;
    }
    return answer.startsWith("HTTP/1.1 200 ") ? Got.ANSWER : Got.REFUSAL;
  }

  private static String readUntil(BufferedReader said, String words) throws Exception {
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      int at = line.indexOf(words);
      if (at >= 0) {
        return line.substring(at + words.length());
      }
    }
    throw new AssertionError("never said '" + words + "': " + all);
  }
}
