package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.hooks.TestContent;
import org.w3c.dom.Document;
import picocli.CommandLine;

/** {@code test} and {@code explain} as an author runs them, on content with a case of its own. */
class TestCommandTest {

  private static final String HOLDS =
      """
      evaluationTime: "2026-06-01T12:00:00-05:00"
      service: two-alerts
      cards: [{topic: alert}]
      variants:
        - name: no cancer
          remove: [Condition/c1]
          cards: []
      """;

  @TempDir private Path folder;
  private Path expected;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeACase() throws IOException {
    TestContent.copyTo(folder);
    Path home = folder.resolve("cql/tests/Alert/cancer");
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("Patient-p1.json"),
        """
        {"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"}""");
    Files.writeString(
        home.resolve("Condition-c1.json"),
        """
        {"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},
         "code":{"text":"Cancer","coding":[{"system":"http://snomed.info/sct","code":"254837009"}]}}""");
    expected = home.resolve("expected.yaml");
    Files.writeString(expected, HOLDS);
  }

  private int run(String... arguments) {
    return runOn(folder, arguments);
  }

  private int runOn(Path content, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--content";
    all[arguments.length + 1] = content.toString();
    return line.execute(all);
  }

  @Test
  void saysThatAllHold() {
    assertThat(run("test")).isZero();
    assertThat(out.toString()).startsWith("2 cases, all hold");
    assertThat(run("test", "--only", "Alert/cancer/no cancer")).isZero();
    assertThat(out.toString()).startsWith("1 case, all hold");
  }

  @Test
  void showsWhatFailsAndAcceptsIt() throws Exception {
    Files.writeString(expected, HOLDS.replace("[{topic: alert}]", "[]"));
    Path junit = folder.resolve("reports/cases.xml");
    assertThat(run("test", "--junit", junit.toString())).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "FAILED  Alert/cancer\n", "expected  no card\n", "was       alert \"", "1 failed");
    Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(junit.toFile());
    assertThat(xml.getDocumentElement().getAttribute("failures")).isEqualTo("1");
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(2);
    assertThat(xml.getElementsByTagName("failure").item(0).getTextContent())
        .contains("expected no card");

    assertThat(run("test", "--accept")).isEqualTo(1);
    assertThat(Files.readString(expected)).contains("cards: [{topic: alert, indicator: ");
    assertThat(run("test")).isZero();
  }

  @Test
  void takesNoThresholdOfACoverageThatNobodyAskedFor() {
    assertThat(run("test", "--threshold", "90")).isEqualTo(2);
    assertThat(err.toString()).contains("--threshold does nothing without --coverage");
  }

  @Test
  void saysThatAReportCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("a-file"));
    assertThat(run("test", "--junit", file.resolve("cases.xml").toString())).isEqualTo(2);
    assertThat(out.toString()).contains("--junit", "can't be written");
    assertThat(run("test", "--junit", folder.toString())).isEqualTo(2);
  }

  @Test
  void saysThatACapabilityStatementIsNone() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.json"));
    assertThat(run("prefetch", "two-alerts", "--check", empty.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("--check " + empty, "/metadata");
    Files.writeString(empty, "{\"resourceType\":\"Patient\"}");
    assertThat(run("prefetch", "two-alerts", "--check", empty.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("It is no CapabilityStatement");
  }

  @Test
  void showsAnExampleOfEachCommand() {
    CommandLine line = Main.commandLine();
    assertThat(line.getUsageMessage()).contains("Example");
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              if (!name.equals("check")) {
                assertThat(
                        command.getUsageMessage()
                            + String.join(
                                "",
                                command.getSubcommands().values().stream()
                                    .map(CommandLine::getUsageMessage)
                                    .toList()))
                    .as(name)
                    .contains("Example");
              }
            });
  }

  @Test
  void tellsTheCoverageAndRefusesTooLittle() {
    assertThat(run("test", "--coverage", "--threshold", "1")).isEqualTo(1);
    assertThat(out.toString()).contains("Fails", "too low", "cql/Fails.cql:");
    assertThat(run("test", "--coverage", "--threshold", "0")).isZero();
    assertThat(run("test", "--coverage", "--threshold", "101")).isEqualTo(2);
    String part = "Alert/cancer/no cancer";
    assertThat(run("test", "--coverage", "--only", part, "--threshold", "100")).isEqualTo(1);
    assertThat(out.toString()).contains("too low", "Alert needs 100.0 %", "cql/Alert.cql:");
    assertThat(out.toString()).doesNotContain("Fails");
    assertThat(run("test", "--coverage", "--only", part, "--threshold", "1")).isZero();
    assertThat(run("test", "--coverage", "--only", part)).isZero();
  }

  @Test
  void tellsFromAFailureWhatCantBeRead() throws IOException {
    assertThat(run("test", "--only", "Nothing")).isEqualTo(2);
    assertThat(out.toString()).contains("No case is called Nothing", "Alert");
    assertThat(run("test", "--only", "Alert/nothing")).isEqualTo(2);
    assertThat(out.toString()).contains("the cases of Alert are: cancer.");
    assertThat(run("test", "--only", "Alert/cancer/nothing")).isEqualTo(2);
    assertThat(out.toString()).contains("those of Alert/cancer are: no cancer.");
    Files.writeString(expected, "evaluationTime: yesterday");
    assertThat(run("test")).isEqualTo(2);
    assertThat(out.toString()).contains("Alert/cancer needs evaluationTime");
    Files.writeString(folder.resolve("cql/Alert.cql"), "nonsense");
    assertThat(run("test")).isEqualTo(2);
    assertThat(out.toString()).contains("cql/Alert.cql:", "No case was run");
  }

  @Test
  void takesAPackageOnlyForWhatNeedsNoCasesAndWritesNothing() throws IOException {
    Path file = folder.resolve("content.tgz");
    assertThat(run("package", "--to", file.toString())).isZero();
    Path request = Files.writeString(folder.resolve("request.json"), "{}");
    for (String[] refused :
        new String[][] {
          {"test"},
          {"test", "--watch"},
          {"new", "recommendation", "BoneDensity", "--service", "two-alerts"},
          {"case", "new", "--from", request.toString(), "--service", "two-alerts"},
          {"explain", "Alert/cancer"}
        }) {
      assertThat(runOn(file, refused)).as(String.join(" ", refused)).isEqualTo(2);
      assertThat(err.toString()).contains("is a package: it holds no cases", "name the folder");
    }
    runOn(file, "lint");
    assertThat(out.toString())
        .contains("A package holds no cases: what they show was not looked at.")
        .doesNotContain("[cases]");
  }

  @Test
  void seesWhatIsSaved() throws Exception {
    SavedFiles saved = new SavedFiles(java.util.List.of(folder.resolve("cql")));
    Thread author =
        new Thread(
            () -> {
              try {
                Thread.sleep(Duration.ofMillis(300).toMillis());
                Files.setLastModifiedTime(
                    expected, java.nio.file.attribute.FileTime.from(Instant.EPOCH));
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    author.start();
    assertThat(saved.await()).containsExactly(expected);
    author.join();
  }

  @Test
  void explainsACase() {
    assertThat(run("explain", "Alert/cancer")).isZero();
    assertThat(out.toString())
        .contains("SHOWN", "What decided:", "asked for Condition", "found Condition/c1")
        .containsPattern("Card: .+\n {8}\\S")
        .contains("Source: Test guideline 2026 <https://", "Reason to override: ");
    assertThat(run("explain", "Alert/cancer/no cancer")).isZero();
    assertThat(out.toString()).contains("not shown", "Not shown:").doesNotContain("Condition/c1");
    assertThat(run("explain", "Alert/cancer", "--define", "Nonsense")).isEqualTo(2);
    assertThat(err.toString()).contains("Nonsense", "no define");
    assertThat(run("explain", "Alert/nothing")).isEqualTo(2);
  }

  @Test
  void explainsARequestAsJsonToo() throws IOException {
    Path request = folder.resolve("request.json");
    Files.writeString(
        request,
        """
        {"hook":"patient-view","hookInstance":"i",
         "context":{"userId":"Practitioner/u","patientId":"p1"},
         "prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"1970"},
          "conditions":{"resourceType":"Bundle"},"observations":{"resourceType":"Bundle"}}}""");
    assertThat(run("explain", request.toString(), "--service", "two-alerts", "--json")).isZero();
    assertThat(out.toString()).startsWith("{").contains("\"format\" : 1", "\"recommendations\"");
    assertThat(run("explain", request.toString(), "--service", "two-alerts")).isZero();
    assertThat(out.toString()).contains("not shown", "--all tells").doesNotContain("What decided");
    assertThat(run("explain", request.toString(), "--service", "two-alerts", "--all")).isZero();
    assertThat(out.toString()).contains("not shown", "What decided").doesNotContain("--all tells");
    assertThat(run("explain", request.toString(), "--service", "none")).isEqualTo(2);
    assertThat(err.toString()).contains("two-alerts");
    assertThat(run("explain", folder.resolve("gone.json").toString())).isEqualTo(2);
  }
}
