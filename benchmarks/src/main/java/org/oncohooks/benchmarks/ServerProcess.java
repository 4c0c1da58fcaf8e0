package org.oncohooks.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as its launcher starts it, in a process of its own. */
final class ServerProcess implements AutoCloseable {

  private static final Pattern LISTENS = Pattern.compile("Listening on http://[^ ]*:(\\d+) .*");
  private static final int LOG_TAIL = 20;

  private final Process process;
  private final Path log;
  private final int port;

  private ServerProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Starts it and waits until it says that it listens.
   *
   * @param home root of the checkout
   * @param log file that gets the request log; what was in it is lost
   * @param javaOptions for the Java virtual machine, beside the launcher's own
   */
  static ServerProcess start(Path home, Path log, List<String> javaOptions) throws IOException {
    return start(home, log, javaOptions, List.of());
  }

  /**
   * As {@link #start(Path, Path, List)}.
   *
   * @param arguments further ones of {@code serve}
   */
  static ServerProcess start(Path home, Path log, List<String> javaOptions, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                home.resolve("oncohooks").toString(),
                "serve",
                "--port",
                "0",
                "--time-zone",
                "UTC"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("ONCOHOOKS_JAVA_OPTS", String.join(" ", javaOptions));
    builder.redirectError(log.toFile());
    Process process = builder.start();
    // not closed: what the server says when it stops still has to find a reader
    BufferedReader out = process.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher listens = LISTENS.matcher(line);
      if (listens.matches()) {
        return new ServerProcess(process, log, Integer.parseInt(listens.group(1)));
      }
    }
    process.destroy();
    List<String> said = Files.readAllLines(log);
    throw new IOException(
        "the server did not start:\n"
            + String.join("\n", said.subList(Math.max(0, said.size() - LOG_TAIL), said.size())));
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  Path log() {
    return log;
  }

  ProcessUse use() {
    return new ProcessUse(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
