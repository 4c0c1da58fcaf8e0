package org.oncohooks.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session over the real content, as an author has it. */
@Timeout(120)
class ReplTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final StringWriter OUT = new StringWriter();
  private static Repl repl;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    repl =
        Repl.open(
                HOME,
                new PrintWriter(OUT),
                Duration.ofSeconds(3),
                InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z")),
                ZoneOffset.UTC)
            .orElseThrow();
  }

  @BeforeEach
  void begin() {
    says(":patient new-breast-lump");
  }

  private static String says(String entry) {
    OUT.getBuffer().setLength(0);
    assertThat(repl.take(entry)).isTrue();
    return OUT.toString().strip();
  }

  @Test
  void evaluatesExpressionsOverASamplePatient() {
    assertThat(says(":patient new-breast-lump"))
        .startsWith("new-breast-lump: ")
        .contains("Patient 1");
    assertThat(says("BreastSymptoms.\"Is Recommendation Applicable\"")).isEqualTo("true");
    assertThat(says("1 + 1")).isEqualTo("2");
    assertThat(says("Settings.\"Today\"")).isEqualTo("@2026-06-01");
    assertThat(says("'a' + 'b'")).isEqualTo("'ab'");
    assertThat(says("null as Integer")).isEqualTo("null");
    assertThat(says("List<Integer>{}")).isEqualTo("{}");
    assertThat(says("[Condition]")).contains("Condition/").contains("element");
    assertThat(says("Patient")).contains("\"resourceType\" : \"Patient\"");
    assertThat(says("{ 1, 2 }")).isEqualTo("1\n  2\n  (2 elements)");
  }

  @Test
  void keepsWhatIsDeclared() {
    assertThat(says("define \"Half\": 21")).isEmpty();
    assertThat(says("define function Twice(x Integer): x * 2")).isEmpty();
    assertThat(says("Twice(\"Half\")")).isEqualTo("42");
    assertThat(says("define \"Half\": 1")).isEmpty();
    assertThat(says("Twice(\"Half\")")).isEqualTo("2");
    assertThat(says("define \"Half\": 'x' + 1")).contains("^").contains("+ does not take");
    assertThat(says("Twice(\"Half\")")).isEqualTo("2");
  }

  @Test
  void pointsAtWhatIsWrong() {
    assertThat(says("1 +\n  BreastSymptoms.\"Is Recomendation Applicable\""))
        .startsWith("BreastSymptoms.\"Is Recomendation Applicable\"\n" + " ".repeat(17) + "^\n")
        .contains("did you mean \"Is Recommendation Applicable\"?");
    assertThat(says("1 + ")).contains("^");
    assertThat(says(":nonsense")).contains(":help");
    assertThat(says(":patient nobody-there")).contains("neither a file");
    assertThat(repl.allWell()).isFalse();
  }

  @Test
  void endsWhatRunsAwayAndGoesOn() {
    String runaway =
        "Count(from ({0,1,2,3,4,5,6,7,8,9}) A, ({0,1,2,3,4,5,6,7,8,9}) B, ({0,1,2,3,4,5,6,7,8,9}) C,"
            + " ({0,1,2,3,4,5,6,7,8,9}) D, ({0,1,2,3,4,5,6,7,8,9}) E, ({0,1,2,3,4,5,6,7,8,9}) F,"
            + " ({0,1,2,3,4,5,6,7,8,9}) G, ({0,1,2,3,4,5,6,7,8,9}) H,"
            + " ({0,1,2,3,4,5,6,7,8,9}) I where A + B + C + D + E + F + G + H + I = 99)";
    assertThat(says(runaway)).contains("did not");
    assertThat(says("Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*\\\\1b')"))
        .contains("left behind");
    assertThat(says("1 + 1")).isEqualTo("2");
  }

  @Test
  void isInterrupted() throws Exception {
    Thread author =
        new Thread(() -> says("Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*\\\\1b')"));
    author.start();
    while (author.isAlive()) {
      repl.interrupt();
      Thread.sleep(50);
    }
    assertThat(OUT.toString()).isEqualTo("Interrupted.\n");
    assertThat(says("1 + 1")).isEqualTo("2");
  }

  @Test
  void takesSettingsAndTheTime() {
    assertThat(says(":set ScreeningProgramme USPSTF-2016")).contains("USPSTF-2016");
    assertThat(says("Settings.ScreeningProgramme")).isEqualTo("'USPSTF-2016'");
    assertThat(says(":set ScreeningProgramme Utopia")).contains("ScreeningProgramme");
    assertThat(says("Settings.ScreeningProgramme")).isEqualTo("'USPSTF-2016'");
    says(":unset ScreeningProgramme");
    assertThat(says("Settings.ScreeningProgramme")).isEqualTo("'routine-50-74'");
    assertThat(says(":now 2030-01-02T00:00:00Z")).startsWith("2030-01-02");
    assertThat(says("Settings.\"Today\"")).isEqualTo("@2030-01-02");
    says(":now 2026-06-01T12:00:00Z");
  }

  @Test
  void saysWhyAndShowsDefines() {
    says("BreastSymptoms.\"Is Recommendation Applicable\"");
    assertThat(says(":why")).contains("= yes").contains("asked for");
    assertThat(says(":define ScreeningDue.\"Is Recommendation Applicable\""))
        .contains("define \"Is Recommendation Applicable\":")
        .endsWith("// System.Boolean");
    assertThat(says(":list ScreeningDue")).contains("ScreeningDue.\"Card Summary\"  System.String");
    assertThat(says(":type Patient.birthDate")).isEqualTo("FHIR.date");
  }

  @Test
  void takesCasesAndRequests() throws Exception {
    Path tests = HOME.resolve("cql/tests/BreastSymptoms");
    String name;
    try (var folders = Files.list(tests)) {
      name =
          folders
              .filter(each -> Files.exists(each.resolve("expected.yaml")))
              .sorted()
              .findFirst()
              .orElseThrow()
              .getFileName()
              .toString();
    }
    assertThat(says(":patient BreastSymptoms/" + name)).contains("Evaluated at");
    assertThat(says(":patient " + tests.resolve(name))).contains("Evaluated at");
    Path request = folder.resolve("request.json");
    Files.writeString(
        request,
        """
        {"hook":"patient-view","hookInstance":"1","context":{"userId":"Practitioner/1","patientId":"p"},
         "prefetch":{"patient":{"resourceType":"Patient","id":"p","birthDate":"1961-02-03"}},
         "extension":{"org.oncohooks.evaluationTime":"2026-03-01T12:00:00Z",
                      "org.oncohooks.parameters":{"OverdueGraceMonths":7}}}""");
    assertThat(says(":patient " + request)).contains("Patient 1");
    assertThat(says("Patient.birthDate.value")).isEqualTo("@1961-02-03");
    assertThat(says("Settings.OverdueGraceMonths")).isEqualTo("7");
    assertThat(says("Settings.\"Today\"")).isEqualTo("@2026-03-01");
    says(":patient new-breast-lump");
    assertThat(says("Settings.\"Today\"")).isEqualTo("@2026-06-01");
    assertThat(says("Settings.OverdueGraceMonths")).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"(1 +", "'a", "case when true then 1", "Sum({1,", "\"Is", "/* a", "1 + \\"})
  void waitsForTheRestOfAnEntry(String text) {
    assertThat(Repl.isWhole(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(1 + 1)",
        "'it\\'s (one'",
        "case when true then 1 else 2 end",
        "// (what",
        "end of Interval[1, 2]",
        "A.\"(\""
      })
  void takesAWholeEntry(String text) {
    assertThat(Repl.isWhole(text)).isTrue();
  }

  @Test
  void completesNames() {
    assertThat(Names.candidates(repl, "ScreeningD")).containsExactly("ScreeningDue.");
    assertThat(Names.candidates(repl, "1 + ScreeningDue.\"Card S"))
        .contains("ScreeningDue.\"Card Summary\"");
    assertThat(Names.candidates(repl, "ScreeningDue.Inc"))
        .containsExactly("ScreeningDue.\"Inclusion Criteria\"");
    assertThat(Names.candidates(repl, ":pa")).containsExactly(":patient");
    assertThat(Names.candidates(repl, ":patient new-b")).contains("new-breast-lump");
    assertThat(Names.candidates(repl, ":set ScreeningP")).containsExactly("ScreeningProgramme");
  }

  /** With JLine's own terminal: what Tab, Enter and Ctrl-D do. */
  @Test
  void takesKeys() throws Exception {
    PipedOutputStream keys = new PipedOutputStream();
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    try (Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .type("xterm")
            .encoding(StandardCharsets.UTF_8)
            .streams(new PipedInputStream(keys), screen)
            .build()) {
      Thread session =
          new Thread(() -> Keyboard.run(terminal, repl, folder.resolve("history")), "session");
      session.start();
      OUT.getBuffer().setLength(0);
      keys.write("BreastSym\t\"Is Recommendation App\t\r".getBytes(StandardCharsets.UTF_8));
      keys.write("(1 +\r2)\r".getBytes(StandardCharsets.UTF_8));
      keys.write("\u0004".getBytes(StandardCharsets.UTF_8));
      keys.flush();
      session.join(60_000);
      assertThat(session.isAlive()).isFalse();
    }
    assertThat(OUT.toString()).isEqualTo("true\n3\n");
    assertThat(Files.readString(folder.resolve("history"))).contains("(1 +");
  }
}
