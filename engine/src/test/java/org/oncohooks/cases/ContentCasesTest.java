package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/** The content checks, and every case below {@code cql/tests} holds. */
class ContentCasesTest {

  private static final Path CONTENT = Path.of(System.getProperty("oncohooks.home"));

  @TestFactory
  List<DynamicTest> everyCaseHolds() throws IOException {
    Loaded loaded = KnowledgeLoader.load(CONTENT);
    assertThat(loaded.findings()).isEmpty();
    CaseRunner runner = new CaseRunner(loaded.knowledge().orElseThrow());
    List<Case> cases = CaseFolder.readAll(CONTENT.resolve("cql/tests"));
    assertThat(cases).hasSizeGreaterThan(1_000);
    return cases.stream()
        .map(
            tested ->
                DynamicTest.dynamicTest(
                    tested.name(),
                    () -> assertThat(runner.run(tested)).as(tested.name()).isEmpty()))
        .toList();
  }
}
