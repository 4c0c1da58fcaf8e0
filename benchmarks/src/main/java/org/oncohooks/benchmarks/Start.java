package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the server used from the start of its Java virtual machine to its first answered hook call.
 *
 * @param cpuSeconds for each run
 * @param residentMegabytes for each run; empty where the system does not tell
 */
record Start(List<Double> cpuSeconds, List<Double> residentMegabytes) {

  /** As the launcher starts it, with the archive of classes and the compiled CQL it finds. */
  static Start warm(Path home, Path log, PatientChart chart, int times) throws IOException {
    Start warm = new Start(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < times; i++) {
      warm.measure(home, log, List.of(), chart);
    }
    return warm;
  }

  /**
   * With neither: what compiled CQL there is gets deleted, and the server makes it anew. The JDK's
   * own archive of classes stays in use.
   */
  static Start cold(Path home, Path log, PatientChart chart, int times) throws IOException {
    Path own = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");
    String option = Files.exists(own) ? "-XX:SharedArchiveFile=" + own : "-Xshare:off";
    Start cold = new Start(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < times; i++) {
      deleteCompiledCql(home.resolve("server/target/dist/cql-cache"));
      cold.measure(home, log, List.of(option), chart);
    }
    return cold;
  }

  private void measure(Path home, Path log, List<String> javaOptions, PatientChart chart)
      throws IOException {
    try (ServerProcess server = ServerProcess.start(home, log, javaOptions);
        Connection connection = new Connection(server.port())) {
      List<OfferedService> services =
          OfferedService.ofDiscovery(connection.ask(Connection.get("/cds-services")));
      connection.ask(Connection.post(HookCall.of(chart, services.get(0))));
      cpuSeconds.add(server.use().cpu().toNanos() / 1e9);
      server.use().resident().ifPresent(bytes -> residentMegabytes.add(Megabytes.of(bytes)));
    }
  }

  private static void deleteCompiledCql(Path cache) throws IOException {
    if (Files.isDirectory(cache)) {
      try (Stream<Path> files = Files.list(cache)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
