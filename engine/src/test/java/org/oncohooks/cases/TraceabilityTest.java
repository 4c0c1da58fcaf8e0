package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

/**
 * {@code docs/safety/traceability.md} has a row for each rule of the catalogue, and what a row
 * names exists: defines, cards, cases and Java tests. {@code docs/safety/hazards.md} names tests
 * that exist.
 */
class TraceabilityTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Path SAFETY = HOME.resolve("docs/safety");
  private static final Pattern DEFINE = Pattern.compile("`([A-Za-z]+)\\.([^`]+)`");
  private static final Pattern TEST = Pattern.compile("`([A-Za-z]+/[^`/]+|[A-Z][A-Za-z0-9]*Test)`");

  /** How many rules each part of the catalogue has, and the number of its first. */
  private static final Map<String, int[]> CATALOGUE = new LinkedHashMap<>();

  static {
    CATALOGUE.put("SCR", new int[] {1, 16});
    CATALOGUE.put("RISK", new int[] {1, 28});
    CATALOGUE.put("SX", new int[] {1, 11});
    CATALOGUE.put("DX", new int[] {1, 14});
    CATALOGUE.put("STG", new int[] {0, 7});
    CATALOGUE.put("PAIN", new int[] {1, 28});
    CATALOGUE.put("MBC", new int[] {1, 24});
    CATALOGUE.put("TX", new int[] {1, 13});
    CATALOGUE.put("SURV", new int[] {1, 9});
    CATALOGUE.put("EMERG", new int[] {1, 1});
    CATALOGUE.put("EDU", new int[] {1, 3});
    CATALOGUE.put("LAB", new int[] {1, 1});
    CATALOGUE.put("RES", new int[] {1, 2});
    CATALOGUE.put("SAFE", new int[] {1, 67});
  }

  private record Row(String id, String where, String cards, String tests) {

    boolean isRefused() {
      return where.startsWith("refused:");
    }
  }

  @Test
  void everyRuleHasOneRow() throws IOException {
    List<String> expected = new ArrayList<>();
    CATALOGUE.forEach(
        (part, range) -> {
          for (int i = range[0]; i <= range[1]; i++) {
            expected.add("%s-%02d".formatted(part, i));
          }
        });
    assertThat(rows().stream().map(Row::id)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aRuleThatIsNotEncodedHasAReasonAndNothingElse() throws IOException {
    for (Row row : rows()) {
      if (row.isRefused()) {
        assertThat(row.where().length()).as(row.id()).isGreaterThan(30);
        assertThat(row.cards() + row.tests()).as(row.id()).isEqualTo("--");
      }
    }
  }

  @Test
  void everyDefineAndCardThatIsNamedExists() throws IOException {
    Knowledge knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    Map<String, String> libraries = libraries();
    Set<String> topics = new HashSet<>(Set.of("not-evaluated", "data-incomplete"));
    knowledge
        .services()
        .forEach(
            service ->
                service
                    .entries()
                    .forEach(entry -> topics.add(entry.recommendation().topic().code())));
    Set<String> wrong = new TreeSet<>();
    for (Row row : rows()) {
      Matcher define = DEFINE.matcher(row.where());
      boolean any = row.isRefused() || row.where().contains("Test`");
      while (define.find()) {
        any = true;
        if (!Pattern.compile("define (function )?\"" + Pattern.quote(define.group(2)) + "\"")
            .matcher(libraries.getOrDefault(define.group(1), ""))
            .find()) {
          wrong.add(row.id() + " " + define.group());
        }
      }
      if (!any && !row.where().contains("PlanDefinition")) {
        wrong.add(row.id() + " names no define, PlanDefinition or test");
      }
      if (!row.cards().equals("-")) {
        Arrays.stream(row.cards().split(","))
            .map(String::trim)
            .filter(card -> !topics.contains(card))
            .forEach(card -> wrong.add(row.id() + " card " + card));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyTestThatIsNamedExistsAndSafetyRulesAreNamedInTheirs() throws IOException {
    Map<String, String> tests = tests();
    Set<String> wrong = new TreeSet<>();
    for (Row row : rows()) {
      if (row.isRefused()) {
        continue;
      }
      boolean named = false;
      Set<String> found = named(row.tests());
      if (found.isEmpty()) {
        wrong.add(row.id() + " names no test");
      }
      for (String test : found) {
        String text = tests.get(test);
        if (text == null) {
          wrong.add(row.id() + " " + test);
        } else {
          named |= text.contains(row.id());
        }
      }
      if (row.id().startsWith("SAFE") && !named) {
        wrong.add(row.id() + " is named in none of its tests");
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyHazardHasAControlAndATestThatExists() throws IOException {
    Map<String, String> tests = tests();
    List<List<String>> hazards = table(SAFETY.resolve("hazards.md"), "HAZ-");
    assertThat(hazards).hasSizeGreaterThanOrEqualTo(15);
    for (List<String> hazard : hazards) {
      Set<String> named = named(hazard.get(hazard.size() - 1));
      assertThat(named).as(hazard.get(0)).isNotEmpty();
      assertThat(tests.keySet()).as(hazard.get(0)).containsAll(named);
      assertThat(hazard).as(hazard.get(0)).noneMatch(String::isBlank);
    }
  }

  private static List<Row> rows() throws IOException {
    return table(SAFETY.resolve("traceability.md"), "").stream()
        .filter(cells -> cells.get(0).matches("[A-Z]+-\\d\\d"))
        .map(cells -> new Row(cells.get(0), cells.get(1), cells.get(2), cells.get(3)))
        .toList();
  }

  private static List<List<String>> table(Path file, String firstCell) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("| " + firstCell))
        .map(line -> line.substring(1, line.lastIndexOf('|')))
        .map(line -> Arrays.stream(line.split("(?<!\\\\)\\|")).map(String::trim).toList())
        .toList();
  }

  private static Set<String> named(String cell) {
    Set<String> names = new TreeSet<>();
    Matcher test = TEST.matcher(cell);
    while (test.find()) {
      names.add(test.group(1));
    }
    return names;
  }

  /** The text of each case by {@code Library/case}, and of each Java test by its class. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("cql/tests"))) {
      files
          .filter(file -> file.endsWith("expected.yaml"))
          .forEach(
              file -> {
                Path folder = file.getParent();
                tests.put(
                    folder.getParent().getFileName() + "/" + folder.getFileName(), text(file));
              });
    }
    for (String module : List.of("engine", "server", "oracle")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith("Test.java"))
            .forEach(
                file -> tests.put(file.getFileName().toString().replace(".java", ""), text(file)));
      }
    }
    return tests;
  }

  /** The text of each CQL library by its name. */
  private static Map<String, String> libraries() throws IOException {
    Map<String, String> libraries = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(HOME.resolve("cql"))) {
      files
          .filter(file -> file.toString().endsWith(".cql"))
          .forEach(
              file -> libraries.put(file.getFileName().toString().replace(".cql", ""), text(file)));
    }
    return libraries;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
