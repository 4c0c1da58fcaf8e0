package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page of conformance lists every requirement once, and the tests that it names are there. */
class ConformanceTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  private static final Pattern ROW =
      Pattern.compile("\\| (R-\\d{2,3}|F\\d+|B\\d+|JWT-\\d+) \\| ([^|]+) \\| ([^|]+) \\| (.+) \\|");

  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

  private static final Pattern ID =
      Pattern.compile("(R-|F|B|JWT-)(\\d+)(?:(?:\\.\\.|-| to )\\1(\\d+))?");

  private static final Pattern NAMED =
      Pattern.compile(
          "@DisplayName\\(\\s*\"([^\"]*)\"\\)(?:(?!@DisplayName)[^;])*?(?:void (\\w+)\\(|class (\\w+))");

  private record Row(String id, String what, String status, String proof) {}

  private static final Pattern VARIANT = Pattern.compile("\"(\\d+) ");
  private static final Pattern ARGUMENTS = Pattern.compile("@MethodSource\\(\"(\\w+)\"\\)");

  private static List<Row> rows;

  /** Sources of tests by the name of their class. */
  private static final Map<String, String> TESTS = new LinkedHashMap<>();

  @BeforeAll
  static void read() throws IOException {
    rows = new ArrayList<>();
    for (String line : Files.readAllLines(HOME.resolve("docs/conformance.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3), row.group(4)));
      }
    }
    for (String module : List.of("engine", "server")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(module + "/src/test/java"))) {
        for (Path file :
            (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
          String name = file.getFileName().toString().replace(".java", "");
          TESTS.put(name, Files.readString(file));
        }
      }
    }
  }

  private static List<String> numbered(String prefix, int last, String format) {
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= last; i++) {
      ids.add(prefix + String.format(format, i));
    }
    return ids;
  }

  @Test
  void listsEveryRequirementOnceAndInOrder() {
    List<String> all = new ArrayList<>(numbered("R-", 103, "%02d"));
    all.addAll(numbered("F", 10, "%d"));
    all.addAll(numbered("B", 15, "%d"));
    all.addAll(numbered("JWT-", 33, "%d"));
    assertThat(rows).extracting(Row::id).containsExactlyElementsOf(all);
  }

  @Test
  void saysOfEachWhetherItHolds() {
    for (Row row : rows) {
      assertThat(row.status()).as(row.id()).isIn("held", "not applicable", "not held yet");
      assertThat(TEST.matcher(row.proof()).find())
          .as(row.id() + ": a test if it is held, else a reason")
          .isEqualTo(row.status().equals("held"));
    }
  }

  @Test
  void namesTestsThatAreThereAndBearTheId() {
    for (Row row : rows) {
      Matcher tests = TEST.matcher(row.proof());
      while (tests.find()) {
        String name = tests.group(1);
        String method = tests.group(2);
        assertThat(TESTS).as(row.id()).containsKey(name);
        String source = TESTS.get(name);
        assertThat(source).as(row.id()).contains("void " + method + "(");
        assertThat(idsOf(source, name, method))
            .as(row.id() + " " + tests.group())
            .contains(row.id());
      }
    }
  }

  /** What a test that names an id says of the page: it may not be forgotten there. */
  @Test
  void knowsEveryIdThatATestBears() {
    Set<String> ids = new TreeSet<>(rows.stream().map(Row::id).toList());
    TESTS.forEach(
        (name, source) -> {
          Matcher named = NAMED.matcher(source);
          while (named.find()) {
            assertThat(ids).as(name).containsAll(ids(named.group(1)));
          }
        });
  }

  /** The ids in the display names of a method and of its class, and those of its parameters. */
  private static Set<String> idsOf(String source, String name, String method) {
    Set<String> ids = new TreeSet<>();
    Matcher named = NAMED.matcher(source);
    while (named.find()) {
      if (method.equals(named.group(2)) || name.equals(named.group(3))) {
        ids.addAll(ids(named.group(1)));
      }
    }
    if (name.equals("TokensTest")) { // its variants begin with their number
      Matcher variants = VARIANT.matcher(withSources(source, method));
      while (variants.find()) {
        ids.add("JWT-" + variants.group(1));
      }
    }
    return ids;
  }

  /** A method with its annotations, and the methods that its arguments come from. */
  private static String withSources(String source, String method) {
    String text = method(source, " void " + method + "(");
    StringBuilder all = new StringBuilder(text);
    Matcher sources = ARGUMENTS.matcher(text);
    while (sources.find()) {
      all.append(method(source, " Stream<Arguments> " + sources.group(1) + "("));
    }
    return all.toString();
  }

  /** From the end of the method before to its own end. */
  private static String method(String source, String head) {
    int at = source.indexOf(head);
    assertThat(at).as(head).isPositive();
    return source.substring(source.lastIndexOf("\n  }\n", at), source.indexOf("\n  }\n", at));
  }

  private static Set<String> ids(String displayName) {
    Set<String> ids = new TreeSet<>();
    for (String part : Arrays.asList(displayName.split("[,:;] ?"))) {
      Matcher id = ID.matcher(part);
      while (id.find()) {
        int from = Integer.parseInt(id.group(2));
        int to = id.group(3) == null ? from : Integer.parseInt(id.group(3));
        for (int i = from; i <= to; i++) {
          ids.add(id.group(1) + (id.group(1).equals("R-") ? String.format("%02d", i) : i));
        }
      }
    }
    return ids;
  }
}
