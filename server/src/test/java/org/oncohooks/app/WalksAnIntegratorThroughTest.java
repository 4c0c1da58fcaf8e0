package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the pages for integrators do what the pages say, in a real shell. */
class WalksAnIntegratorThroughTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  @TempDir private static Path folder;

  private static List<String> blocks(String page, String start, String end) throws IOException {
    Matcher found =
        Pattern.compile(start + "(.*?)" + end, Pattern.DOTALL)
            .matcher(Files.readString(HOME.resolve(page)));
    List<String> blocks = new ArrayList<>();
    while (found.find()) {
      blocks.add(found.group(1));
    }
    return blocks;
  }

  private static String run(String commands, int port) throws Exception {
    Path output = folder.resolve("output");
    Process shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands.replace(":8080", ":" + port))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output);
    assertThat(shell.exitValue()).as(said).isZero();
    return said;
  }

  @Test
  void fromDiscoveryToFeedback() throws Exception {
    List<String> blocks = blocks("docs/integrate.md", "```sh\n", "```");
    List<String> said = new ArrayList<>();
    try (RunningService running = RunningService.withOwnContent()) {
      for (String block : blocks) {
        said.add(run(block, running.port()));
      }
    }
    assertThat(said).hasSize(5);
    assertThat(said.get(0)).contains("\"services\":", "{{context.patientId}}");
    assertThat(said.get(1)).contains("\"code\":\"scr-due\"", "**Why:**");
    assertThat(said.get(2)).endsWith("412").contains("prefetch.patient");
    assertThat(said.get(3)).startsWith("{\"cards\":").doesNotContain("notEvaluated");
    assertThat(said.get(4)).startsWith("{}{\"cards\":[]").contains("\"suppressed\":");
  }

  @Test
  void withATokenOfOnesOwn() throws Exception {
    List<String> blocks = blocks("docs/security.md", "```sh\n", "```");
    assertThat(blocks).hasSize(2);
    run(blocks.get(0), 8080);
    String own = "\"aud\":\"http://127.0.0.1:8080";
    assertThat(blocks.get(1)).contains(own);
    Path config = folder.resolve("try.yaml");
    String[] start = {"serve", "--config", config.toString(), "--port=0", "--stop-when-ready"};
    assertThat(Main.execute(Main.commandLine(), start, Map.of())).isZero();
    try (RunningService running = RunningService.withTenants(config, InstantSource.system())) {
      String calls = blocks.get(1).replace(own, "\"aud\":\"" + RunningService.BASE_URL);
      String said = run(calls, running.port());
      assertThat(said).startsWith("{\"services\":").endsWith("401");
    }
  }

  /** The tenants of the pages are ones that can be meant; the keys are at hand in the test. */
  @ParameterizedTest
  @CsvSource({"docs/integrate-epic.md,epic", "docs/integrate-oracle-health.md,oracle-health"})
  void withATenantThatCanBeMeant(String page, String dialect) throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    String tenants = blocks(page, "(?m)^    tenants:\n", "\n\n").get(0);
    Path config =
        Files.writeString(
            folder.resolve(dialect + ".yaml"),
            "tenants:\n" + tenants.replaceAll("jwks: \\S+", "jwks-file: keys.json") + "\n");
    Map<?, ?> read = new YAMLMapper().readValue(config.toFile(), Map.class);
    assertThat(read.toString()).contains("dialect=" + dialect);
    try (RunningService running = RunningService.withTenants(config, () -> RunningService.NOW)) {
      assertThat(running.get("/cds-services").statusCode()).isEqualTo(401);
    }
  }
}
