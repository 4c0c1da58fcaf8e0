package org.oncohooks.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.oncohooks.OwnJava;

/** The service as a process of its own. */
final class ServiceProcess implements AutoCloseable {

  private final Process process;
  private final Path err;
  private final BufferedReader out;
  private final URI url;
  private final Optional<URI> admin;

  private ServiceProcess(Process process, Path err) throws IOException {
    this.process = process;
    this.err = err;
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    URI listening = null;
    Optional<URI> operators = Optional.empty();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("Listening on ")) {
        listening = URI.create(line.split(" ")[2]);
      } else if (line.startsWith("Operators: ")) {
        operators = Optional.of(URI.create("http://" + line.split(" ")[1]));
      } else if (line.startsWith("Ctrl-C")) {
        break;
      }
    }
    if (listening == null) {
      throw new IllegalStateException("the service did not start: " + Files.readString(err));
    }
    url = listening;
    admin = operators;
  }

  /**
   * @param scratch gets the standard error
   * @param arguments of {@code serve}, besides the port
   */
  static ServiceProcess start(Path scratch, String... arguments) throws IOException {
    List<String> command =
        OwnJava.command(Main.class, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    command.addAll(List.of("serve", "--port", "0"));
    command.addAll(List.of(arguments));
    Path err = Files.createTempFile(scratch, "service", ".err");
    return new ServiceProcess(new ProcessBuilder(command).redirectError(err.toFile()).start(), err);
  }

  URI url() {
    return url;
  }

  URI admin() {
    return admin.orElseThrow();
  }

  long pid() {
    return process.pid();
  }

  /** Its standard error until now. */
  String logged() throws IOException {
    return Files.readString(err);
  }

  /** Waits until its standard error holds a text. */
  void awaitLogged(String text) throws Exception {
    for (int i = 0; i < 600 && !logged().contains(text); i++) {
      Thread.sleep(50);
    }
    if (!logged().contains(text)) {
      throw new AssertionError("not logged: " + text + "; but: " + logged());
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  /** SIGTERM; the exit code. */
  int terminate() throws InterruptedException {
    process.toHandle().destroy(); // Process.destroy would close the stream too
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the service did not stop");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    out.close();
  }
}
