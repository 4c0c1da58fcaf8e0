package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
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
    NewRecommendation.Made made =
        NewRecommendation.write(
            content, "BoneDensity", "metastatic-disease", Optional.of("Bones' \"density\""), TODAY);
    assertThat(made.notes()).isEmpty();
    List<String> written = made.files();
    assertThat(written).allSatisfy(file -> assertThat(content.resolve(file)).exists());

    Loaded loaded = KnowledgeLoader.load(content);
    assertThat(loaded.findings()).isEmpty();
    Service service = loaded.knowledge().orElseThrow().service("metastatic-disease").orElseThrow();
    List<Service.Entry> entries = service.entries();
    assertThat(entries.get(entries.size() - 1).recommendation().id()).isEqualTo("bone-density");

    List<Case> cases = CaseFolder.readAll(content.resolve("cql/tests"));
    assertThat(cases).hasSize(6);
    assertThat(cases.get(0).cards().orElseThrow())
        .singleElement()
        .satisfies(card -> assertThat(card.path("topic").asText()).isEqualTo("bone-density"));
    assertThat(cases).anyMatch(one -> one.missing().contains("Condition"));
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

    // and once that is done, nothing
    for (String file : written) {
      String text = Files.readString(content.resolve(file));
      Files.writeString(
          content.resolve(file), text.replace("TODO", "Now").replace("\"draft\"", "\"active\""));
    }
    assertThat(Lint.of(content)).filteredOn(r -> written.contains(r.finding().file())).isEmpty();
    assertThat(KnowledgeLoader.load(content).findings()).isEmpty();
  }

  /** Where screening speaks first, the example says so, and holds. */
  @Test
  void expectsTheCardThatSpeaksBeforeIt() throws IOException {
    copyOfTheContent();
    NewRecommendation.Made made =
        NewRecommendation.write(
            content, "BoneDensity", "breast-cancer-screening", Optional.empty(), TODAY);
    assertThat(made.notes())
        .singleElement()
        .asString()
        .contains("In the service breast-cancer-screening another card speaks before this one");
    CaseRunner runner = new CaseRunner(KnowledgeLoader.load(content).knowledge().orElseThrow());
    List<Case> cases = CaseFolder.readAll(content.resolve("cql/tests"));
    assertThat(cases.get(0).cards().orElseThrow().get(0).path("topic").asText())
        .isNotEqualTo("bone-density");
    assertThat(cases)
        .allSatisfy(
            one -> assertThat(String.valueOf(runner.run(one))).as(one.name()).isEqualTo(clean()));
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
    NewRecommendation.write(content, "BoneDensity", "metastatic-disease", Optional.empty(), TODAY);
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
            () ->
                NewRecommendation.write(
                    content, "BoneHealth", "metastatic-disease", Optional.empty(), TODAY))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("cql/BoneHealth.cql is there already"));
    assertThatThrownBy(
            () ->
                NewRecommendation.write(
                    content, "Settings", "metastatic-disease", Optional.empty(), TODAY))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(
            () ->
                NewRecommendation.write(
                    content, "../Evil", "metastatic-disease", Optional.empty(), TODAY))
        .isInstanceOf(ProblemException.class);
    assertThatThrownBy(
            () ->
                NewRecommendation.write(content, "BoneDensity", "nowhere", Optional.empty(), TODAY))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("metastatic-disease"));
    assertThat(content.resolve("cql/BoneDensity.cql")).doesNotExist();
  }
}
