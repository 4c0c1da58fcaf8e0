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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** HL7's tests of CQL give what they expect, but for those that are known, each with its type. */
class CqlConformanceTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final List<CqlSuite.Miss> MISSES = new ArrayList<>();
  private static int tests;

  @BeforeAll
  static void run() throws IOException {
    for (String file : CqlSuite.FILES) {
      List<CqlSuite.Test> read = CqlSuite.read(file);
      tests += read.size();
      MISSES.addAll(CqlSuite.misses(read));
    }
  }

  /** Type by test and how it goes; the header left out. */
  private static Map<String, String> known() throws IOException {
    byte[] csv =
        CqlConformanceTest.class.getResourceAsStream("/cql-tests/known-misses.csv").readAllBytes();
    return new String(csv, StandardCharsets.UTF_8)
        .lines()
        .skip(1)
        .map(line -> line.split(",", 3))
        .collect(
            Collectors.toMap(
                row -> row[0] + " " + row[1], row -> row[2], (a, b) -> a, TreeMap::new));
  }

  @Test
  void missesWhatIsKnownAndNothingElse() throws IOException {
    List<String> missed =
        MISSES.stream().map(miss -> miss.test().name() + " " + miss.kind()).sorted().toList();
    assertThat(missed).as("%s", MISSES).isEqualTo(List.copyOf(known().keySet()));
  }

  @Test
  void isDescribedWithItsNumbers() throws IOException {
    String page = Files.readString(HOME.resolve("docs/cql-conformance.md"));
    assertThat(page)
        .contains(tests + " tests", (tests - MISSES.size()) + " give", MISSES.size() + " do not");
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
