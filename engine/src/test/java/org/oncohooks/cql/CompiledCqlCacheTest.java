package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;

/** A cached program answers as a freshly compiled one does, and never a changed source. */
class CompiledCqlCacheTest {

  @TempDir Path folder;

  private static CqlSource source(String define) {
    return new CqlSource(
        "T",
        "cql/T.cql",
        """
        library T version '1'
        using FHIR version '4.0.1'
        include FHIRHelpers version '4.0.1'
        valueset "Breast": 'https://example.org/ValueSet/breast'
        parameter "Grace" Integer default 3
        context Patient
        define "X": %s
        """
            .formatted(define));
  }

  private static final String EVERYTHING =
      "Tuple { n: Count([Condition: \"Breast\"]), gender: Patient.gender, grace: \"Grace\","
          + " born: Patient.birthDate, named: First(Patient.name).family, ext: Patient.extension E return E.url }";

  @Test
  void answersAsTheCompiledProgramDoes() {
    String compiled = evaluate(compile(EVERYTHING));
    String cached = evaluate(compile(EVERYTHING));
    assertThat(cached).isEqualTo(compiled).contains("\"n\":1", "1970-01-02", "\"grace\":3");
    assertThat(files()).hasSize(1);
    assertThat(compile(EVERYTHING).resultType("T", "X").orElseThrow()).startsWith("tuple{");
    assertThat(compile(EVERYTHING).needs("T", List.of("X")))
        .isEqualTo(compile(EVERYTHING).needs("T", List.of("X")));
  }

  @Test
  void compilesAChangedSourceAnew() {
    assertThat(evaluate(compile("1"))).isEqualTo("1");
    assertThat(evaluate(compile("2"))).isEqualTo("2");
    assertThat(files()).hasSize(2);
  }

  @Test
  void compilesAnewWhenTheFileIsDamaged() throws IOException {
    evaluate(compile("1"));
    Files.writeString(files().get(0), "{\"libraries\":[\"damaged\"]}");
    assertThat(evaluate(compile("1"))).isEqualTo("1");
  }

  @Test
  void readsNoFileThatHoldsSomethingElseThanItsNameSays() throws IOException {
    evaluate(compile("1"));
    String other = Files.readString(files().get(0)).replace("\\\"1\\\"", "\\\"2\\\"");
    assertThat(other).isNotEqualTo(Files.readString(files().get(0)));
    Files.writeString(files().get(0), other);
    assertThat(evaluate(compile("1"))).isEqualTo("1");
    assertThat(files()).hasSize(1);
  }

  @Test
  void keepsAFewFilesAndTheNewestAmongThem() throws IOException {
    Path foreign = Files.writeString(folder.resolve("notes.json"), "{}");
    for (int i = 0; i < 10; i++) {
      evaluate(compile(Integer.toString(i)));
    }
    assertThat(files()).hasSize(8 + 1).contains(foreign);
    evaluate(compile("9"));
    assertThat(files()).hasSize(8 + 1);
  }

  @Test
  void keepsNothingOfSourcesThatDoNotCompile() {
    assertThat(
            CqlCompilation.compile(
                    List.of(source("1 + 'a'")),
                    Cql.valueSets(),
                    Optional.of(new CompiledCqlCache(folder)))
                .program())
        .isEmpty();
    assertThat(files()).isEmpty();
  }

  /** What is found again comes without a warning, and lint would find none the second time. */
  @Test
  void keepsNothingThatTheCompilerWarnsAbout() {
    String warned =
        "\"A\"(1)\ndefine function \"A\"(n Integer): \"B\"(n)\ndefine function \"B\"(n Integer): n";
    for (int i = 0; i < 2; i++) {
      CqlCompilation.Result result =
          CqlCompilation.compile(
              List.of(source(warned)), Cql.valueSets(), Optional.of(new CompiledCqlCache(folder)));
      assertThat(result.program()).isPresent();
      assertThat(result.findings()).isNotEmpty().noneMatch(Finding::isError);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void onlyCostsTimeWhereItCanNotWrite() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    CqlCompilation.Result result =
        CqlCompilation.compile(
            List.of(source("1")),
            Cql.valueSets(),
            Optional.of(new CompiledCqlCache(file.resolve("below"))));
    assertThat(evaluate(result.program().orElseThrow())).isEqualTo("1");
  }

  private CqlProgram compile(String define) {
    return CqlCompilation.compile(
            List.of(source(define)), Cql.valueSets(), Optional.of(new CompiledCqlCache(folder)))
        .program()
        .orElseThrow();
  }

  private static String evaluate(CqlProgram program) {
    String patient =
        "{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1970-01-02\","
            + "\"name\":[{\"family\":\"F\"}],\"extension\":[{\"url\":\"http://e/x\",\"valueCode\":\"c\"}]}";
    String condition =
        "{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"Patient/p\"},"
            + "\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"254837009\"}]}}";
    try (CqlEvaluation evaluation =
        program.begin(
            Cql.patient("p", patient, condition),
            Cql.NOW.toZonedDateTime(),
            Map.of(),
            Deadline.after(Duration.ofSeconds(30)))) {
      return evaluation.evaluate("T", "X").toString();
    }
  }

  private List<Path> files() {
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(f -> f.toString().endsWith(".json")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
