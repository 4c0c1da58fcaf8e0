package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.knowledge.ContentFiles;

/** On the real content: whose cases a saved file can make fail. */
class DependantsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Path TESTS = HOME.resolve("cql/tests");
  private static ContentFiles files;

  @BeforeAll
  static void reads() {
    files = ContentFiles.read(HOME);
  }

  private static Set<String> of(String file) throws IOException {
    return Dependants.of(files, TESTS, Set.of(file));
  }

  @ParameterizedTest
  @CsvSource({
    "cql/MetastaticPain.cql, MetastaticPain, FHS7",
    // its service's cases meet it as what comes before, or after
    "cql/MetastaticPain.cql, CordCompression, FHS7",
    "cql/common/BackPain.cql, MetastaticPain, DenseBreasts",
    "fhir-resources/plandefinition/PlanDefinition-dense-breasts.json, DenseBreasts, MetastaticPain",
    "fhir-resources/plandefinition/PlanDefinition-metastatic-pain-service.json, MetastaticPain, FHS7",
    "fhir-resources/valueset/ValueSet-breast-lump.json, BreastSymptoms, FHS7"
  })
  void takesWhatDependsAndLeavesTheRest(String file, String library, String other)
      throws IOException {
    assertThat(HOME.resolve(file)).exists();
    assertThat(of(file)).contains(library).doesNotContain(other);
  }

  @Test
  void takesAllThatReadTheSettings() throws IOException {
    assertThat(of("cql/common/Settings.cql"))
        .hasSizeGreaterThan(25)
        .contains("ScreeningDue", "MetastaticPain", "HereditaryReferral");
  }

  @Test
  void takesAllThatReadATable() throws IOException {
    assertThat(of("fhir-resources/codesystem/CodeSystem-screening-programme.json"))
        .contains("ScreeningProgrammes", "ScreeningDue");
  }

  @Test
  void takesTheCasesOfASuggestion() throws IOException {
    ContentFiles.Resource plan =
        files.resources().stream()
            .filter(r -> r.text().contains("https://oncohooks.org/ActivityDefinition/"))
            .filter(r -> r.id().equals("screening-due"))
            .findFirst()
            .orElseThrow();
    String activity =
        plan.text().replaceAll("(?s).*?https://oncohooks.org/ActivityDefinition/([^\"|]+).*", "$1");
    assertThat(of("fhir-resources/activitydefinition/ActivityDefinition-" + activity + ".json"))
        .contains("ScreeningDue")
        .doesNotContain("MetastaticPain");
  }

  @Test
  void takesNothingForWhatNobodyNames() throws IOException {
    assertThat(of("cql/lint.yaml")).isEmpty();
  }
}
