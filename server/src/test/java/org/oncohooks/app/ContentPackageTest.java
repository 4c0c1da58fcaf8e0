package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.NpmPackageValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.r4.model.Library;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Service;

/** The real content, packed, read by HAPI's own package reader, and served from the package. */
class ContentPackageTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static Knowledge knowledge;
  private static byte[] packed;

  @TempDir private Path folder;

  @BeforeAll
  static void pack() throws IOException {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    packed = packed();
  }

  private static byte[] packed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ContentPackage.write(ContentFiles.read(HOME), knowledge, "0.1.0", out);
    return out.toByteArray();
  }

  @Test
  void isReadByHapisPackageReader() throws IOException {
    NpmPackage npm = NpmPackage.fromPackage(new ByteArrayInputStream(packed));
    assertThat(npm.name()).isEqualTo(ContentPackage.NAME);
    assertThat(npm.version()).isEqualTo("0.1.0");
    assertThat(npm.fhirVersion()).isEqualTo("4.0.1");
    assertThat(npm.canonical()).isEqualTo("https://oncohooks.org");
    assertThat(npm.listResources("PlanDefinition", "ValueSet", "Library", "CodeSystem"))
        .hasSizeGreaterThan(100);
    Library library =
        FhirContext.forR4()
            .newJsonParser()
            .parseResource(
                Library.class, npm.loadByCanonical("https://oncohooks.org/Library/ScreeningDue"));
    assertThat(library.getContent())
        .extracting(c -> c.getContentType())
        .containsExactly("text/cql", "application/elm+json");
    assertThat(new String(library.getContent().get(0).getData(), StandardCharsets.UTF_8))
        .isEqualTo(Files.readString(HOME.resolve("cql/ScreeningDue.cql")));
    assertThat(new String(library.getContent().get(1).getData(), StandardCharsets.UTF_8))
        .contains("\"ScreeningDue\"", "statements");
  }

  /** As a HAPI server or validator takes it: from the class path, with the value sets expanded. */
  @Test
  void isLoadedByHapisValidationSupport() throws Exception {
    Path root = Path.of(ContentPackageTest.class.getResource("/").toURI());
    Path file = Files.write(root.resolve("oncohooks-content.tgz"), packed);
    FhirContext context = FhirContext.forR4Cached();
    NpmPackageValidationSupport support = new NpmPackageValidationSupport(context);
    support.loadPackageFromClasspath(file.getFileName().toString());
    ValidationSupportChain chain =
        new ValidationSupportChain(
            support,
            new DefaultProfileValidationSupport(context),
            new CommonCodeSystemsTerminologyService(context),
            new InMemoryTerminologyServerValidationSupport(context));
    ValidationSupportContext asking = new ValidationSupportContext(chain);
    String url = "https://oncohooks.org/ValueSet/breast-malignancy";
    assertThat(chain.fetchValueSet(url)).isInstanceOf(ValueSet.class);
    ConceptValidationOptions options = new ConceptValidationOptions();
    assertThat(
            chain
                .validateCode(asking, options, "http://snomed.info/sct", "254837009", null, url)
                .isOk())
        .isTrue();
    assertThat(chain.validateCode(asking, options, "http://snomed.info/sct", "38341003", null, url))
        .satisfiesAnyOf(
            none -> assertThat(none).isNull(), answer -> assertThat(answer.isOk()).isFalse());
  }

  @Test
  void isTheSameBytesForTheSameContent() throws IOException {
    assertThat(packed()).isEqualTo(packed);
  }

  @Test
  void isLoadedLikeTheFolder() throws IOException {
    Path file = Files.write(folder.resolve("package.tgz"), packed);
    Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
    ContentPackage.unpack(file, unpacked);
    Knowledge loaded = KnowledgeLoader.load(unpacked).knowledge().orElseThrow();
    assertThat(loaded.services().stream().map(Service::id))
        .containsExactlyElementsOf(knowledge.services().stream().map(Service::id).toList());
    assertThat(loaded.service("breast-cancer-screening"))
        .isEqualTo(knowledge.service("breast-cancer-screening"));
    assertThat(unpacked.resolve("cql/common/tools/FHS7.cql"))
        .hasSameTextualContentAs(HOME.resolve("cql/common/tools/FHS7.cql"));
  }

  @Test
  void readsCqlAndNeverElm() throws IOException {
    String cql = base64("library A version '1'\ndefine X: 1\n");
    Path file =
        tar(
            "package/package.json",
            "{}",
            "package/Library-A.json",
            "{\"resourceType\":\"Library\",\"id\":\"A\",\"name\":\"A\",\"content\":[{\"contentType\":\"application/elm+json\",\"data\":\""
                + base64("{\"library\":{}}")
                + "\"},{\"contentType\":\"text/cql\",\"data\":\""
                + cql
                + "\"}]}");
    ContentPackage.unpack(file, folder);
    assertThat(folder.resolve("cql/A.cql")).hasContent("library A version '1'\ndefine X: 1");
    assertThat(folder.resolve("fhir-resources/library/Library-A.json"))
        .content()
        .doesNotContain("elm", "data");
  }

  @Test
  void writesNothingOutsideItsFolder() throws IOException {
    Path file =
        tar(
            "package/package.json",
            "{}",
            "package/../../evil.json",
            "{\"resourceType\":\"Library\",\"id\":\"a\"}",
            "package/Library-A.json",
            "{\"resourceType\":\"Library\",\"id\":\"A\",\"name\":\"A\",\"content\":[{\"contentType\":\"text/cql\",\"title\":\"cql/../../evil.cql\",\"data\":\"\"}]}");
    Path inside = Files.createDirectory(folder.resolve("inside"));
    ContentPackage.unpack(file, inside);
    assertThat(folder.resolve("evil.cql")).doesNotExist();
    assertThat(folder.resolve("evil.json")).doesNotExist();
    assertThat(inside.resolve("cql/A.cql")).exists();
    Path bad =
        tar(
            "package/package.json",
            "{}",
            "package/a.json",
            "{\"resourceType\":\"../..\",\"id\":\"a\"}");
    assertThatThrownBy(() -> ContentPackage.unpack(bad, inside))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void refusesWhatIsNoPackage() throws IOException {
    Path text = Files.writeString(folder.resolve("text.tgz"), "not gzip");
    assertThatThrownBy(() -> ContentPackage.unpack(text, folder))
        .isInstanceOf(ProblemException.class);
    Path empty = tar("other/file.json", "{}");
    assertThatThrownBy(() -> ContentPackage.unpack(empty, folder))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("no package/package.json"));
  }

  @Test
  void isMadeAndTakenByTheCommands() {
    Path file = folder.resolve("package.tgz");
    assertThat(run("package", "--content", HOME.toString(), "--to", file.toString())).isZero();
    assertThat(run("lint", "--errors", "--content", file.toString())).isZero();
  }

  private static int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(arguments);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path tar(String... namesAndTexts) throws IOException {
    Path file = Files.createTempFile(folder, "p", ".tgz");
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        byte[] bytes = namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(namesAndTexts[i]);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
      }
    }
    return file;
  }
}
