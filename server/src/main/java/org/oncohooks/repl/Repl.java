package org.oncohooks.repl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.explain.ExplainText;
import org.oncohooks.explain.Explanation;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Scratchpad;

/**
 * One session: takes an entry after the other and prints what becomes of it. One thread; another
 * may {@link #interrupt} it.
 */
public final class Repl {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What an evaluation that is over time may take to notice it. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The first expression after {@code :reload} may have all of the content compiled. */
  private static final Duration COMPILING = Duration.ofSeconds(60);

  /** A deep expression needs more than a thread's usual stack. */
  private static final long STACK_BYTES = 64L << 20;

  private static final List<String> HELP =
      List.of(
          "An expression is evaluated for the patient: ScreeningDue.\"Is Due\", [Condition], 1 + 1.",
          "A statement (define \"Name\": ...) is kept for later expressions.",
          "An entry goes on while a bracket, quote or case is open, or a line ends with \\.",
          "",
          ":patient [FILE|ID]    whose record is asked: a Bundle, a Patient, a CDS Hooks request, a",
          "                      case (Library/case/variant or its folder), a sample patient's id",
          ":now [TIME]           the evaluation time, such as 2026-06-01T12:00:00-05:00",
          ":set [NAME VALUE]     a setting, such as :set ScreeningProgramme USPSTF-2024",
          ":unset NAME           the setting's default",
          ":list [LIBRARY]       the libraries, or what one defines",
          ":define LIB.\"Name\"    the text of a define, and its type",
          ":type EXPRESSION      the type that an expression has",
          ":why                  why the last expression has its value",
          ":reload               reads the content again",
          ":help                 this",
          ":quit                 ends (Ctrl-D too)");

  /** The commands, for completion. */
  static final List<String> COMMANDS =
      HELP.stream()
          .filter(line -> line.startsWith(":"))
          .map(line -> line.split("\\W", 3)[1])
          .toList();

  private final Path content;
  private final PrintWriter out;
  private final Duration limit;
  private final InstantSource clock;
  private final ZoneId zone;
  private final Map<String, String> declarations = new TreeMap<>();
  private final Map<String, JsonNode> settings = new TreeMap<>();
  private CompiledLibraries memory;
  private Knowledge knowledge;
  private Chart chart = Chart.nobody();
  private Optional<ZonedDateTime> now = Optional.empty();
  private String last = "";
  private boolean allWell = true;
  private volatile FutureTask<?> running;

  private Repl(
      Path content,
      Loaded loaded,
      CompiledLibraries memory,
      PrintWriter out,
      Duration limit,
      InstantSource clock,
      ZoneId zone) {
    this.content = content;
    this.memory = memory;
    this.knowledge = loaded.knowledge().orElseThrow();
    this.out = out;
    this.limit = limit;
    this.clock = clock;
    this.zone = zone;
  }

  /**
   * @param content folder of the content
   * @param out gets all that is said
   * @param limit how long an expression may take
   * @param clock tells the evaluation time where nobody sets it
   * @return empty if the content does not check; what keeps it is printed then
   */
  public static Optional<Repl> open(
      Path content, PrintWriter out, Duration limit, InstantSource clock, ZoneId zone) {
    CompiledLibraries memory = new CompiledLibraries();
    Loaded loaded = KnowledgeLoader.load(content, Optional.empty(), memory);
    loaded.findings().stream().filter(Finding::isError).forEach(out::println);
    return loaded
        .knowledge()
        .map(found -> new Repl(content, loaded, memory, out, limit, clock, zone));
  }

  /**
   * Takes one whole entry.
   *
   * @return false if the session is to end
   */
  public boolean take(String text) {
    String entry = Entry.whole(text);
    try {
      if (entry.isEmpty()) {
        return true;
      }
      if (entry.equals(":quit") || entry.equals(":q")) {
        return false;
      }
      if (entry.startsWith(":")) {
        String[] parts = entry.split("\\s+", 2);
        command(parts[0], parts.length > 1 ? parts[1].strip() : "");
      } else if (Entry.declared(entry).isPresent()) {
        declare(entry, Entry.declared(entry).get());
      } else {
        compiled(entry)
            .ifPresent(
                asked -> {
                  Shown.print(out, value(asked, Scratchpad.LIBRARY, Scratchpad.EXPRESSION));
                  last = entry;
                });
      }
    } catch (ProblemException e) {
      say(e);
    }
    out.flush();
    return true;
  }

  /** Whether an entry ends here, or goes on in the next line. */
  public static boolean isWhole(String text) {
    return !Entry.isOpen(text);
  }

  /** Whether everything so far could be done. */
  public boolean allWell() {
    return allWell;
  }

