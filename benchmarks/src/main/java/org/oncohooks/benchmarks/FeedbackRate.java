package org.oncohooks.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How many feedbacks a second are acknowledged, which is after they are on disk, beside how often
 * the same disk writes a block through. Each feedback is a call of its own.
 */
final class FeedbackRate {

  /** Feedbacks a second, unless the disk writes through less often. */
  static final double GOAL = 300;

  private static final List<Integer> CONNECTIONS = List.of(1, 16, 64);
  private static final int BLOCK = 8192;

  private final Path home;
  private final Path folder;
  private final Options options;
  private final PrintStream progress;

  /**
   * @param home root of the checkout
   * @param folder gets the databases and the server's log
   * @param progress gets a line for each step
   */
  FeedbackRate(Path home, Path folder, Options options, PrintStream progress) {
    this.home = home;
    this.folder = folder;
    this.options = options;
    this.progress = progress;
  }

  /** Measures on PostgreSQL and on SQLite; gives Markdown. */
  String measure() throws IOException {
    Files.createDirectories(folder);
    StringBuilder text = new StringBuilder(1024);
    text.append(Machine.text()).append(".\n\n");
    text.append("| ledger in | connections | feedbacks/s | CPU ms a feedback |");
    text.append(" fsyncs/s of the disk, before and after |  |\n");
    text.append("| --- | --- | --- | --- | --- | --- |\n");
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setOverrideWorkingDirectory(folder.toFile())
            .start()) {
      String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
      Path key = folder.resolve("feedback.key");
      rows(
          "PostgreSQL",
          List.of(
              "--database-url", url, "--database-user", "postgres", "--ledger-key", key.toString()),
          text);
    }
    Path data = Files.createTempDirectory(folder, "sqlite");
    rows("SQLite", List.of("--data", data.toString()), text);
    return text.toString();
  }

  private void rows(String name, List<String> database, StringBuilder text) throws IOException {
    progress.println(name + " ...");
    try (ServerProcess server =
        ServerProcess.start(home, folder.resolve("server.log"), List.of(), database)) {
      String service;
      try (Connection connection = new Connection(server.port())) {
        service =
            OfferedService.ofDiscovery(connection.ask(Connection.get("/cds-services"))).get(0).id();
      }
      send(server, service, 16, options.load().multipliedBy(4)); // warm-up
      for (int connections : CONNECTIONS) {
        double before = fsyncs();
        Duration cpu = server.use().cpu();
        long began = System.nanoTime();
        long acknowledged = send(server, service, connections, options.load());
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuMillis = server.use().cpu().minus(cpu).toNanos() / 1e6 / acknowledged;
        double after = fsyncs();
        double rate = acknowledged / seconds;
        boolean met = rate >= Math.min(GOAL, Math.min(before, after));
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %d | %.0f | %.2f | %.0f, %.0f | %s |%n",
                name,
                connections,
                rate,
                cpuMillis,
                before,
                after,
                met ? "met" : "**missed**"));
      }
    }
  }

  /** Sends from some connections without a pause; gives how many were acknowledged. */
  private static long send(ServerProcess server, String service, int connections, Duration time)
      throws IOException {
    ExecutorService senders = Executors.newFixedThreadPool(connections);
    try {
      long end = System.nanoTime() + time.toNanos();
      List<Callable<Long>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(() -> send(server.port(), service, end));
      }
      long acknowledged = 0;
      for (Future<Long> one : senders.invokeAll(all)) {
        acknowledged += one.get();
      }
      return acknowledged;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("a feedback was not acknowledged", e.getCause());
    } finally {
      senders.shutdownNow();
    }
  }

  private static long send(int port, String service, long end) throws IOException {
    long acknowledged = 0;
    try (Connection connection = new Connection(port)) {
      while (System.nanoTime() < end) {
        String body =
            "{\"feedback\":[{\"card\":\""
                + UUID.randomUUID()
                + "\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\""
                + Instant.now()
                + "\"}]}";
        connection.ask(
            Connection.post(
                new HookCall(service + "/feedback", body.getBytes(StandardCharsets.UTF_8), 0)));
        acknowledged++;
      }
    }
    return acknowledged;
  }

  /** How often a block that is added to a file is written through, one after the other. */
  private double fsyncs() throws IOException {
    Path file = Files.createTempFile(folder, "fsync", "");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      long began = System.nanoTime();
      long end = began + Duration.ofSeconds(2).toNanos();
      int done = 0;
      while (System.nanoTime() < end) {
        channel.write(block.rewind());
        channel.force(false);
        done++;
      }
      return done / ((System.nanoTime() - began) / 1e9);
    } finally {
      Files.delete(file);
    }
  }
}
