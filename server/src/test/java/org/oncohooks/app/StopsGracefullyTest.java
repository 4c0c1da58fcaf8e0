package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.oncohooks.hooks.TestContent;

/** The real process, told to stop as a supervisor does. */
@DisplayName("F9: SIGTERM")
class StopsGracefullyTest {

  @Test
  @Timeout(120)
  void whenTheProcessIsTerminated() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.oncohooks.app.Main",
                "--port",
                "0",
                "--content",
                TestContent.folder().toString())
            .redirectErrorStream(true)
            .start();
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
