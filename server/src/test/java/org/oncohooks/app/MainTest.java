package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.hooks.TestContent;
import picocli.CommandLine;

class MainTest {

  /** A case or a variant, which has blanks and is quoted then. */
  private static final Pattern CASE_NAME =
      Pattern.compile("\"([A-Z]\\w+/[\\w-]+/[^\"]+)\"|\\b([A-Z]\\w+/[\\w-]+)");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    return line.execute(Main.withCommand(arguments));
  }

  private static String content() {
    return TestContent.folder().toString();
  }

  @Test
  void meansServeWhenNoCommandIsNamed() {
    assertThat(Main.withCommand(new String[] {})).containsExactly("serve");
    assertThat(Main.withCommand(new String[] {"--port", "1"}))
        .containsExactly("serve", "--port", "1");
    assertThat(Main.withCommand(new String[] {"check"})).containsExactly("check");
    assertThat(Main.withCommand(new String[] {"--help"})).containsExactly("--help");
  }

  @Test
  void explainsItself() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("serve", "lint");
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).contains("OncoHooks ");
    assertThat(run("serve", "--help")).isZero();
    assertThat(out.toString()).contains("--port", "--bind", "--content", "--production");
  }

  /** An example that is typed as it stands has to work. */
  @Test
  void givesExamplesOfCasesThatAreThere() throws IOException {
    Path tests = Path.of("..", "cql", "tests");
    List<String> named = new ArrayList<>();
    for (String help : usages(Main.commandLine()).toList()) {
      for (Matcher found = CASE_NAME.matcher(help); found.find(); ) {
        String name = found.group(1) == null ? found.group(2) : found.group(1);
        if (Files.isDirectory(tests.resolve(name.split("/", 2)[0]))) {
          named.add(name);
        }
      }
    }
    assertThat(named).hasSizeGreaterThan(5);
    for (String name : new TreeSet<>(named)) {
      assertThat(CaseFolder.readAll(tests, name)).as(name).isNotEmpty();
    }
  }

  private static Stream<String> usages(CommandLine line) {
    return Stream.concat(
        Stream.of(line.getUsageMessage()),
        line.getSubcommands().values().stream().distinct().flatMap(MainTest::usages));
  }

  @Test
  void checksContentThatIsSound() {
    assertThat(run("lint", "--errors", "--content", content())).isZero();
    assertThat(out.toString()).contains("The content checks: 3 services, 3 recommendations");
  }

  @Test
  void listsWhatIsDoubtfulWithSeverityAndRule() {
    assertThat(run("lint", "--content", content())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("cql/\\w+\\.cql:\\d+:\\d+ warning no case in .* \\[cases\\]")
        .containsPattern("\\d+ findings to look at");
  }

  @Test
  void stillKnowsTheFormerNameOfLint() {
    assertThat(run("check", "--content", content())).isZero();
    assertThat(out.toString()).contains("The content checks: 3 services, 3 recommendations");
  }

  @Test
  void listsEveryFindingWithItsPlace(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("fhir-resources"));
    Files.createDirectories(folder.resolve("cql"));
    Files.writeString(
        folder.resolve("cql/Broken.cql"), "library Broken version '1'\ndefine A: 1 +\n");
    Files.writeString(
        folder.resolve("cql/Second.cql"), "library Second version '1'\ndefine B: C\n");
    assertThat(run("check", "--content", folder.toString())).isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("cql/Broken.cql:\\d+:\\d+ ")
        .containsPattern("cql/Second.cql:2:11 ")
        .contains("The content does not check");
  }

  @Test
  void doesNotServeContentThatDoesNotCheck(@TempDir Path folder) throws IOException {
    Files.createDirectories(folder.resolve("fhir-resources"));
    Files.createDirectories(folder.resolve("cql"));
    Files.writeString(
        folder.resolve("cql/Broken.cql"), "library Broken version '1'\ndefine A: 1 +\n");
    assertThat(run("serve", "--port", "0", "--content", folder.toString())).isEqualTo(1);
    assertThat(err.toString())
        .containsPattern("cql/Broken.cql:\\d+:\\d+ ")
        .contains("nothing is served");
  }

  @Test
  void saysInOneLineThatThePortIsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(run("serve", "--content", content(), "--port", port)).isEqualTo(1);
      assertThat(err.toString().strip())
          .startsWith("Can't listen on 127.0.0.1:" + port)
          .hasLineCount(1);
    }
  }

  @Test
  void startsAndStopsToTellWhetherItWould() {
    assertThat(run("serve", "--content", content(), "--port", "0", "--stop-when-ready")).isZero();
    assertThat(out.toString()).contains("Listening on http://127.0.0.1:");
  }

  @Test
  void doesNotStartWithASettingThatTheContentLacks() {
    assertThat(
            run(
                "serve",
                "--content",
                content(),
                "--port",
                "0",
                "--stop-when-ready",
                "--setting",
                "Nonsense=1"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("There is no parameter of that name")
        .doesNotContain("\tat ");
  }

  @Test
  void refusesOptionsThatMakeNoSense(@TempDir Path empty) {
    assertThat(run("serve", "--port", "70000")).isEqualTo(2);
    assertThat(run("serve", "--port", "x")).isEqualTo(2);
    assertThat(run("serve", "--base-url", "cds.example.org")).isEqualTo(2);
    assertThat(run("serve", "--base-url", "ftp://cds.example.org")).isEqualTo(2);
    assertThat(run("serve", "--base-url", "https://x y")).isEqualTo(2);
    assertThat(run("serve", "--nonsense")).isEqualTo(2);
    assertThat(run("serve", "--cors-origin", "*")).isEqualTo(2);
    assertThat(run("serve", "--cors-origin", "https://ehr.example.org/")).isEqualTo(2);
    assertThat(run("nonsense")).isEqualTo(2);
    assertThat(run("serve", "--content", empty.toString())).isEqualTo(2);
    assertThat(run("serve", "--content", content(), "--patients", empty + "/none")).isEqualTo(2);
    assertThat(run("serve", "--content", content(), "--time-zone", "Mars/Olympus")).isEqualTo(2);
    assertThat(run("serve", "--content", content(), "--production", "--bind", "0.0.0.0"))
        .isEqualTo(2);
    assertThat(run("serve", "--content", content(), "--bind", "0.0.0.0")).isEqualTo(2);
    assertThat(run("serve", "--content", content(), "--bind", "")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "0 to 65535",
            "cql/",
            "is not a folder",
            "America/Chicago",
            "loopback only",
            "--open",
            "--bind is blank")
        .doesNotContain("Exception", "\tat ");
  }

  @Test
  void findsTheContentOfACheckoutOrADistribution(@TempDir Path home) throws IOException {
    Path elsewhere = home.resolve("elsewhere");
    assertThat(ContentFolder.find(Optional.of(home), elsewhere)).isEmpty();
    Files.createDirectories(home.resolve("content/cql"));
    Files.createDirectories(home.resolve("content/fhir-resources"));
    assertThat(ContentFolder.find(Optional.of(home), elsewhere)).contains(home.resolve("content"));
    Files.createDirectories(home.resolve("cql"));
    Files.createDirectories(home.resolve("fhir-resources"));
    assertThat(ContentFolder.find(Optional.of(home), elsewhere)).contains(home);
    assertThat(ContentFolder.find(Optional.empty(), home)).contains(home);
  }
}
