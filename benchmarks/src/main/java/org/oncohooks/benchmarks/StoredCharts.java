package org.oncohooks.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a call without prefetch costs, with a thousand charts in a database: loads copies of one
 * sample patient's chart with the product's own command, then calls for one patient after the
 * other. The database is a process of its own, whose work is not counted; that of its client is.
 */
final class StoredCharts {

  /** CPU milliseconds a request, the client of the database included. */
  static final double GOAL_CPU_MILLIS = 5;

  private static final int PATIENTS = 1_000;

  /** Name of the server's threads that write its rows, and read what was answered before. */
  private static final String LEDGER = "ledger";

  private final Path home;
  private final Path folder;
  private final Options options;
  private final PrintStream progress;

  /**
   * @param home root of the checkout
   * @param folder gets the charts, the databases and the server's log
   * @param progress gets a line for each step
   */
  StoredCharts(Path home, Path folder, Options options, PrintStream progress) {
    this.home = home;
    this.folder = folder;
    this.options = options;
    this.progress = progress;
  }

  /** Measures on PostgreSQL and on SQLite; gives Markdown. */
  String measure(PatientChart chart) throws IOException {
    String machine = Machine.text();
    Files.createDirectories(folder);
    Path charts = folder.resolve("charts.ndjson");
    write(chart, charts);
    StringBuilder text = new StringBuilder(1024);
    text.append(machine).append(".\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%,d patients of %d resources; %d requests for warm-up, median of %d rounds of %d"
                + " (min - max).%n%n",
            PATIENTS,
            chart.resources().size(),
            options.warmup(),
            Options.ROUNDS,
            options.requests()));
    text.append(
        "| patient-view without prefetch | service | CPU ms a request | of it the ledger |  |\n");
    text.append("| --- | --- | --- | --- | --- |\n");
    List<String> loads = new ArrayList<>();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      String url = "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres";
      List<String> database = List.of("--database-url", url, "--database-user", "postgres");
      loads.add(rows("PostgreSQL", database, charts, chart, text));
    }
    Path data = Files.createTempDirectory(folder, "sqlite");
    loads.add(rows("SQLite", List.of("--data", data.toString()), charts, chart, text));
    text.append('\n');
    loads.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private String rows(
      String name, List<String> database, Path charts, PatientChart chart, StringBuilder text)
      throws IOException {
    progress.println(name + ", load ...");
    String loaded = load(name, database, charts);
    Path log = folder.resolve("server.log");
    List<String> arguments = new ArrayList<>(database);
    arguments.addAll(List.of("--ledger-key", folder.resolve(name + ".key").toString()));
    try (ServerProcess server = ServerProcess.start(home, log, List.of(), arguments);
        Connection connection = new Connection(server.port())) {
      List<OfferedService> services =
          OfferedService.ofDiscovery(connection.ask(Connection.get("/cds-services")));
      progress.println(name + ", warm-up ...");
      int warm = 0;
      while (warm < options.warmup()) {
        for (OfferedService service : services) {
          ask(connection, service, chart, warm / services.size() * 7, 1);
          warm++;
        }
      }
      progress.println(name + ", rounds ...");
      RequestLog requests = new RequestLog(log);
      // a call is logged after its answer, and before the next one on its connection
      connection.ask(Connection.get("/cds-services"));
      long begin = requests.end();
      for (OfferedService service : services) {
        List<Double> rounds = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        for (int round = 0; round < Options.ROUNDS; round++) {
          Duration before = server.use().cpu();
          Duration ledger = server.use().cpuOfThreads(LEDGER);
          ask(connection, service, chart, round * options.requests(), options.requests());
          Duration cpu = server.use().cpu().minus(before);
          rounds.add(new Round(options.requests(), cpu).cpuMillis());
          ledger = server.use().cpuOfThreads(LEDGER).minus(ledger);
          shares.add(100.0 * ledger.toMillis() / cpu.toMillis());
        }
        Spread spread = Spread.of(rounds);
        text.append("| ").append(name).append(" | ").append(service.id()).append(" | ");
        text.append(spread.text(2)).append(" | ");
        text.append(Spread.of(shares).text(0)).append(" % | ");
        text.append(spread.median() <= GOAL_CPU_MILLIS ? "met" : "**missed**").append(" |\n");
      }
      connection.ask(Connection.get("/cds-services"));
      requireEvaluated(requests.between(begin, requests.end()), services.size());
    }
    return loaded;
  }

  /** Speed without an answer is nothing. */
  private void requireEvaluated(List<RequestLog.Line> lines, int services) throws IOException {
    boolean all = lines.size() == services * Options.ROUNDS * options.requests();
    if (!all || lines.stream().anyMatch(line -> line.notEvaluated() > 0)) {
      throw new IOException("the server did not evaluate everything");
    }
  }

  private static void ask(
      Connection connection, OfferedService service, PatientChart chart, int from, int times)
      throws IOException {
    for (int i = from; i < from + times; i++) {
      connection.ask(Connection.post(call(service, patient(chart, i % PATIENTS))));
    }
  }

  private static HookCall call(OfferedService service, String patient) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("hook", "patient-view").put("hookInstance", "3b1f0f4e-5f0c-4c52-9a55-0d4d6f1a6c10");
    body.putObject("context").put("userId", "Practitioner/benchmark").put("patientId", patient);
    body.putObject("extension").put("org.oncohooks.evaluationTime", HookCall.EVALUATED_AT);
    return new HookCall(service.id(), body.toString().getBytes(StandardCharsets.UTF_8), 0);
  }

  private String load(String name, List<String> database, Path charts) throws IOException {
    List<String> command = new ArrayList<>(List.of(home.resolve("oncohooks").toString(), "load"));
    command.addAll(database);
    command.addAll(List.of("--time-zone", "UTC", charts.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    long began = System.nanoTime();
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("the charts could not be loaded: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return String.format(
        Locale.ROOT,
        "Loaded into %s in %.0f s of wall time: %s",
        name,
        (System.nanoTime() - began) / 1e9,
        said.lines().findFirst().orElse(""));
  }

  private static String patient(PatientChart chart, int copy) {
    return chart.patientId() + "-" + copy;
  }

  private static void write(PatientChart chart, Path file) throws IOException {
    Set<String> names =
        chart.resources().stream()
            .map(r -> r.path("resourceType").asText() + "/" + r.path("id").asText())
            .collect(Collectors.toSet());
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int copy = 0; copy < PATIENTS; copy++) {
        for (ObjectNode resource : chart.resources()) {
          ObjectNode own = resource.deepCopy();
          own.put("id", own.path("id").asText() + "-" + copy);
          rename(own, names, copy);
          out.write(own.toString());
          out.newLine();
        }
      }
    }
  }

  private static void rename(JsonNode node, Set<String> names, int copy) {
    if (node instanceof ObjectNode object && names.contains(object.path("reference").asText(""))) {
      object.put("reference", object.path("reference").asText() + "-" + copy);
    }
    node.forEach(child -> rename(child, names, copy));
  }
}
