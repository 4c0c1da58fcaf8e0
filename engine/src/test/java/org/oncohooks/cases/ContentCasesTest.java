package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.oncohooks.coverage.CoverageReport;
import org.oncohooks.coverage.LibraryCoverage;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/** The content checks, every case below {@code cql/tests} holds, and together they are enough. */
class ContentCasesTest {

  private static final Path CONTENT = Path.of(System.getProperty("oncohooks.home"));

  @TestFactory
  List<DynamicTest> everyCaseHoldsAndEveryRecommendationIsCovered() throws IOException {
    Loaded loaded = KnowledgeLoader.load(CONTENT);
    assertThat(loaded.findings()).isEmpty();
    Knowledge knowledge = loaded.knowledge().orElseThrow();
    List<Case> cases = CaseFolder.readAll(CONTENT.resolve("cql/tests"));
    assertThat(cases).hasSizeGreaterThan(1_000);
    CaseSuite suite = new CaseSuite(knowledge, Runtime.getRuntime().availableProcessors());
    List<CaseResult> results = suite.run(cases, done -> {});
    List<DynamicTest> tests = new ArrayList<>();
    for (CaseResult result : results) {
      tests.add(
          DynamicTest.dynamicTest(
              result.tested().name(), () -> assertThat(result.differences()).isEmpty()));
    }
    CqlCoverage coverage = new CqlCoverage();
    List<CaseResult> recorded = suite.run(cases, done -> {}, coverage);
    tests.add(
        DynamicTest.dynamicTest(
            "recording changes no result", () -> assertThat(recorded).isEqualTo(results)));
    for (LibraryCoverage library : CoverageReport.of(knowledge, coverage).libraries()) {
      if (library.recommendation()) {
        tests.add(
            DynamicTest.dynamicTest(
                library.library() + " is evaluated by its cases",
                () ->
                    assertThat(library.expressions().percent())
                        .as(library.missed().toString())
                        .isGreaterThanOrEqualTo(CoverageReport.THRESHOLD)));
      }
    }
    return tests;
  }
}
