package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kotlinx.io.Buffer;
import kotlinx.serialization.descriptors.SerialDescriptor;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.CqlTranslatorOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paths that the CQL extension of VS Code, cqf-tooling and the IG Publisher have built in. */
class IgFolderTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Path IG = HOME.resolve("ig");

  @ParameterizedTest
  @CsvSource({
    "input/cql, cql",
    "input/tests/Library, cql/tests",
    "input/resources, fhir-resources",
    "input/vocabulary/valueset, fhir-resources/valueset",
    "input/vocabulary/codesystem, fhir-resources/codesystem"
  })
  void linksToTheContent(String link, String folder) throws IOException {
    Path path = IG.resolve(link);
    assertThat(path).isSymbolicLink();
    assertThat(Files.readSymbolicLink(path)).isRelative();
    assertThat(path.toRealPath()).isEqualTo(HOME.resolve(folder).toRealPath());
  }

  /** vscode-cql: ig.ini marks the root; input/cql holds libraries and cql-options.json. */
  @Test
  void isAProjectOfTheCqlExtension() throws IOException {
    assertThat(IG.resolve("ig.ini")).isRegularFile();
    assertThat(IG.resolve("input/cql/cql-options.json")).isRegularFile();
    assertThat(IG.resolve("input/cql/ScreeningDue.cql")).isRegularFile();
    for (Path library : list(IG.resolve("input/cql"))) {
      String name = library.getFileName().toString();
      if (name.endsWith(".cql")) {
        // a version in a file's name breaks includes there
        assertThat(name).matches("[A-Za-z0-9_]+\\.cql");
      }
    }
  }

  /** Its language server reads the options beside the file that is edited, and nowhere else. */
  @Test
  void compilesEveryFolderWithTheSameOptions() throws IOException {
    String options = Files.readString(IG.resolve("input/cql/cql-options.json"));
    try (Stream<Path> walk = Files.walk(HOME.resolve("cql"))) {
      List<Path> folders =
          walk.filter(file -> file.toString().endsWith(".cql"))
              .map(Path::getParent)
              .distinct()
              .toList();
      assertThat(folders).hasSizeGreaterThan(2);
      for (Path folder : folders) {
        assertThat(folder.resolve("cql-options.json")).content().isEqualTo(options);
      }
    }
  }

  /**
   * The translator skips a key that it does not know without a word, so a typing error would too.
   */
  @Test
  void setsOnlyOptionsThatTheTranslatorHas() throws IOException {
    JsonNode options =
        new ObjectMapper().readTree(IG.resolve("input/cql/cql-options.json").toFile());
    Set<String> known = new HashSet<>();
    for (SerialDescriptor type :
        List.of(
            CqlCompilerOptions.Companion.serializer().getDescriptor(),
            CqlTranslatorOptions.Companion.serializer().getDescriptor())) {
      for (int i = 0; i < type.getElementsCount(); i++) {
        known.add(type.getElementName(i));
      }
    }
    assertThat(known).contains("options", "formats", "validateUnits");
    List<String> keys = new ArrayList<>();
    options.fieldNames().forEachRemaining(keys::add);
    assertThat(known).containsAll(keys);
  }

  /** What it reads is what stands there: a value that it does not know would be an exception. */
  @Test
  void meansWithEachOptionWhatTheTranslatorReads() throws IOException {
    Path file = IG.resolve("input/cql/cql-options.json");
    JsonNode options = new ObjectMapper().readTree(file.toFile());
    Buffer bytes = new Buffer();
    byte[] text = Files.readAllBytes(file);
    bytes.write(text, 0, text.length);
    CqlCompilerOptions read = CqlTranslatorOptions.fromSource(bytes).getCqlCompilerOptions();
    assertThat(read.getOptions().stream().map(Enum::name))
        .containsExactlyInAnyOrderElementsOf(texts(options.path("options")));
    assertThat(read.getSignatureLevel().name()).isEqualTo(options.path("signatureLevel").asText());
    assertThat(read.getErrorLevel().name()).isEqualTo(options.path("errorLevel").asText());
    assertThat(read.getCompatibilityLevel()).isEqualTo(options.path("compatibilityLevel").asText());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  /**
   * The keys that the IG Publisher reads: ig, template and module of the section IG, and branch of
   * dev (HL7/fhir-ig-publisher, PublisherIGLoader.initializeFromIg). It takes the file for an ini
   * only if it begins with "[IG]" (checkNewIg), and ends without a template.
   */
  @Test
  void hasAnIniThatTheIgPublisherReads() throws IOException {
    List<String> lines = Files.readAllLines(IG.resolve("ig.ini"));
    assertThat(lines.get(0)).isEqualTo("[IG]");
    List<String> keys = new ArrayList<>();
    String section = "";
    for (String line : lines) {
      if (line.startsWith("[")) {
        section = line.replaceAll("[\\[\\]]", "");
      } else if (!line.isBlank()) {
        keys.add(section + "." + line.split(" *=")[0]);
      }
    }
    assertThat(List.of("IG.ig", "IG.template", "IG.module", "dev.branch")).containsAll(keys);
    assertThat(keys).contains("IG.ig", "IG.template").doesNotHaveDuplicates();
  }

  /** vscode-cql: input/tests/Library/[library]/[case]/**.json. */
  @Test
  void hasCasesOfLibrariesThatAreThere() throws IOException {
    List<Path> libraries = list(IG.resolve("input/tests/Library"));
    assertThat(libraries).hasSizeGreaterThan(20);
    List<String> sources = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(HOME.resolve("cql"))) {
      walk.map(file -> file.getFileName().toString()).forEach(sources::add);
    }
    for (Path library : libraries) {
      assertThat(sources).contains(library.getFileName() + ".cql");
      for (Path folder : list(library)) {
        assertThat(list(folder))
            .as(folder.toString())
            .anyMatch(f -> f.toString().endsWith(".json"));
      }
    }
  }

  /** cqf-tooling and the IG Publisher: the file that ig.ini names, resources by lower-case type. */
  @Test
  void isAnImplementationGuide() throws IOException {
    String ini = Files.readString(IG.resolve("ig.ini"));
    String guide = ini.replaceAll("(?s).*\\big = (\\S+).*", "$1");
    assertThat(IG.resolve(guide)).content().contains("<ImplementationGuide");
    for (String type : List.of("plandefinition", "library", "activitydefinition", "valueset")) {
      assertThat(list(IG.resolve("input/resources").resolve(type)))
          .isNotEmpty()
          .allSatisfy(
              f -> assertThat(f.getFileName().toString()).matches("[A-Z][A-Za-z]+-.+\\.json"));
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
