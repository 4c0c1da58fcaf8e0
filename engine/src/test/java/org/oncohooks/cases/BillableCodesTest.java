package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

/**
 * A chart holds billable codes such as C50.411, never the category C50 that a value set names: each
 * value set with an ICD-10-CM category holds the billable children that {@code
 * billable-icd-10-cm.csv} lists, however they are written, and none of its near misses.
 */
class BillableCodesTest {

  private static final Path CONTENT = Path.of(System.getProperty("oncohooks.home"));
  private static final String ICD = "http://hl7.org/fhir/sid/icd-10-cm";
  private static final String BASE = "https://oncohooks.org/ValueSet/";

  private record Row(List<String> members, List<String> nearMisses) {}

  private static ValueSets valueSets;
  private static Map<String, TreeSet<String>> categories;
  private static Map<String, Row> rows;

  @BeforeAll
  static void load() throws IOException {
    Knowledge knowledge = KnowledgeLoader.load(CONTENT).knowledge().orElseThrow();
    valueSets = knowledge.program().valueSets();
    categories = new TreeMap<>();
    for (ObjectNode valueSet : knowledge.resources().get("ValueSet")) {
      for (JsonNode part : valueSet.path("compose").path("include")) {
        for (JsonNode filter : part.path("filter")) {
          categories
              .computeIfAbsent(valueSet.path("id").asText(), id -> new TreeSet<>())
              .add(filter.path("value").asText());
        }
      }
    }
    rows = read();
  }

  private static Map<String, Row> read() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    try (InputStream in = BillableCodesTest.class.getResourceAsStream("/billable-icd-10-cm.csv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
        String[] cells = line.split("\\|", -1);
        rows.put(cells[0].strip(), new Row(codes(cells[1]), codes(cells[2])));
      }
    }
    return rows;
  }

  private static List<String> codes(String cell) {
    return List.of(cell.strip().split(" +"));
  }

  @Test
  void everyValueSetWithACategoryIsListed() {
    assertThat(categories).hasSizeGreaterThan(40);
    assertThat(rows.keySet()).containsAll(categories.keySet());
    assertThat(rows.keySet()).allSatisfy(id -> assertThat(valueSets.urls()).contains(BASE + id));
  }

  @Test
  void everyCategoryIsHeldByABillableChild() {
    SoftAssertions softly = new SoftAssertions();
    categories.forEach(
        (id, filters) ->
            filters.forEach(
                category ->
                    softly
                        .assertThat(rows.get(id).members())
                        .as("%s: a billable code of %s", id, category)
                        .anyMatch(code -> code.startsWith(category))));
    softly.assertAll();
  }

  @Test
  void billableChildrenAreMembersWithAndWithoutTheDotAndInSmallLetters() {
    SoftAssertions softly = new SoftAssertions();
    rows.forEach(
        (id, row) ->
            row.members()
                .forEach(
                    code -> {
                      for (String written : List.of(code, code.replace(".", ""), small(code))) {
                        softly
                            .assertThat(valueSets.contains(BASE + id, ICD, written))
                            .as("%s holds %s", id, written)
                            .isTrue();
                      }
                    }));
    softly.assertAll();
  }

  @Test
  void nearMissesAreNoMembersWithAndWithoutTheDot() {
    SoftAssertions softly = new SoftAssertions();
    rows.forEach(
        (id, row) -> {
          softly.assertThat(row.nearMisses()).as(id).hasSizeGreaterThan(1);
          row.nearMisses()
              .forEach(
                  code -> {
                    for (String written : List.of(code, code.replace(".", ""))) {
                      softly
                          .assertThat(valueSets.contains(BASE + id, ICD, written))
                          .as("%s does not hold %s", id, written)
                          .isFalse();
                    }
                  });
        });
    softly.assertAll();
  }

  private static String small(String code) {
    return code.toLowerCase(Locale.ROOT);
  }
}