  /** Ends the expression that is being evaluated, if one is; for another thread. */
  public void interrupt() {
    FutureTask<?> current = running;
    if (current != null) {
      current.cancel(true);
    }
  }

  Knowledge knowledge() {
    return knowledge;
  }

  Path content() {
    return content;
  }

  /** Names that this session declared. */
  Iterable<String> declared() {
    return declarations.keySet();
  }

  private void command(String name, String rest) {
    switch (name) {
      case ":help" -> HELP.forEach(out::println);
      case ":patient" -> patient(rest);
      case ":now" -> now(rest);
      case ":set" -> set(rest);
      case ":unset" -> settings.remove(rest);
      case ":list" -> list(rest);
      case ":define" -> define(rest);
      case ":type" ->
          compiled(rest)
              .ifPresent(
                  asked ->
                      out.println(
                          asked
                              .program()
                              .resultType(Scratchpad.LIBRARY, Scratchpad.EXPRESSION)
                              .orElse("unknown")));
      case ":why" -> why();
      case ":reload" -> reload();
      default -> throw Chart.refuse("There is no command " + name + "; :help lists them.");
    }
  }

  // --- Whose record, when, with which settings
  // -----------------------------------------------------

  private void patient(String name) {
    if (!name.isEmpty()) {
      Chart read = Chart.read(name, content);
      // what came with the patient before goes with it
      chart.parameters().keySet().forEach(settings::remove);
      now = now.filter(instant -> !chart.evaluatedAt().equals(Optional.of(instant)));
      chart = read;
      read.parameters().forEach(settings::put);
      read.evaluatedAt()
          .ifPresent(
              instant -> {
                now = Optional.of(instant);
                out.println("Evaluated at " + instant + ", as it says there.");
              });
    }
    StringBuilder line = new StringBuilder(chart.name()).append(": ");
    counts().forEach((type, count) -> line.append(type).append(' ').append(count).append("  "));
    out.println(line.toString().stripTrailing());
    chart
        .record()
        .gaps()
        .forEach(gap -> out.println("  " + gap.resourceType() + " could not be had."));
  }

  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    chart.record().types().forEach(type -> counts.put(type, chart.record().resources(type).size()));
    return counts;
  }

  private void now(String text) {
    if (!text.isEmpty()) {
      now = Optional.of(Chart.instant(text));
    }
    out.println(evaluatedAt());
  }

  private ZonedDateTime evaluatedAt() {
    return now.orElseGet(() -> clock.instant().atZone(zone));
  }

  private void set(String text) {
    if (!text.isEmpty()) {
      String[] parts = text.split("\\s+", 2);
      String value = parts.length > 1 ? parts[1] : "";
      Map<String, JsonNode> changed = new TreeMap<>(settings);
      changed.put(parts[0], setting(parts[0], value));
      knowledge.program().requireUsable(changed, Deadline.after(limit));
      settings.putAll(changed);
    }
    settings.forEach((name, value) -> out.println(name + " " + value));
  }

  private JsonNode setting(String name, String value) {
    boolean isText = knowledge.program().settingType(name).filter("String"::equals).isPresent();
    if (isText) {
      return TextNode.valueOf(value.replaceAll("^'(.*)'$", "$1"));
    }
    try {
      return JSON.readTree(value);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }

  // --- What there is
  // -------------------------------------------------------------------------------

  private void list(String library) {
    if (library.isEmpty()) {
      new TreeMap<>(knowledge.sources()).keySet().forEach(out::println);
    } else {
      requireLibrary(library);
      knowledge
          .program()
          .defines(library)
          .forEach(
              define ->
                  out.println(
                      library
                          + ".\""
                          + define
                          + "\"  "
                          + knowledge.program().resultType(library, define).orElse("")));
    }
  }

  private void requireLibrary(String library) {
    if (!knowledge.sources().containsKey(library)) {
      throw Chart.refuse("There is no library " + library + "; :list names them.");
    }
  }

  private void define(String name) {
    String[] parts = name.split("\\.", 2);
    if (parts.length < 2) {
      throw Chart.refuse("Name a define as LIBRARY.\"Name\".");
    }
    requireLibrary(parts[0]);
    String define = parts[1].replaceAll("^\"(.*)\"$", "$1");
    out.println(
        Defined.text(knowledge.sources().get(parts[0]), define)
            .orElseThrow(
                () ->
                    Chart.refuse(
                        parts[0]
                            + " has no \""
                            + define
                            + "\"; :list "
                            + parts[0]
                            + " names what it defines.")));
    knowledge.program().resultType(parts[0], define).ifPresent(type -> out.println("// " + type));
  }

  private void reload() {
    Loaded loaded = KnowledgeLoader.load(content, Optional.empty(), memory);
    loaded.findings().stream().filter(Finding::isError).forEach(out::println);
    if (loaded.knowledge().isEmpty()) {
      throw Chart.refuse("The content does not check; the last that did goes on being asked.");
    }
    knowledge = loaded.knowledge().get();
    out.println("Content " + knowledge.version() + ".");
  }

  // --- Expressions
  // ---------------------------------------------------------------------------------

  private void declare(String entry, String name) {
    String before = String.join("", declarations.values());
    String rest =
        declarations.containsKey(name) ? before.replace(declarations.get(name), "") : before;
    Scratchpad.Compiled compiled = compile(rest + entry + "\n", "true");
    told(compiled, entry, lines(rest));
    if (compiled.knowledge().isPresent()) {
      declarations.put(name, entry + "\n");
    }
  }

  private Optional<Knowledge> compiled(String expression) {
    if (expression.isEmpty()) {
      throw Chart.refuse("There is nothing to evaluate; type an expression.");
    }
    String before = String.join("", declarations.values());
    Scratchpad.Compiled compiled = compile(before, expression);
    told(compiled, expression, lines(before));
    return compiled.knowledge();
  }

  private Scratchpad.Compiled compile(String before, String expression) {
    Scratchpad pad = new Scratchpad(knowledge, memory);
    try {
      return limited(() -> pad.compile(before, expression), COMPILING);
    } catch (LeftBehind e) {
      // what the thread may still change is not looked at any more
      memory = new CompiledLibraries();
      throw e.problem();
    }
  }

  private static int lines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  /** The compiler's words under the place that they are about. */
  private void told(Scratchpad.Compiled compiled, String entry, int before) {
    String[] source = entry.split("\n", -1);
    for (Finding finding : compiled.findings()) {
      int line = finding.line() - before;
      if (finding.file().equals(Scratchpad.LIBRARY) && line >= 1) {
        // what is missing at the end is missed in the line after
        boolean beyond = line > source.length;
        String text = source[Math.min(line, source.length) - 1];
        out.println(text);
        out.println(" ".repeat(beyond ? text.length() : finding.column() - 1) + "^");
        out.println(finding.message());
      } else {
        out.println(finding);
      }
    }
    allWell &= compiled.knowledge().isPresent();
  }

  private JsonNode value(Knowledge asked, String library, String define) {
    CqlProgram program = asked.program();
    Chart of = chart;
    ZonedDateTime at = evaluatedAt();
    Map<String, JsonNode> set = Map.copyOf(settings);
    try {
      return limited(
          () -> {
            try (CqlEvaluation evaluation =
                program.begin(of.record(), of.context(), at, set, Deadline.after(limit))) {
              return evaluation.evaluateWhole(library, define);
            }
          },
          limit.plus(GRACE));
    } catch (LeftBehind e) {
      throw e.problem();
    }
  }

  private void why() {
    if (last.isEmpty()) {
      throw Chart.refuse("Evaluate an expression first.");
    }
    compiled(last)
        .ifPresent(
            asked -> {
              CqlTrace trace = new CqlTrace(asked.program());
              Knowledge recorded = asked.recording(trace);
              value(recorded, Scratchpad.LIBRARY, Scratchpad.EXPRESSION);
              new ExplainText(
                      out, Explanation.of(Scratchpad.LIBRARY, evaluatedAt(), recorded, trace))
                  .print("", List.of(Scratchpad.LIBRARY + "." + Scratchpad.EXPRESSION), false);
            });
  }

  /** The thread goes on, and nobody waits for it. */
  private static final class LeftBehind extends Exception {

    private static final long serialVersionUID = 1L;

    private LeftBehind(String text) {
      super(text);
    }

    private ProblemException problem() {
      return Chart.refuse(getMessage());
    }
  }

  private <T> T limited(Callable<T> work, Duration most) throws LeftBehind {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(null, task, "repl-evaluation", STACK_BYTES);
    thread.setDaemon(true);
    running = task;
    thread.start();
    try {
      return task.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LeftBehind("It did not end in time and was left behind.");
    } catch (CancellationException e) {
      throw new LeftBehind("Interrupted.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LeftBehind("Interrupted.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException known) {
        throw known;
      }
      throw Chart.refuse(
          e.getCause() instanceof OutOfMemoryError
              ? "It needs more memory than there is."
              : "It failed: " + e.getCause().getClass().getSimpleName() + ".");
    } finally {
      running = null;
    }
  }

  private void say(ProblemException e) {
    allWell = false;
    List<String> words = new ArrayList<>();
    words.add(e.problem().text());
    if (!e.problem().places().isEmpty()) {
      words.add("(" + String.join(", ", e.problem().places()) + ")");
    }
    out.println(String.join(" ", words));
  }
}
