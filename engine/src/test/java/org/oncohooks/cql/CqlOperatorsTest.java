package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.PatientRecord;

/**
 * Every operator that the content uses has rows in {@code cql-operators.yaml}, in the form in which
 * it is used, and gives what the specification says or what the table names as a difference.
 */
class CqlOperatorsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  private static final String FAILS = "fails";

  /** Why the engine may give something else than the specification. */
  private static final Set<String> TYPES =
      Set.of("null-for-error", "null-handling", "overflow", "text", "uncertainty");

  /**
   * Forms that fail in HL7's tests, or that {@code cql/README.md} rules out. A quantity in time
   * brings the calendar's, an instant with offset in a duration the offset's misses.
   */
  private static final Set<String> NOT_USED =
      Set.of(
          "DurationBetween",
          "Expand",
          "Includes",
          "IncludedIn",
          "ProperIncludes",
          "ProperIncludedIn",
          "ProperContains",
          "ProperIn",
          "Ln",
          "Exp",
          "Log",
          "Power",
          "Floor",
          "MinValue",
          "MaxValue",
          "ToTime",
          "Time",
          "TimeFrom",
          "Quantity",
          "ToQuantity",
          "ConvertQuantity");

  private static final PatientRecord PATIENT =
      Cql.patient(
          "p",
          """
          {"resourceType":"Patient","id":"p","birthDate":"1970-02"}""",
          """
          {"resourceType":"Condition","id":"c1","onsetDateTime":"2026-01-01",
           "code":{"coding":[{"system":"http://snomed.info/sct","code":"89164003"}]}}""");

  /**
   * @param value JSON, or {@code fails}
   * @param specified what the specification says, the same but for a difference
   */
  private record Row(String operator, String cql, String value, String specified) {}

  private static final List<Row> ROWS = new ArrayList<>();
  private static final List<String> ILL_WRITTEN = new ArrayList<>();
  private static final CqlProgram TABLE;
  private static final CqlProgram CONTENT;

  static {
    try (InputStream in = CqlOperatorsTest.class.getResourceAsStream("/cql-operators.yaml")) {
      for (JsonNode section : new ObjectMapper(new YAMLFactory()).readTree(in)) {
        read(section);
      }
      StringBuilder defines = new StringBuilder();
      for (int i = 0; i < ROWS.size(); i++) {
        defines.append("define E").append(i).append(":\n  ").append(ROWS.get(i).cql()).append('\n');
      }
      TABLE = Cql.of(defines.toString()).program();
      CONTENT = KnowledgeLoader.load(HOME).knowledge().orElseThrow().program();
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static void read(JsonNode section) {
    String operator = section.path("operator").asText();
    if (section.path("spec").asText().isBlank()) {
      ILL_WRITTEN.add(operator + " names no chapter");
    }
    for (String line : section.path("rows").asText().lines().toList()) {
      int at = line.lastIndexOf(" => ");
      String value = line.substring(at + 4).strip();
      ROWS.add(new Row(operator, line.substring(0, at).strip(), value, value));
    }
    for (JsonNode row : section.path("differs")) {
      if (row.path("why").asText().isBlank()
          || !TYPES.contains(row.path("type").asText())
          || row.path("gives").asText().equals(row.path("spec").asText())) {
        ILL_WRITTEN.add(operator + " has a difference without type, reason or difference");
      }
      ROWS.add(
          new Row(
              operator,
              row.path("cql").asText(),
              row.path("gives").asText(),
              row.path("spec").asText()));
    }
  }

  @Test
  void saysWhereEachRowComesFrom() {
    assertThat(ILL_WRITTEN).isEmpty();
    assertThat(ROWS.stream().map(Row::cql)).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> gives() {
    return Stream.iterate(0, i -> i < ROWS.size(), i -> i + 1)
        .map(
            i -> {
              Row row = ROWS.get(i);
              return DynamicTest.dynamicTest(
                  row.operator() + ": " + row.cql(), () -> check(row, "E" + i));
            });
  }

  private static void check(Row row, String define) throws IOException {
    assertThat(LinksLikeTheEngineTest.linked(TABLE, PATIENT, "T", define))
        .as("%s, unlinked", row.cql())
        .isEqualTo(LinksLikeTheEngineTest.byTheEngine(TABLE, PATIENT, "T", define));
    JsonNode value;
    try (CqlEvaluation evaluation =
        TABLE.begin(
            PATIENT, Cql.NOW.toZonedDateTime(), Map.of(), Deadline.after(Duration.ofSeconds(60)))) {
      value = evaluation.evaluate("T", define);
    } catch (ProblemException e) {
      assertThat(FAILS).as(e.problem().text()).isEqualTo(row.value());
      return;
    }
    assertThat(row.value()).as("%s gives %s", row.cql(), value).isNotEqualTo(FAILS);
    JsonNode expected = new ObjectMapper().readTree(row.value());
    assertThat(CqlSuite.same(expected, value))
        .as("%s: %s instead of %s", row.cql(), value, expected)
        .isTrue();
  }

  @Test
  void hasRowsForEveryFormThatTheContentUses() {
    Map<String, Set<String>> forms = new HashMap<>();
    for (int i = 0; i < ROWS.size(); i++) {
      forms
          .computeIfAbsent(ROWS.get(i).operator(), operator -> new TreeSet<>())
          .addAll(CqlForms.ofDefine(TABLE, "T", "E" + i));
    }
    Set<String> without = new TreeSet<>();
    for (String form : CqlForms.of(CONTENT)) {
      if (!forms.getOrDefault(CqlForms.operator(form), Set.of()).contains(form)) {
        without.add(form);
      }
    }
    assertThat(without).isEmpty();
  }

  @Test
  void hasNoRowsForWhatTheContentDoesNotUse() {
    Set<String> used = new TreeSet<>();
    CqlForms.of(CONTENT).forEach(form -> used.add(CqlForms.operator(form)));
    assertThat(ROWS.stream().map(Row::operator)).allMatch(used::contains);
  }

  @Test
  void findsNoneOfTheFormsThatFailInTheContent() {
    Set<String> used = new TreeSet<>();
    for (String form : CqlForms.of(CONTENT)) {
      String operator = CqlForms.operator(form);
      boolean listsCompared =
          Set.of("Equal", "NotEqual", "Equivalent").contains(operator) && form.contains("List");
      boolean differenceOfInstants =
          operator.equals("DifferenceBetween") && form.contains("DateTime");
      boolean quantities =
          form.contains("Quantity") && !Set.of("As", "Is", "IsNull").contains(operator);
      if (NOT_USED.contains(operator) || listsCompared || differenceOfInstants || quantities) {
        used.add(form);
      }
    }
    assertThat(used).isEmpty();
  }
}
