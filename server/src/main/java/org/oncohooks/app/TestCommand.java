package org.oncohooks.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseResult;
import org.oncohooks.cases.CaseSuite;
import org.oncohooks.cases.ExpectedFile;
import org.oncohooks.coverage.CoveragePages;
import org.oncohooks.coverage.CoverageReport;
import org.oncohooks.coverage.LibraryCoverage;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Loaded;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oncohooks test}: runs the cases below {@code cql/tests}. */
@Command(
    name = "test",
    description = "Run the content's cases, and show what is not as they expect it.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every case holds (and the coverage is enough)",
      "1:a case does not hold, or the coverage is too low",
      "2:the content or a case can't be read, or the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  oncohooks test",
      "  oncohooks test --only ScreeningDue --watch",
      "  oncohooks test --only ScreeningDue/alive --accept",
      "  oncohooks test --coverage coverage --junit cases.xml"
    })
final class TestCommand implements Callable<Integer> {

  private static final int HELD = 0;
  private static final int FAILED = 1;
  private static final int UNREADABLE = 2;

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;

  @Option(
      names = "--only",
      paramLabel = "LIBRARY[/CASE[/VARIANT]]",
      defaultValue = "",
      description = "run the cases of one library, one case with its variants, or one variant")
  private String only;

  @Option(
      names = "--watch",
      description = "run again whenever content or a case is saved, until Ctrl-C")
  private boolean watch;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "write the results as JUnit XML, for build servers")
  private Path junit;

  @Option(
      names = "--accept",
      description =
          "write what is into the cases that do not hold; look at the difference before you commit"
              + " it")
  private boolean accept;

  @Option(
      names = "--coverage",
      paramLabel = "DIR",
      arity = "0..1",
      fallbackValue = "",
      description =
          "tell which of the CQL's expressions the cases evaluate; with DIR also as HTML pages")
  private String coverage;

  @Option(
      names = "--threshold",
      paramLabel = "PERCENT",
      defaultValue = "" + CoverageReport.THRESHOLD,
      description =
          "with --coverage: how much of each recommendation's expressions has to be evaluated, with"
              + " --only of each of its libraries (default: ${DEFAULT-VALUE}, with --only none)")
  private double threshold;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (watch && (accept || junit != null)) {
      throw new ParameterException(
          command.commandLine(), "--watch goes with neither --accept nor --junit");
    }
    Needs.oneOf(command, "--threshold", "--coverage");
    if (threshold < 0 || threshold > 100) {
      throw new ParameterException(command.commandLine(), "--threshold has to be 0 to 100");
    }
    Path folder = content.authorsFolder();
    return watch ? watch(folder) : once(folder);
  }

  private int watch(Path folder) throws IOException, InterruptedException {
    SavedFiles saved =
        new SavedFiles(List.of(folder.resolve("cql"), folder.resolve("fhir-resources")));
    while (true) {
      once(folder);
      out().println("Watching; Ctrl-C ends.");
      out().flush();
      Path first = saved.await().first();
      out().println();
      out().println(folder.relativize(first) + " was saved.");
    }
  }

  private int once(Path folder) throws IOException {
    long began = System.nanoTime();
    Loaded loaded = ContentFolder.load(folder);
    loaded.findings().forEach(out()::println);
    if (loaded.knowledge().isEmpty()) {
      long errors = loaded.findings().stream().filter(Finding::isError).count();
      out().println("No case was run: the content has " + errors + " errors.");
      out().flush();
      return UNREADABLE;
    }
    long ready = System.nanoTime();
    try {
      return run(folder, loaded.knowledge().get(), began, ready);
    } catch (ProblemException e) {
      out().println(e.problem().text());
      out().flush();
      return UNREADABLE;
    }
  }

  private int run(Path folder, Knowledge knowledge, long began, long loaded) throws IOException {
    Path tests = folder.resolve("cql/tests");
    List<Case> cases = CaseFolder.readAll(tests, only);
    if (cases.isEmpty()) {
      out()
          .println(
              only.isEmpty()
                  ? "There are no cases in " + tests + "."
                  : CaseFolder.unknown(tests, only));
      out().flush();
      return UNREADABLE;
    }
    long read = System.nanoTime();
    TestOutput output = new TestOutput(out(), Terminal.isThere());
    CaseSuite suite = new CaseSuite(knowledge, Runtime.getRuntime().availableProcessors());
    CqlCoverage counted = new CqlCoverage();
    List<CaseResult> results =
        coverage == null
            ? suite.run(cases, done -> output.progress(done, cases.size()))
            : suite.run(cases, done -> output.progress(done, cases.size()), counted);
    long ran = System.nanoTime();
    output.results(results, tests);
    if (junit != null) {
      try {
        JUnitReport.write(junit, results);
      } catch (IOException e) {
        out().println("--junit " + junit + " can't be written: " + why(e) + ".");
        out().flush();
        return UNREADABLE;
      }
    }
    boolean enough = coverage == null || coverage(output, knowledge, counted, cases);
    int accepted = accept ? accept(tests, results) : 0;
    output.sum(results, accepted, accept, loaded - began, read - loaded, ran - read);
    boolean holds = results.stream().allMatch(CaseResult::holds);
    return holds && enough ? HELD : FAILED;
  }

  /**
   * Whether it is enough: of the recommendations, or with {@code --only} of the libraries of its
   * cases, where a threshold is given. The usual one is for all cases, so that one case can be
   * looked at alone.
   */
  private boolean coverage(
      TestOutput output, Knowledge knowledge, CqlCoverage counted, List<Case> cases)
      throws IOException {
    CoverageReport report = CoverageReport.of(knowledge, counted);
    boolean all = only.isEmpty();
    Set<String> named = cases.stream().map(Case::library).collect(Collectors.toSet());
    List<LibraryCoverage> low =
        all
            ? report.below(threshold)
            : Needs.given(command, "--threshold")
                ? report.below(threshold, named)
                : List.<LibraryCoverage>of();
    output.coverage(report, all, low, threshold, knowledge.sources());
    if (!coverage.isEmpty()) {
      Path pages = Path.of(coverage);
      CoveragePages.write(pages, report, knowledge.sources(), threshold);
      out().println("Pages: " + pages.resolve("index.html"));
    }
    return low.isEmpty();
  }

  private static String why(IOException e) {
    return switch (e.getClass().getSimpleName()) {
      case "AccessDeniedException" -> "no permission";
      case "FileAlreadyExistsException", "NotDirectoryException" ->
          "a file stands where its folder should be";
      default -> "is it a folder, or the disk full?";
    };
  }

  private static int accept(Path tests, List<CaseResult> results) throws IOException {
    Map<Path, List<CaseResult>> byFile =
        results.stream()
            .filter(result -> !result.holds())
            .collect(
                Collectors.groupingBy(
                    result -> CaseFolder.fileOf(tests, result.tested()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    int written = 0;
    for (Map.Entry<Path, List<CaseResult>> file : byFile.entrySet()) {
      written += ExpectedFile.accept(file.getKey(), file.getValue());
    }
    return written;
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}
