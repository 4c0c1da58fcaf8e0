package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.elm.r1.ExpressionRef;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.oncohooks.Deadline;
import org.oncohooks.cases.PatientBundle;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.PatientRecord;

/** What {@link Linker} makes of an expression has the value that the CQL engine gives it. */
class LinksLikeTheEngineTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ZonedDateTime NOW = Cql.NOW.toZonedDateTime();

  private static final PatientRecord PATIENT =
      Cql.patient(
          "p",
          """
          {"resourceType":"Patient","id":"p","birthDate":"1970-02"}""",
          """
          {"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p"},
           "onsetDateTime":"2026-01-01","code":{"coding":[
             {"system":"http://snomed.info/sct","code":"89164003"}]}}""",
          """
          {"resourceType":"Condition","id":"c2","subject":{"reference":"Patient/p"},
           "onsetDateTime":"2025-01-01","code":{"coding":[
             {"system":"http://snomed.info/sct","code":"254837009"}]}}""",
          """
          {"resourceType":"Condition","id":"c3","subject":{"reference":"Patient/p"}}""");

  private static final List<String> EXPRESSIONS =
      List.of(
          "1 + 2 * 3 - 4 div 3 + 7 mod 4",
          "10.0 / 4",
          "-(3) + Abs(-2) + Ceiling(1.2) + Floor(1.8) + Truncate(2.9)",
          "2 ^ 3",
          "Round(2.345, 2)",
          "1 < 2 and 2 <= 2 and 3 > 2 and 3 >= 3 and 1 != 2",
          "null and false",
          "false and null",
          "true or null",
          "null or true",
          "null or false",
          "true and null",
          "true xor null",
          "false implies null",
          "null implies true",
          "not null",
          "(null as Boolean) is true",
          "(null as Boolean) is false",
          "null is null",
          "1 = null",
          "1 ~ null",
          "'a' + 'b'",
          "'a' & null",
          "Combine({'a', 'b', null}, ', ')",
          "Combine({'a', 'b'})",
          "Upper('a') + Lower('B')",
          "Length('abc')",
          "PositionOf('b', 'abc')",
          "Substring('abcdef', 1, 2)",
          "Substring('abcdef', 2)",
          "Substring('abcdef', 7)",
          "Substring('abc', 0, 300)",
          "Substring(null, 1)",
          "PositionOf('x', 'abc')",
          "PositionOf(null, 'abc')",
          "ReplaceMatches('left, left', '(l)eft', '$1.')",
          "ReplaceMatches('', 'a', 'b')",
          "ReplaceMatches(null, 'a', 'b')",
          "ReplaceMatches('a', null, 'b')",
          "ReplaceMatches('a', '(', 'b')",
          "Matches('a', '(')",
          "({'a', 'b', 'a'}) P return all Matches('a', P)",
          "Split('a,b', ',')",
          "StartsWith('abc', 'a') and EndsWith('abc', 'c') and Matches('abc', 'a.c')",
          "ToString(1.50)",
          "ToInteger('12') + 1",
          "ToDecimal('1.5')",
          "ToDate('2020-02')",
          "Coalesce(null, 2, 3)",
          "Coalesce({null, 2})",
          "if (null as Boolean) then 1 else 2",
          "case when (null as Boolean) then 1 when true then 2 else 3 end",
          "case 3 when 1 then 'a' when 3 then 'b' else 'c' end",
          "{1, null, 2}",
          "{1, 1, 2} union {2, 3}",
          "{1, 2} intersect {2, 3}",
          "{1, 2} except {2}",
          "{1, 2, 3, null} except {2, null}",
          "{1, 2, null, 1} intersect {1, null}",
          "null except {2}",
          "Round(2.345, 2) + Round(2.5)",
          "Round(null as Decimal)",
          "Take({1, 2, 3}, 2)",
          "Take({1, 2, 3}, null)",
          "Skip({1, 2, 3}, 1)",
          "Tail({1, 2, 3})",
          "distinct {1, 1, null, null, 2}",
          "distinct {'a', 'A', 'a', null, 'b', null, 'a'}",
          "distinct {Tuple {s: 'a', d: @2024}, Tuple {s: 'a', d: @2024-03}, Tuple {s: 'b', d: @2024},"
              + " Tuple {s: 'a', d: @2024}, Tuple {s: 'b', d: null}, Tuple {s: 'c', d: null},"
              + " Tuple {s: 'c', d: null}}",
          "distinct {Tuple {s: 'a', d: 1}, Tuple {s: null as String, d: 1}, Tuple {s: 'b', d: 2},"
              + " Tuple {s: 'b', d: 1}, Tuple {s: null as String, d: 3}}",
          "({1, 2, 3}) N return Tuple {s: if N = 3 then 'a' else 'b', t: if N = 1 then null else 'c'}",
          "flatten {{1}, {2, 3}}",
          "exists {null}",
          "exists (({1, 2}) N where N > 1)",
          "exists (({1, null}) N where N is null)",
          "exists ([Condition] C where C.id = 'none')",
          "First({3, 1}) + Last({3, 1})",
          "First([Condition] C return C.id)",
          "{3, 1}[1]",
          "IndexOf({3, 1}, 1)",
          "Count({1, null, 2})",
          "Sum({1, 2}) + Min({4, 3}) + Max({4, 3})",
          "Avg({1.0, 2.0})",
          "AllTrue({true, null}) and AnyTrue({false, true})",
          "singleton from {5}",
          "singleton from (({5}) N where N > 5)",
          "({3, 1, 2}) N return N sort asc",
          "({3, 1, 2}) N where N > 1 return N * 2 sort desc",
          "[Condition] C return all C.onset as FHIR.dateTime",
          "[Condition] C return C.id.value sort desc",
          "[Condition] C sort by id.value desc",
          "(({Tuple{a: 1, b: 'x'}, Tuple{a: 0, b: 'y'}}) T return T sort by a) U return U.b",
          "({1, 1, 2}) N return N",
          "({1, 1, 2}) N return all N",
          "from ({1, 2}) A, ({10, 20}) B where A = 2 return A + B",
          "from ({1, 2}) A, ({10}) B",
          "from ({1, 2}) A, (null as List<Integer>) B return A",
          "({1, 2, 3}) N let Y: N * 2 where Y > 2 return Y",
          "({1, 2, 3}) N with ({2, 3}) Y such that N = Y",
          "({1, 2, 3}) N without ({2, 3}) Y such that N = Y",
          "({1, 2, 3}) N aggregate R starting 0: R + N",
          "(null as List<Integer>) N where N > 1",
          "(5) N return N + 1",
          "(null as Integer) N return N + 1",
          "Interval[1, 5] contains 3",
          "3 in Interval[1, 3)",
          "start of Interval[1, 5] + end of Interval[1, 5]",
          "Interval[1, 3] overlaps Interval[2, 5]",
          "Interval[@2020-01-01, @2020-12-31] included in Interval[@2019-01-01, null]",
          "width of Interval[1, 5]",
          "collapse {Interval[1, 3], Interval[2, 5]}",
          "@2020-02-29 + 1 year",
          "@2020-03-31 - 1 month",
          "@2020-01-15 before month of @2020-02-01",
          "@2020-01-15 same day or before @2020-01-15",
          "@2020-01 < @2020-01-15",
          "years between @1970-06-02 and @2026-06-01",
          "difference in days between @2020-02-28 and @2020-03-01",
          "AgeInYearsAt(@2026-06-01)",
          "CalculateAgeInYearsAt(@1970, @2026-06-01)",
          "year from @2020-05 + month from @2020-05",
          "day from @2020-05",
          "Date(2020, 5)",
          "DateTime(2020, 5, 1, 12)",
          "DateTime(2020, 5, 1, 12, 0, 0, 0, 2.0)",
          "date from Now()",
          "timezoneoffset from Now()",
          "Today() = date from Now()",
          "successor of 1 + predecessor of 5",
          "Patient.birthDate",
          "Patient.birthDate.value",
          "[Condition: \"Lump\"] C return C.id",
          "[Condition: code in \"Breast\"] C return C.id",
          "[Condition] C where C.code in \"Breast\" return C.id",
          "[Condition] C where C.code ~ \"Lump\" return C.id",
          "[Condition] C return C.code is null",
          "[Condition] C return (C.onset as FHIR.dateTime) < Now()",
          "[Condition] C return C.onset is FHIR.Period",
          "cast (if true then 'a' else 1) as Integer",
          "Tuple { a: 1, b: null }",
          "Tuple { a: Tuple { b: 2 } }.a.b",
          "Code '1' from \"SCT\"",
          "\"Lump\" in \"Breast\"",
          "Grace + 1",
          "5 'mg' > 4 'mg'",
          "1 'g' = 1000 'mg'",
          "Message(1, false, 'c', 'Error', 'm')",
          "Message(1, true, 'c', 'Error', 'm')",
          "Message(1, true, 'c', 'Warning', 'm')",
          "1 div 0",
          "Twice(2) + Twice(Twice(1))",
          "Outer({1, 2, 3}, 2)",
          "({1, 2}) N return (({3, 4}) Y where Y > N + 2 return N * Y)");

  /** All expressions as defines of one library, E0, E1 and so on. */
  @TestFactory
  List<DynamicTest> givesAnExpressionTheEnginesValue() {
    StringBuilder defines =
        new StringBuilder(
            """
            define function Twice(Number Integer): Number * 2
            define function Outer(L List<Integer>, M Integer):
              L N where exists (L Y where Y > N + M - 2) return N + M
            """);
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      defines.append("define E" + i + ":\n  " + EXPRESSIONS.get(i) + "\n");
    }
    CqlProgram program = Cql.of(defines.toString()).program();
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      String define = "E" + i;
      tests.add(
          DynamicTest.dynamicTest(
              EXPRESSIONS.get(i),
              () ->
                  assertThat(linked(program, PATIENT, "T", define))
                      .isEqualTo(byTheEngine(program, PATIENT, "T", define))));
    }
    return tests;
  }

  @Test
  void givesEveryDefineOfTheContentTheEnginesValue() throws IOException {
    CqlProgram program = KnowledgeLoader.load(HOME).knowledge().orElseThrow().program();
    int compared = 0;
    List<String> different = new ArrayList<>();
    for (PatientRecord patient : samplePatients()) {
      for (String name : program.libraries()) {
        for (String define : program.defines(name)) {
          String expected = byTheEngine(program, patient, name, define);
          if (!linked(program, patient, name, define).equals(expected)) {
            different.add(patient.patientId() + " " + name + "." + define);
          }
          compared++;
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(compared).isGreaterThan(1000);
  }

  private static List<PatientRecord> samplePatients() throws IOException {
    List<PatientRecord> patients = new ArrayList<>();
    try (Stream<Path> files = Files.list(HOME.resolve("fhir-resources/patients"))) {
      for (Path file : files.sorted().toList()) {
        patients.add(PatientBundle.read(StrictJson.object(Files.readAllBytes(file))));
      }
    }
    return patients;
  }

  /** The value as text; of a failure only that it is one. */
  static String linked(CqlProgram program, PatientRecord patient, String library, String define) {
    try (CqlEvaluation evaluation =
        program.begin(patient, NOW, Map.of(), Deadline.after(Duration.ofSeconds(60)))) {
      return text(evaluation.evaluate(library, define));
    } catch (RuntimeException e) {
      return "failed";
    }
  }

  static String byTheEngine(
      CqlProgram program, PatientRecord patient, String library, String define) {
    CqlWorker worker = program.borrow();
    Budget budget = new Budget(Deadline.after(Duration.ofSeconds(60)));
    FhirValues values = new FhirValues(program.types(), NOW.getOffset(), budget, patient);
    worker.begin(patient, NOW, program.tableValues(NOW.getOffset()), values);
    ExpressionRef reference = new ExpressionRef();
    reference.setName(define);
    try {
      return text(
          CqlJson.of(
              worker.inEngine(
                  program.linked().libraries().get(library),
                  List.of(),
                  new org.opencds.cqf.cql.engine.runtime.Value[0],
                  (visitor, state) -> visitor.visitExpression(reference, state))));
    } catch (RuntimeException e) {
      return "failed";
    }
  }

  private static String text(JsonNode value) {
    return value.toString();
  }
}
