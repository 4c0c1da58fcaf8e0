package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Service;
import org.oncohooks.lint.Lint;
import org.oncohooks.lint.Remark;
import org.oncohooks.lint.Rule;

class NewRecommendationTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

  @TempDir private Path content;

  private void copyOfTheContent() throws IOException {
    for (String folder : List.of("cql", "fhir-resources")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path relative = HOME.relativize(file);
          if (!relative.startsWith("cql/tests")
              && !relative.startsWith("fhir-resources/patients")) {
            Files.createDirectories(content.resolve(relative).getParent());
            Files.copy(file, content.resolve(relative));
          }
        }
      }
    }
  }

  @Test
  void makesFilesThatCompileLintAndHold() throws IOException {
    copyOfTheContent();
    List<String> written =
        NewRecommendation.write(content, "BoneDensity", "metastatic-disease", TODAY);
    assertThat(written).allSatisfy(file -> assertThat(content.resolve(file)).exists());

    Loaded loaded = KnowledgeLoader.load(content);
    assertThat(loaded.findings()).isEmpty();
    Service service = loaded.knowledge().orElseThrow().service("metastatic-disease").orElseThrow();
    List<Service.Entry> entries = service.entries();
    assertThat(entries.get(entries.size() - 1).recommendation().id()).isEqualTo("bone-density");

    List<Case> cases = CaseFolder.readAll(content.resolve("cql/tests"));
    assertThat(cases).hasSize(5);
    CaseRunner runner = new CaseRunner(loaded.knowledge().orElseThrow());
    assertThat(cases)
        .allSatisfy(
            one -> assertThat(String.valueOf(runner.run(one))).as(one.name()).isEqualTo(clean()));

    // what is left to do is named, and nothing else
    List<Remark> own =
        Lint.of(content).stream()
            .filter(r -> written.contains(r.finding().file()))
            .filter(r -> r.rule() != Rule.STATUS)
            .toList();
    assertThat(own).hasSizeGreaterThan(10).allMatch(r -> r.rule() == Rule.TODO);
  }

  private static String clean() {
    return "[]";
  }

  @Test
  void leavesTheFormOfTheFilesThatItAddsTo() throws IOException {
    copyOfTheContent();
    String file = "fhir-resources/codesystem/CodeSystem-card-topic.json";
    String before = Files.readString(content.resolve(file));
    int count = new ObjectMapper().readTree(before).get("count").asInt();
    NewRecommendation.write(content, "BoneDensity", "metastatic-disease", TODAY);
    String after = Files.readString(content.resolve(file));
    assertThat(after).contains("\"count\": " + (count + 1));
    assertThat(
            after
                .replace("\"count\": " + (count + 1), "\"count\": " + count)
                .replace(
                    ",\n"
                        + "    {\n"
                        + "      \"code\": \"bone-density\",\n"
                        + "      \"display\": \"Bone density\"\n"
                        + "    }",
                    ""))
        .isEqualTo(before);
  }

  @Test
  void writesNothingOverWhatIsThere() throws IOException {
    copyOfTheContent();
    assertThatThrownBy(
            () -> NewRecommendation.write(content, "BoneHealth", "metastatic-disease", TODAY))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("cql/BoneHealth.cql is there already"));
    assertThatThrownBy(
            () -> NewRecommendation.write(content, "Settings", "metastatic-disease", TODAY))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(
            () -> NewRecommendation.write(content, "../Evil", "metastatic-disease", TODAY))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> NewRecommendation.write(content, "BoneDensity", "nowhere", TODAY))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("metastatic-disease"));
    assertThat(content.resolve("cql/BoneDensity.cql")).doesNotExist();
  }
}
