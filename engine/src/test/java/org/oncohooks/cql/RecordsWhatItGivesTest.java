package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.PatientBundle;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.PatientRecord;

/** Recording tells what was evaluated, all of it, and changes no value. */
class RecordsWhatItGivesTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  /** Every so many of the cases, so that all libraries have their turn. */
  private static final int EVERY = 8;

  private static Knowledge knowledge;

  @BeforeAll
  static void load() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
  }

  @Test
  void givesEveryDefineOfTheSamplePatientsTheSameValue() throws IOException {
    List<String> different = new ArrayList<>();
    int compared = 0;
    try (Stream<Path> files = Files.list(HOME.resolve("fhir-resources/patients"))) {
      for (Path file : files.sorted().toList()) {
        PatientRecord patient = PatientBundle.read(StrictJson.object(Files.readAllBytes(file)));
        CqlTrace trace = new CqlTrace(knowledge.program());
        for (String library : knowledge.sources().keySet()) {
          for (String define : knowledge.program().defines(library)) {
            String plain = value(knowledge.program(), patient, library, define);
            CqlProgram recorded = knowledge.program().recording(trace);
            if (!value(recorded, patient, library, define).equals(plain)) {
              different.add(file.getFileName() + " " + library + "." + define);
            }
            compared++;
          }
        }
        assertThat(trace.depth()).isZero();
      }
    }
    assertThat(different).isEmpty();
    assertThat(compared).isGreaterThan(10_000);
  }

  @Test
  void givesEveryAskedDefineOfSomeHundredCasesTheSameValue() throws IOException {
    List<String> different = new ArrayList<>();
    List<Case> cases = CaseFolder.readAll(HOME.resolve("cql/tests"));
    int compared = 0;
    for (int i = 0; i < cases.size(); i += EVERY) {
      Case tested = cases.get(i);
      String plain = values(knowledge.program(), tested);
      CqlCoverage coverage = new CqlCoverage();
      if (!values(knowledge.program().recording(coverage), tested).equals(plain)) {
        different.add(tested.name());
      }
      compared++;
    }
    assertThat(different).isEmpty();
    assertThat(compared).isGreaterThan(400);
  }

  @Test
  void showsTheTreeOfADefineAndWhatARetrieveFound() {
    Cql cql =
        Cql.of(
            """
            define Lumps: [Condition: code in "Breast"]
            define X: exists Lumps and not (Patient.birthDate is null)
            """);
    CqlTrace trace = new CqlTrace(cql.program());
    evaluate(
        cql.program().recording(trace),
        Cql.patient(
            "p",
            """
            {"resourceType":"Patient","id":"p"}""",
            """
            {"resourceType":"Condition","id":"c","code":{"coding":[
              {"system":"http://snomed.info/sct","code":"254837009"}]}}"""),
        "X");

    CqlTrace.Node and = trace.define("T", "X").orElseThrow();
    assertThat(and.kind()).isEqualTo("And");
    assertThat(and.value().orElseThrow().booleanValue()).isFalse();
    assertThat(and.parts()).extracting(CqlTrace.Node::kind).containsExactly("Exists", "Not");
    assertThat(and.parts().get(0).parts().get(0).refersTo())
        .contains(new CqlTrace.Name("T", "Lumps"));
    CqlTrace.Node retrieve = trace.define("T", "Lumps").orElseThrow();
    assertThat(retrieve.asked().orElseThrow())
        .extracting(CqlTrace.Asked::type, asked -> asked.valueSet().orElseThrow())
        .containsExactly("Condition", "https://example.org/ValueSet/breast");
    assertThat(retrieve.value().orElseThrow().toString()).contains("Condition/c");
  }

  @Test
  void seesWhatTheEngineEvaluatesByItself() {
    Cql cql =
        Cql.of(
            """
            define Union: ({1, 2} union {3, 4 div 2})
            define X: ({3, 1, 2}) N aggregate Total starting 0: Total + N
            """);
    CqlTrace trace = new CqlTrace(cql.program());
    CqlProgram recorded = cql.program().recording(trace);
    assertThat(evaluate(recorded, Cql.patient("p"), "X").asInt()).isEqualTo(6);
    assertThat(evaluate(recorded, Cql.patient("p"), "Union")).hasSize(3);

    assertThat(kinds(trace.define("T", "X").orElseThrow())).contains("Query", "Literal", "Add");
    assertThat(kinds(trace.define("T", "Union").orElseThrow()))
        .contains("Union", "List", "TruncatedDivide");
    assertThat(kinds(trace.define("T", "Union").orElseThrow())).containsOnlyOnce("Union");
  }

  @Test
  void staysInStepWhenSomethingFails() {
    Cql cql =
        Cql.of(
            """
            define Fails: Message(1, true, 'c', 'Error', 'm')
            define FailsInTheEngine:
              ({1}) N aggregate T starting 0: Message(1, true, 'c', 'Error', 'm')
            define X: 1 + 1
            """);
    CqlTrace trace = new CqlTrace(cql.program());
    try (CqlEvaluation evaluation = begin(cql.program().recording(trace), Cql.patient("p"))) {
      for (String define : List.of("Fails", "FailsInTheEngine")) {
        try {
          evaluation.evaluate("T", define);
          throw new AssertionError(define + " did not fail");
        } catch (ProblemException e) {
          assertThat(trace.depth()).isZero();
          assertThat(trace.define("T", define).orElseThrow().value()).isEmpty();
        }
      }
      evaluation.evaluate("T", "X");
    }
    assertThat(trace.define("T", "X").orElseThrow().value().orElseThrow().asInt()).isEqualTo(2);
    assertThat(trace.marks("T")).anySatisfy(mark -> assertThat(mark.failed()).isEqualTo(1));
  }

  @Test
  void listensNoMoreToAnEvaluationThatWasLeftBehind() throws InterruptedException {
    Cql cql = Cql.of("define X: 1 + 1\ndefine Y: 2 + 2");
    CqlTrace trace = new CqlTrace(cql.program());
    CqlProgram recorded = cql.program().recording(trace);
    try (CqlEvaluation left = begin(recorded, Cql.patient("p"))) {
      Thread next = new Thread(() -> evaluate(recorded, Cql.patient("p"), "X"));
      next.start();
      next.join();
      left.evaluate("T", "Y");
    }
    assertThat(trace.defines("T")).containsOnlyKeys("X");
    assertThat(trace.depth()).isZero();
  }

  @Test
  void countsWhatEachPlaceGave() {
    Cql cql = Cql.of("define X: ({1, 2, 3, null}) N where N > 1");
    CqlCoverage coverage = new CqlCoverage();
    CqlCoverage more = new CqlCoverage();
    evaluate(cql.program().recording(coverage), Cql.patient("p"), "X");
    evaluate(cql.program().recording(more), Cql.patient("p"), "X");
    coverage.add(more);
    assertThat(coverage.marks("T"))
        .anySatisfy(
            mark ->
                assertThat(List.of(mark.yes(), mark.no(), mark.unknown(), mark.times()))
                    .containsExactly(4L, 2L, 2L, 8L));
  }

  private static List<String> kinds(CqlTrace.Node node) {
    List<String> kinds = new ArrayList<>(List.of(node.kind()));
    node.parts().forEach(part -> kinds.addAll(kinds(part)));
    return kinds;
  }

  private static CqlEvaluation begin(CqlProgram program, PatientRecord patient) {
    return program.begin(
        patient, Cql.NOW.toZonedDateTime(), Map.of(), Deadline.after(Duration.ofSeconds(60)));
  }

  private static JsonNode evaluate(CqlProgram program, PatientRecord patient, String define) {
    try (CqlEvaluation evaluation = begin(program, patient)) {
      return evaluation.evaluate("T", define);
    }
  }

  private static String value(
      CqlProgram program, PatientRecord patient, String library, String define) {
    try (CqlEvaluation evaluation = begin(program, patient)) {
      return evaluation.evaluate(library, define).toString();
    } catch (ProblemException e) {
      return e.problem().toString();
    }
  }

  /** All defines of the case's library, in one evaluation; of a failure what it says. */
  private static String values(CqlProgram program, Case tested) {
    StringBuilder values = new StringBuilder();
    PatientRecord.Builder record = PatientRecord.builder(patientOf(tested));
    tested
        .resources()
        .forEach(r -> record.add(r, r.path("resourceType").asText() + "/" + r.path("id").asText()));
    try (CqlEvaluation evaluation =
        program.begin(
            record.build(),
            tested.evaluatedAt(),
            tested.parameters(),
            Deadline.after(Duration.ofSeconds(60)))) {
      for (String define : program.defines(tested.library())) {
        try {
          values.append(evaluation.evaluate(tested.library(), define)).append('\n');
        } catch (ProblemException e) {
          values.append(e.problem()).append('\n');
        }
      }
    }
    return values.toString();
  }

  private static String patientOf(Case tested) {
    return tested.resources().stream()
        .filter(r -> r.path("resourceType").asText().equals("Patient"))
        .map(r -> r.path("id").asText())
        .reduce("", (a, b) -> b);
  }
}
