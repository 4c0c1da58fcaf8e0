package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.oncohooks.Finding;

/** Whatever stands in a CQL file, compiling answers findings with places and never an exception. */
class CqlCompilationTest {

  private static final String HEAD =
      "library T version '1'\nusing FHIR version '4.0.1'\ncontext Patient\n";

  static Stream<Arguments> badSources() {
    return Stream.of(
        arguments("empty", ""),
        arguments("no library", "define X: 1"),
        arguments("no version", "library T\ndefine X: 1"),
        arguments("other name", "library U version '1'\ndefine X: 1"),
        arguments("unclosed quote in the header", "library T version '1\ndefine X: 1"),
        arguments("unclosed quote", HEAD + "define X: 'a"),
        arguments("unclosed parenthesis", HEAD + "define X: ((1)"),
        arguments("unknown type", HEAD + "define X: [Nonsense]"),
        arguments("unknown element", HEAD + "define X: [Condition] C return C.nonsense"),
        arguments("unknown define", HEAD + "define X: \"Y\""),
        arguments("type error", HEAD + "define X: 1 + 'a'"),
        arguments("circular", HEAD + "define X: Y\ndefine Y: X"),
        arguments(
            "unknown include", "library T version '1'\ninclude Nowhere version '1'\ndefine X: 1"),
        arguments(
            "unknown model", "library T version '1'\nusing Nonsense version '1'\ndefine X: 1"),
        arguments("other FHIR", "library T version '1'\nusing FHIR version '3.0.0'\ndefine X: 1"),
        arguments("twice the same define", HEAD + "define X: 1\ndefine X: 2"),
        arguments("binary", "library T version '1'\n\u0000\u0001\u0002"),
        arguments(
            "unknown value set",
            HEAD.replace("context", "valueset \"V\": 'https://e/none'\ncontext")
                + "define X: [Condition: \"V\"]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badSources")
  @DisplayName("B6: CQL that does not compile")
  void answersFindingsWithPlaces(String name, String text) {
    CqlCompilation.Result result = Cql.compile(text);
    assertThat(result.program()).isEmpty();
    assertThat(result.findings())
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding.file()).isEqualTo("cql/T.cql");
              assertThat(finding.line()).isPositive();
              assertThat(finding.column()).isPositive();
              assertThat(finding.message()).isNotBlank();
            })
        .anyMatch(Finding::isError);
  }

  static Stream<Arguments> wordsOfErrors() {
    return Stream.of(
        arguments(
            "define Due: true\ndefine X: \"Deu\"",
            "there is no \"Deu\" here (did you mean \"Due\"?)"),
        arguments("define X: 1 + 'a'", "+ does not take Integer and String"),
        arguments("define X: [Nonsense]", "FHIR 4.0.1 has no type Nonsense"),
        arguments("define X: [Condition] C return C.nonsense", "Condition has no element nonsense"),
        arguments("define X: if 1 then 2 else 3", "this is Integer and has to be Boolean"),
        arguments(
            "define function Within(n Integer): n\ndefine X: Within('a')",
            "function \"Within\" does not take (String), but (n Integer)"),
        arguments(
            "define function Within(n Integer): n\ndefine X: Whithin(1)",
            "there is no function \"Whithin\" of (Integer) (did you mean \"Within\"?)"),
        arguments("define X: 1\ndefine X: 2", "\"X\" is declared twice"),
        arguments("define X: Y\ndefine Y: X", "rests on itself"),
        arguments("define X: [Condition] C retrun C", "retrun is not expected here"),
        arguments("define X: ((1)", "the file ends within something"),
        arguments(
            "define X: Patient.birthDate > @2020-01-01",
            "write above: include FHIRHelpers version '4.0.1'"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("wordsOfErrors")
  void saysInTheAuthorsWordsWhatIsWrong(String text, String words) {
    assertThat(Cql.compile(HEAD + text).findings())
        .filteredOn(Finding::isError)
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains(words));
  }

  static Stream<Arguments> headers() {
    String fhir = "library T version '1'\nusing FHIR version '4.0.1'\n";
    String below = "\ncontext Patient\ndefine X: Common.\"Y\"\ndefine Z: Common.\"Y\" > 3";
    return Stream.of(
        arguments(
            "library T version '1'\n// using FHIR version '1'\nusing FHIR version '4.0.0'"
                + "\ncontext Patient\ndefine X: exists [Condition]",
            "cql/T.cql:3:7 the data model has to be: using FHIR version '4.0.1'"),
        arguments(
            "library T version '1'\nusing QICore version '4.1.1'\ncontext Patient\ndefine X: 1",
            "cql/T.cql:2:7 the data model has to be: using FHIR version '4.0.1'"),
        arguments(
            fhir + "include FHIRHelpers version '4.0.0'\ncontext Patient\ndefine X: 1",
            "cql/T.cql:3:9 FHIRHelpers is here in version '4.0.1'; write: include FHIRHelpers"
                + " version '4.0.1'"),
        arguments(
            fhir + "include Commn version '1' called Common" + below,
            "cql/T.cql:3:9 there is no library Commn in cql/ (did you mean \"Common\"?); correct the"
                + " include"),
        arguments(
            fhir + "include Common version '2'" + below,
            "cql/T.cql:3:9 Common is here in version '1'; write: include Common version '1'"),
        arguments(
            fhir
                + "include Common version '1'\ndefine X: Common.\"Y\" > 3\ndefine Z: Patient.active",
            "cql/T.cql:4:1 the defines have no context; write above the first one: context Patient"),
        arguments(
            "\uFEFF" + fhir + "context Patient\ndefine X: 1",
            "cql/T.cql:1:1 the file begins with a byte order mark, which is no CQL; save it as UTF-8"
                + " without one (in some editors: \"UTF-8 without BOM\")"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("headers")
  void tellsOnceWhatIsWrongAboveTheDefines(String text, String finding) {
    String common =
        "library Common version '1'\nusing FHIR version '4.0.1'\ncontext Patient\n"
            + "define \"Y\": Count([Condition])";
    assertThat(
            CqlCompilation.compile(
                    List.of(
                        new CqlSource("Common", "cql/Common.cql", common),
                        new CqlSource("T", "cql/T.cql", text)),
                    Cql.valueSets())
                .findings())
        .singleElement()
        .hasToString(finding);
  }

  @Test
  void namesTheCauseBeforeWhatFollowsFromIt() {
    List<CqlSource> sources =
        List.of(
            new CqlSource("A", "cql/A.cql", "library A version '1'\ninclude B version '1'"),
            new CqlSource("B", "cql/common/B.cql", "library B version '1'\ndefine Y: \"Z\""));
    assertThat(CqlCompilation.compile(sources, Cql.valueSets()).findings())
        .extracting(Finding::toString)
        .satisfiesExactly(
            cause -> assertThat(cause).startsWith("cql/common/B.cql:2:11 there is no \"Z\" here"),
            rest ->
                assertThat(rest)
                    .isEqualTo(
                        "cql:1:1 1 library was not checked, because it includes one that doesn't"
                            + " compile: A"));
  }

  @Test
  void foldsWhatFollowsFromAnError() {
    assertThat(Cql.compile(HEAD + "define X: Nope\ndefine Y: X\ndefine Z: Y").findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.line()).isEqualTo(4));
    assertThat(Cql.compile(HEAD + "define X: ((1)\ndefine Y: Nope").findings()).hasSize(1);
  }

  @Test
  @DisplayName("B6: CQL that is nested too deeply")
  void survivesExpressionsThatOverflowADefaultStack() {
    String sum = HEAD + "define X: 1" + "+1".repeat(1_000);
    assertThat(Cql.compile(sum).findings()).isEmpty();
  }

  /** Where an editor jumps to; the parser counts from 0, and the column was one too small. */
  @ParameterizedTest
  @CsvSource({
    "define X: [Condition] C retrun C, 25",
    "define X: First(1 2), 20",
    "define X: \"Y\", 11",
    "define X: 1 + 'a', 11"
  })
  void placesAnErrorWhereItBegins(String text, int column) {
    assertThat(Cql.compile(HEAD + text).findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.line()).isEqualTo(4))
        .satisfies(finding -> assertThat(finding.column()).isEqualTo(column));
  }

  /** 1,600 intervals in each other would take the compiler minutes. */
  @Test
  @Timeout(20)
  void refusesBracketsThatNestTooDeepBeforeTheCompilerTries() {
    String deep = "Interval[".repeat(5_000) + "1" + ", 2]".repeat(5_000);
    String before = "// ((((\n/* [\n{ */ define A: '((\\'((('\n";
    assertThat(Cql.compile(HEAD + before + "define X: " + deep).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.line()).isEqualTo(7);
              assertThat(finding.column()).isEqualTo(10 + 61 * "Interval[".length());
              assertThat(finding.message()).startsWith("brackets nest more than 60 deep here");
            });
    assertThat(
            Cql.compile(HEAD + before + "define X: " + "(".repeat(60) + "1" + ")".repeat(60))
                .findings())
        .isEmpty();
  }

  @Test
  void namesTheFileOfAProblemInAnIncludedLibrary() {
    CqlCompilation.Result result =
        CqlCompilation.compile(
            List.of(
                new CqlSource(
                    "A",
                    "cql/A.cql",
                    "library A version '1'\ninclude B version '1'\ndefine X: B.\"Y\""),
                new CqlSource(
                    "B", "cql/common/B.cql", "library B version '1'\n\ndefine Y: 1 + 'a'")),
            ValueSets.builder().build());
    assertThat(result.findings())
        .anyMatch(f -> f.file().equals("cql/common/B.cql") && f.line() == 3);
  }

  /** The translator alone would compile the broken library about 2^24 times. */
  @Test
  @Timeout(60)
  void findsTheFirstCauseUnderManyLayersOfIncludes() {
    List<CqlSource> sources = new ArrayList<>();
    sources.add(new CqlSource("L0", "cql/L0.cql", "library L0 version '1'\ndefine Y: 1 + 'a'"));
    for (int layer = 1; layer < 12; layer++) {
      StringBuilder text = new StringBuilder("library L" + layer + " version '1'\n");
      for (int below = 0; below < layer; below++) {
        text.append("include L").append(below).append(" version '1'\n");
      }
      sources.add(
          new CqlSource("L" + layer, "cql/L" + layer + ".cql", text + "define Y: L0.\"Y\""));
    }
    CqlCompilation.Result result = CqlCompilation.compile(sources, ValueSets.builder().build());
    assertThat(result.program()).isEmpty();
    assertThat(result.findings())
        .filteredOn(Finding::isError)
        .extracting(Finding::file)
        .containsOnly("cql/L0.cql");
    assertThat(result.findings())
        .filteredOn(f -> !f.isError())
        .singleElement()
        .satisfies(f -> assertThat(f.message()).startsWith("11 libraries were not checked"));
  }

  @Test
  @Timeout(60)
  void namesACircleOfIncludes() {
    CqlCompilation.Result result =
        CqlCompilation.compile(
            List.of(
                new CqlSource(
                    "A", "cql/A.cql", "library A version '1'\ninclude B version '1'\ndefine X: 1"),
                new CqlSource(
                    "B", "cql/B.cql", "library B version '1'\ninclude A version '1'\ndefine X: 1")),
            ValueSets.builder().build());
    assertThat(result.program()).isEmpty();
    assertThat(result.findings()).anyMatch(f -> f.message().contains("A -> B -> A"));
  }

  @Test
  void refusesTwoFilesOfOneName() {
    CqlSource a = new CqlSource("A", "cql/A.cql", "library A version '1'\ndefine X: 1");
    CqlSource b = new CqlSource("A", "cql/common/A.cql", a.text());
    assertThat(CqlCompilation.compile(List.of(a, b), ValueSets.builder().build()).findings())
        .anyMatch(f -> f.file().equals("cql/common/A.cql") && f.message().contains("cql/A.cql"));
  }

  @Test
  void findsWhatADefineReadsThroughOtherLibraries() {
    String common =
        """
        library C version '1'
        using FHIR version '4.0.1'
        valueset "Breast": 'https://example.org/ValueSet/breast'
        context Patient
        define "Mine": [Condition: "Breast"]
        define "Not asked": [Encounter]
        define function "Any"(n Integer): exists [Procedure]
        """;
    String own =
        """
        library T version '1'
        using FHIR version '4.0.1'
        include C version '1' called Common
        context Patient
        define "X": exists Common."Mine" and Common."Any"(1) and Patient.active.value
        """;
    CqlProgram program =
        CqlCompilation.compile(
                List.of(
                    new CqlSource("C", "cql/C.cql", common), new CqlSource("T", "cql/T.cql", own)),
                Cql.valueSets())
            .program()
            .orElseThrow();
    assertThat(program.needs("T", List.of("X")))
        .extracting(DataNeed::resourceType)
        .containsExactlyInAnyOrder("Condition", "Procedure", "Patient");
    assertThat(program.needs("T", List.of("X")))
        .filteredOn(n -> n.resourceType().equals("Condition"))
        .singleElement()
        .satisfies(
            n -> assertThat(n.valueSets()).containsExactly("https://example.org/ValueSet/breast"));
  }
}
