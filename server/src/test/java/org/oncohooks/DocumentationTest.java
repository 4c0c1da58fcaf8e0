package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.knowledge.KnowledgeLoader;

/** What the pages say is there, and they stay short enough to be read. */
class DocumentationTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  @ParameterizedTest
  @CsvSource({"README.md, 120", "ARCHITECTURE.md, 150", "cql/README.md, 150"})
  void staysShort(String page, int lines) throws IOException {
    assertThat(Files.readAllLines(HOME.resolve(page))).hasSizeLessThanOrEqualTo(lines);
  }

  @Test
  void namesTestsThatExist() throws IOException {
    Set<String> tests;
    try (Stream<Path> files = Files.walk(HOME, 12)) {
      tests =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }
    List<String> named =
        Pattern.compile("`(\\w+Test)`")
            .matcher(Files.readString(HOME.resolve("ARCHITECTURE.md")))
            .results()
            .map(result -> result.group(1))
            .toList();
    assertThat(named).isNotEmpty().isSubsetOf(tests);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "cql/README.md",
        "SECURITY.md",
        "docs/cases.md",
        "docs/configuration.md",
        "docs/conformance.md",
        "docs/fhir.md",
        "docs/integrate.md",
        "docs/integrate-epic.md",
        "docs/integrate-oracle-health.md",
        "docs/security.md",
        "docs/operations.md",
        "docker/README.md",
        "fhir-resources/README.md"
      })
  void linksToFilesThatExist(String page) throws IOException {
    Path file = HOME.resolve(page);
    Matcher links = Pattern.compile("]\\((?!https?:)([^)#\\s]+)").matcher(Files.readString(file));
    while (links.find()) {
      assertThat(file.resolveSibling(links.group(1))).exists();
    }
  }

  @Test
  void listsEverySettingOfTheContentWithItsDefault() throws IOException {
    CqlProgram program = KnowledgeLoader.load(HOME).knowledge().orElseThrow().program();
    String page = Files.readString(HOME.resolve("docs/configuration.md"));
    String settings = Files.readString(HOME.resolve("cql/common/Settings.cql"));
    for (String parameter : program.parameters()) {
      Matcher declared =
          Pattern.compile("parameter \"?" + parameter + "\"? \\w+ default ([^\\s]+)")
              .matcher(settings);
      assertThat(declared.find()).as(parameter).isTrue();
      assertThat(page)
          .containsPattern(
              "\\| `"
                  + parameter
                  + "` \\| [^|]+ \\| `"
                  + Pattern.quote(declared.group(1))
                  + "` \\|");
    }
  }

  @Test
  void listsHowLongEachAnsweredCardIsNotRepeated() throws IOException {
    String page = Files.readString(HOME.resolve("docs/configuration.md"));
    Set<String> rows =
        KnowledgeLoader.load(HOME).knowledge().orElseThrow().services().stream()
            .flatMap(service -> service.entries().stream())
            .map(entry -> entry.recommendation())
            .filter(recommendation -> !recommendation.repeatInterval().isZero())
            .map(r -> row(r.id(), r.topic().code(), r.repeatInterval().toDays()))
            .collect(Collectors.toSet());
    assertThat(rows).hasSizeGreaterThan(10);
    assertThat(
            Pattern.compile("(?m)^\\| `[a-z-]+` \\| [a-z0-9-]+ \\| \\d+ \\|$")
                .matcher(page)
                .results()
                .map(result -> result.group()))
        .containsExactlyInAnyOrderElementsOf(rows);
  }

  private static String row(String recommendation, String topic, long days) {
    return "| `%s` | %s | %d |".formatted(recommendation, topic, days);
  }

  @Test
  void listsEveryOptionOfTheCommandLine() throws IOException {
    String page = Files.readString(HOME.resolve("docs/configuration.md"));
    int found = 0;
    try (Stream<Path> files = Files.list(HOME.resolve("server/src/main/java/org/oncohooks/app"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher options =
            Pattern.compile("names = \"(--[a-z-]+)\"").matcher(Files.readString(file));
        while (options.find()) {
          found++;
          assertThat(page).contains("`" + options.group(1));
        }
      }
    }
    assertThat(found).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TenantEntry", "FhirEntry"})
  void listsEveryKeyOfTheConfigurationFile(String entry) throws IOException {
    String page = Files.readString(HOME.resolve("docs/configuration.md"));
    String source =
        Files.readString(HOME.resolve("server/src/main/java/org/oncohooks/app/" + entry + ".java"));
    Matcher component =
        Pattern.compile("(?:String|Boolean|Integer|List<\\w+>|Map<[^>]+>) (\\w+)[,)]")
            .matcher(source);
    int found = 0;
    while (component.find()) {
      found++;
      String key = component.group(1).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
      assertThat(page).contains("`" + key + "`");
    }
    assertThat(found).isGreaterThan(6);
  }
}
