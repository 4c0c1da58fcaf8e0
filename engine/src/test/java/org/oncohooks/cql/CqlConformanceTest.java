package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * HL7's tests of CQL, of which this repository holds none, give what they expect, but for those
 * that are known, each with its type. {@code docs/cql-conformance.md} says how to fetch and run
 * them.
 */
class CqlConformanceTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  /** Type by test and how it goes; the header left out. */
  private static Map<String, String> known() throws IOException {
    byte[] csv =
        CqlConformanceTest.class.getResourceAsStream("/cql-known-misses.csv").readAllBytes();
    return new String(csv, StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .map(line -> line.split(",", 3))
        .collect(
            Collectors.toMap(
                row -> row[0] + " " + row[1], row -> row[2], (a, b) -> a, TreeMap::new));
  }

  private static String page() throws IOException {
    return Files.readString(HOME.resolve("docs/cql-conformance.md"));
  }

  @Test
  @EnabledIfSystemProperty(
      named = "cql.tests",
      matches = ".+",
      disabledReason = "-Dcql.tests=DIR names no folder with HL7's tests")
  void missesWhatIsKnownAndNothingElse() throws IOException {
    Path folder = HOME.resolve(System.getProperty("cql.tests"));
    List<CqlSuite.Miss> misses = new ArrayList<>();
    int tests = 0;
    for (String file : CqlSuite.FILES) {
      List<CqlSuite.Test> read = CqlSuite.read(folder, file);
      tests += read.size();
      misses.addAll(CqlSuite.misses(read));
    }
    List<String> missed =
        misses.stream().map(miss -> miss.test().name() + " " + miss.kind()).sorted().toList();
    assertThat(missed).as("%s", misses).isEqualTo(List.copyOf(known().keySet()));
    assertThat(page()).contains(tests + " tests", (tests - misses.size()) + " gave");
  }

  @Test
  void isDescribedWithItsNumbers() throws IOException {
    String page = page();
    assertThat(page).contains(known().size() + " did not");
    Map<String, Integer> described = new TreeMap<>();
    Matcher rows = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d+) \\|").matcher(page);
    while (rows.find()) {
      described.put(rows.group(1), Integer.valueOf(rows.group(2)));
    }
    Map<String, Integer> types = new TreeMap<>();
    known().values().forEach(type -> types.merge(type, 1, Integer::sum));
    assertThat(described).isEqualTo(types);
  }
}
