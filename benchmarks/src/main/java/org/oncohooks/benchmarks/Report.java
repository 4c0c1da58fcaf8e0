package org.oncohooks.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes results as Markdown. */
final class Report {

  /** CPU milliseconds a request. */
  static final double GOAL_CPU_MILLIS = 1.5;

  /** CPU seconds from the start of the Java virtual machine to the first answered hook call. */
  static final double GOAL_START_SECONDS = 5;

  static final double GOAL_RESIDENT_MEGABYTES = 300;

  private final Results results;
  private final StringBuilder text = new StringBuilder(4096);

  private Report(Results results) {
    this.results = results;
  }

  static String of(Results results) {
    Report report = new Report(results);
    report.requests();
    report.load();
    report.starts();
    report.goals();
    return report.text.toString();
  }

  private void requests() {
    line(results.machine() + ".");
    line("Warmed up with " + results.warmedUp() + " requests; median of 3 rounds (min - max).");
    line("");
    List<String> head = new ArrayList<>(List.of("a request"));
    results.calls().forEach(call -> head.add(call.service()));
    head.add("sum");
    row(head);
    row(head.stream().map(cell -> "---").toList());
    row("body, KB", c -> number(1, Megabytes.kilobytes(c.body().length)));
    row("resources in it", call -> Integer.toString(call.resources()));
    row("recommendations that apply", results.applies().stream().map(Object::toString).toList());
    cpu("**OncoHooks over HTTP, CPU ms**", results.server());
    row("of it reading, deciding, rendering", numbers(2, results.deciding()));
    cpu("the usual way, CPU ms", results.usual());
    cpu("of it parsing into objects", results.parsing());
    cpu("floor: bare Jackson parse, CPU ms", results.floor());
    ratio("OncoHooks / the usual way", results.usual());
    ratio("OncoHooks / floor", results.floor());
    allocated("OncoHooks allocates, KB", results.server());
    allocated("the usual way allocates, KB", results.usual());
    allocated("floor allocates, KB", results.floor());
    line("");
  }

  private void load() {
    row(List.of("throughput, services in turn", "requests/s (wall time)", "CPU ms a request"));
    row(List.of("---", "---", "---"));
    for (Throughput throughput : results.throughputs()) {
      row(
          List.of(
              throughput.connections() + " connections",
              number(0, throughput.requestsPerSecond()),
              number(2, throughput.cpuMillis())));
    }
    line("");
  }

  private void starts() {
    row(List.of("JVM start to first answered hook", "CPU seconds", "RSS then, MB"));
    row(List.of("---", "---", "---"));
    start("archive of classes and compiled CQL kept from before", results.warm());
    start("neither: the first start ever", results.cold());
    line("");
  }

  private void start(String name, Start start) {
    row(
        List.of(
            name,
            Spread.of(start.cpuSeconds()).text(2),
            start.residentMegabytes().isEmpty()
                ? "not told"
                : Spread.of(start.residentMegabytes()).text(0)));
  }

  private void goals() {
    row(List.of("goal", "at most", "measured", ""));
    row(List.of("---", "---", "---", "---"));
    goal(
        "CPU ms a request, mean of the services",
        GOAL_CPU_MILLIS,
        2,
        Cost.sumOfCpuMillis(results.server()).median() / results.server().size());
    goal(
        "CPU ms a request, dearest service",
        GOAL_CPU_MILLIS,
        2,
        results.server().stream().mapToDouble(c -> c.cpuMillis().median()).max().orElseThrow());
    goal(
        "CPU seconds to the first answered hook",
        GOAL_START_SECONDS,
        2,
        Spread.of(results.warm().cpuSeconds()).median());
    goal(
        "the same at the first start ever",
        GOAL_START_SECONDS,
        2,
        Spread.of(results.cold().cpuSeconds()).median());
    if (!results.warm().residentMegabytes().isEmpty()) {
      goal(
          "RSS at the first answered hook, MB",
          GOAL_RESIDENT_MEGABYTES,
          0,
          Spread.of(results.warm().residentMegabytes()).median());
    }
    results
        .residentPeak()
        .ifPresent(
            bytes ->
                goal(
                    "largest RSS under load, MB", GOAL_RESIDENT_MEGABYTES, 0, Megabytes.of(bytes)));
  }

  private void goal(String name, double most, int decimals, double measured) {
    row(
        List.of(
            name,
            number(decimals, most),
            number(decimals, measured),
            measured <= most ? "met" : "**missed**"));
  }

  private void cpu(String name, List<Cost> costs) {
    List<String> cells = new ArrayList<>();
    costs.forEach(cost -> cells.add(cost.cpuMillis().text(2)));
    cells.add(Cost.sumOfCpuMillis(costs).text(2));
    row(name, cells);
  }

  private void ratio(String name, List<Cost> others) {
    List<Cost> ours = results.server();
    List<String> cells = new ArrayList<>();
    IntStream.range(0, ours.size())
        .mapToObj(i -> ours.get(i).cpuMillis().median() / others.get(i).cpuMillis().median())
        .forEach(ratio -> cells.add(number(2, ratio)));
    cells.add(number(2, Cost.sumOfCpuMillis(ours).median() / Cost.sumOfCpuMillis(others).median()));
    row(name, cells);
  }

  private void allocated(String name, List<Cost> costs) {
    row(name, numbers(0, costs.stream().map(c -> Megabytes.kilobytes(c.allocated())).toList()));
  }

  private static List<String> numbers(int decimals, List<Double> numbers) {
    List<String> cells =
        numbers.stream().map(n -> number(decimals, n)).collect(Collectors.toList());
    cells.add(number(decimals, numbers.stream().mapToDouble(n -> n).sum()));
    return cells;
  }

  private void row(String name, Function<HookCall, String> cell) {
    row(name, results.calls().stream().map(cell).toList());
  }

  private void row(String name, List<String> cells) {
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(cells);
    while (all.size() < results.calls().size() + 2) {
      all.add("");
    }
    row(all);
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String number(int decimals, double number) {
    return String.format(Locale.ROOT, "%." + decimals + "f", number);
  }
}
