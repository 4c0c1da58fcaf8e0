package org.oncohooks.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One run: the server first, then its starts, then what it is compared with. */
final class Run {

  private static final String PATIENT = "fhir-resources/patients/night-pain-survivor.json";

  private static final List<Integer> CONNECTIONS = List.of(2, 4);
  private static final Duration PROFILED = Duration.ofSeconds(40);

  private final Path home;
  private final Path folder;
  private final Options options;
  private final PrintStream progress;

  /**
   * @param home root of the checkout
   * @param folder gets request bodies and the server's log
   * @param progress gets a line for each step
   */
  Run(Path home, Path folder, Options options, PrintStream progress) {
    this.home = home;
    this.folder = folder;
    this.options = options;
    this.progress = progress;
  }

  Results measure() throws IOException {
    String machine = Machine.text();
    Files.createDirectories(folder);
    PatientChart chart = PatientChart.read(home.resolve(PATIENT));
    Path log = folder.resolve("server.log");
    progress.println("starts ...");
    Start warm = Start.warm(home, log, chart, options.starts());
    Start cold = Start.cold(home, log, chart, options.starts());
    Served served;
    try (ServerProcess server = ServerProcess.start(home, log, List.of())) {
      served = serve(server, chart);
    }
    List<String> services = served.calls.stream().map(HookCall::service).toList();
    PeerTask.writeBodies(folder, served.calls);
    progress.println("the usual way ...");
    List<String> usual =
        Peer.run(
            UsualWay.class,
            new PeerTask(home, folder, services, options.usualWarmup(), options.requests() / 5));
    requireSameAnswers(usual, services, served.applies);
    progress.println("floor ...");
    List<String> floor =
        Peer.run(
            JacksonFloor.class,
            new PeerTask(home, folder, services, options.floorWarmup(), options.requests() * 2));
    return new Results(
        machine,
        served.calls,
        served.warmedUp,
        served.costs,
        served.deciding,
        served.applies,
        costs(usual, PeerTask.names(UsualWay.ANSWER, services)),
        costs(usual, PeerTask.names(UsualWay.PARSE, services)),
        costs(floor, PeerTask.names(JacksonFloor.READ_TREE, services)),
        served.throughputs,
        warm,
        cold,
        served.residentPeak);
  }

  /** Where the server's time goes under load. */
  Profile profile() throws IOException {
    Files.createDirectories(folder);
    PatientChart chart = PatientChart.read(home.resolve(PATIENT));
    Path recording = folder.resolve("server.jfr");
    Instant begin;
    Instant end;
    try (ServerProcess server =
        ServerProcess.start(home, folder.resolve("server.log"), Profile.recordTo(recording))) {
      ServerLoad load = new ServerLoad(server, calls(server, chart));
      progress.println("warm-up ...");
      load.answer(options.warmup());
      progress.println("recording ...");
      begin = Instant.now();
      load.throughput(1, PROFILED);
      end = Instant.now();
    }
    return Profile.read(recording, begin, end);
  }

  /** What a request without prefetch costs, as Markdown. */
  String stored() throws IOException {
    PatientChart chart = PatientChart.read(home.resolve(PATIENT));
    return new StoredCharts(home, folder, options, progress).measure(chart);
  }

  /** How calls fare whose data is fetched, as Markdown. */
  String fetching() throws IOException {
    Files.createDirectories(folder);
    PatientChart chart = PatientChart.read(home.resolve(PATIENT));
    return new FetchedCharts(home, folder, options, progress).measure(chart);
  }

  /** How many feedbacks a second are acknowledged, as Markdown. */
  String feedback() throws IOException {
    return new FeedbackRate(home, folder, options, progress).measure();
  }

  private static List<HookCall> calls(ServerProcess server, PatientChart chart) throws IOException {
    try (Connection connection = new Connection(server.port())) {
      return OfferedService.ofDiscovery(connection.ask(Connection.get("/cds-services"))).stream()
          .map(service -> HookCall.of(chart, service))
          .toList();
    }
  }

  private record Served(
      List<HookCall> calls,
      int warmedUp,
      List<Cost> costs,
      List<Double> deciding,
      List<Integer> applies,
      List<Throughput> throughputs,
      OptionalLong residentPeak) {}

  private Served serve(ServerProcess server, PatientChart chart) throws IOException {
    List<HookCall> calls = calls(server, chart);
    ServerLoad load = new ServerLoad(server, calls);
    RequestLog log = new RequestLog(server.log());
    progress.println("OncoHooks, warm-up ...");
    int warmedUp = load.answer(options.warmup());
    progress.println("OncoHooks, rounds ...");
    long begin = log.end();
    List<List<Round>> rounds = load.rounds(Options.ROUNDS, options.requests());
    List<RequestLog.Line> lines = log.between(begin, log.end());
    progress.println("OncoHooks, load ...");
    List<Throughput> throughputs = new ArrayList<>();
    for (int connections : CONNECTIONS) {
      throughputs.add(load.throughput(connections, options.load()));
    }
    OptionalLong peak = server.use().residentPeak();
    List<Long> allocated = load.allocated(options.requests() / 2);
    List<Cost> costs = new ArrayList<>();
    List<Double> deciding = new ArrayList<>();
    List<Integer> applies = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      String service = calls.get(i).service();
      List<RequestLog.Line> own = lines.stream().filter(l -> l.service().equals(service)).toList();
      requireEvaluated(service, own);
      costs.add(new Cost(service, rounds.get(i), allocated.get(i)));
      deciding.add(
          own.stream().mapToDouble(RequestLog.Line::cpuMillis).average().orElse(Double.NaN));
      applies.add(own.get(0).applies());
    }
    return new Served(calls, warmedUp, costs, deciding, applies, throughputs, peak);
  }

  private static void requireEvaluated(String service, List<RequestLog.Line> lines)
      throws IOException {
    if (lines.isEmpty() || lines.stream().anyMatch(line -> line.notEvaluated() > 0)) {
      throw new IOException("the server did not evaluate all of " + service);
    }
  }

  /** Speed without the same answer is nothing. */
  private static void requireSameAnswers(
      List<String> usual, List<String> services, List<Integer> applies) throws IOException {
    for (int i = 0; i < services.size(); i++) {
      String service = services.get(i);
      int found = usual.stream().mapToInt(line -> UsualWay.applies(line, service)).max().orElse(-1);
      if (found != applies.get(i)) {
        throw new IOException(
            service
                + ": "
                + applies.get(i)
                + " recommendations apply, but "
                + found
                + " in the usual way");
      }
    }
  }

  private static List<Cost> costs(List<String> lines, List<String> names) throws IOException {
    Map<String, Cost> costs =
        lines.stream()
            .flatMap(line -> Cost.parse(line).stream())
            .collect(Collectors.toMap(Cost::name, Function.identity(), (a, b) -> b, TreeMap::new));
    if (!costs.keySet().containsAll(names)) {
      throw new IOException("a peer did not tell all of " + names);
    }
    return names.stream().map(costs::get).toList();
  }
}
