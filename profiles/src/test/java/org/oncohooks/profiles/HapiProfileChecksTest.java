package org.oncohooks.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.fhirapi.ProfileChecks;
import org.oncohooks.json.StrictJson;
import org.oncohooks.records.ResourceCheck;

/** Resources held against FHIR R4's own profile of their type, and a package's. */
class HapiProfileChecksTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final String PROFILE =
      """
      {"resourceType":"StructureDefinition","url":"https://example.org/StructureDefinition/with-mrn",
       "name":"WithMrn","status":"active","fhirVersion":"4.0.1","kind":"resource","abstract":false,
       "type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
       "derivation":"constraint",
       "differential":{"element":[{"id":"Patient.identifier","path":"Patient.identifier","min":1}]}}
      """;

  @TempDir private static Path folder;
  private static ResourceCheck check;

  @BeforeAll
  static void readThePackage() throws IOException {
    writePackage(folder.resolve("profiles.tgz"));
    linkTheValidator(folder);
    check = ProfileChecks.in(folder);
  }

  /** As a site has it, apart from the class path. */
  private static void linkTheValidator(Path into) throws IOException {
    try (Stream<Path> libraries = Files.list(HOME.resolve("profiles/target/dist"))) {
      for (Path library : libraries.filter(f -> f.toString().endsWith(".jar")).toList()) {
        Files.createLink(into.resolve(library.getFileName()), library);
      }
    }
    Path classes = HOME.resolve("profiles/target/classes");
    try (JarOutputStream jar =
            new JarOutputStream(Files.newOutputStream(into.resolve("00-this-build.jar")));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        jar.putNextEntry(new ZipEntry(classes.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, jar);
      }
    }
  }

  static void writePackage(Path file) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      put(
          tar,
          "package/package.json",
          "{\"name\":\"example\",\"version\":\"1.0.0\",\"fhirVersions\":[\"4.0.1\"]}");
      put(tar, "package/StructureDefinition-with-mrn.json", PROFILE);
    }
  }

  private static void put(TarArchiveOutputStream tar, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Problem refused(String resource) {
    ProblemException e =
        catchThrowableOfType(
            ProblemException.class, () -> check.check(json(resource), "Bundle.entry[3].resource"));
    assertThat(e).as(resource).isNotNull();
    return e.problem();
  }

  @Test
  void everySamplePatientHoldsToFhirsProfiles() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("fhir-resources/patients"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        for (var entry : StrictJson.object(Files.readAllBytes(file)).path("entry")) {
          ObjectNode resource = (ObjectNode) entry.get("resource");
          resource.remove("meta"); // one names profiles of US Core, which is no part of this
          assertThatCode(() -> check.check(resource, "resource"))
              .as(file + " " + entry.path("fullUrl").asText())
              .doesNotThrowAnyException();
        }
      }
    }
  }

  @Test
  void aRuleOfFhirItselfIsNamedWithItsPlaceAndNoValue() {
    // a contact has to have a detail: pat-1
    Problem problem =
        refused(
            """
            {"resourceType":"Patient","id":"CANARY",
             "contact":[{"gender":"female"}],"name":[{"family":"CANARY"}]}
            """);
    assertThat(problem.code()).isEqualTo("profile");
    assertThat(problem.text()).contains("pat-1");
    assertThat(problem.places().toString()).contains("Bundle.entry[3].resource.contact[0]");
    assertThat(problem.text() + problem.places()).doesNotContain("CANARY");
  }

  @Test
  void aPackagesProfileIsHeldWhereTheResourceNamesIt() {
    String patient =
        """
        {"resourceType":"Patient","id":"CANARY","meta":{"profile":["https://example.org/StructureDefinition/%s"]},
         "name":[{"family":"CANARY"}]%s}
        """;
    Problem problem = refused(patient.formatted("with-mrn", ""));
    assertThat(problem.text()).contains("minimum required");
    assertThat(problem.text() + problem.places()).doesNotContain("CANARY");
    assertThatCode(
            () ->
                check.check(
                    json(patient.formatted("with-mrn", ",\"identifier\":[{\"value\":\"1\"}]")),
                    "resource"))
        .doesNotThrowAnyException();
    assertThat(refused(patient.formatted("unknown", "")).places().toString())
        .contains("meta.profile");
  }

  @Test
  void codesOfSystemsThatAreNotHereAreNotLookedInto() {
    assertThatCode(
            () ->
                check.check(
                    json(
                        """
                        {"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},
                         "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
                         "code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]}}
                        """),
                    "resource"))
        .doesNotThrowAnyException();
  }

  @Test
  void aFileThatIsNoPackageIsRefused(@TempDir Path other) throws IOException {
    linkTheValidator(other);
    Files.writeString(other.resolve("a.tgz"), "no package");
    ProblemException e =
        catchThrowableOfType(ProblemException.class, () -> ProfileChecks.in(other));
    assertThat(e.problem().text()).contains("a.tgz");
    assertThat(List.of(e.problem().code())).containsExactly("package-unreadable");
  }

  @Test
  void aFolderWithoutTheValidatorSaysHowToGetIt(@TempDir Path empty) {
    ProblemException e =
        catchThrowableOfType(ProblemException.class, () -> ProfileChecks.in(empty));
    assertThat(e.problem().text()).contains("./mvnw -pl profiles");
  }
}
