package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.OwnJava;

/** {@code oncohooks dev} as a process of its own on the real content: save, and see the card. */
@Timeout(180)
class DevelopmentLoopTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path content;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private Process process;
  private String base;

  @BeforeEach
  void start() throws Exception {
    for (String folder : List.of("cql", "fhir-resources")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path relative = HOME.relativize(file);
          if (!relative.startsWith("cql/tests")) {
            Files.createDirectories(content.resolve(relative).getParent());
            Files.copy(file, content.resolve(relative));
          }
        }
      }
    }
    List<String> command = OwnJava.command(Main.class, "-Xmx512m");
    command.addAll(List.of("dev", "--port", "0", "--content", content.toString()));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread reader = new Thread(this::read, "dev-output");
    reader.setDaemon(true);
    reader.start();
    base = await("Listening on ").replaceAll(".*(http://\\S+?)\\s.*", "$1");
    await("Watching ");
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor(20, TimeUnit.SECONDS);
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // the process ended
    }
  }

  /** The next line that holds a text. */
  private String await(String text) throws InterruptedException {
    for (String line = next(); ; line = next()) {
      if (line.contains(text)) {
        return line;
      }
    }
  }

  private String next() throws InterruptedException {
    String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(line).as("a line of output").isNotNull();
    return line;
  }

  private String get(String path) throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(base + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private String card() throws IOException, InterruptedException {
    String body =
        "{\"hook\":\"patient-view\",\"hookInstance\":\"9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11\","
            + "\"context\":{\"userId\":\"Practitioner/demo\",\"patientId\":\"night-pain-survivor\"},"
            + "\"extension\":{\"org.oncohooks.evaluationTime\":\"2026-06-01T12:00:00-05:00\"}}";
    return client
        .send(
            HttpRequest.newBuilder(URI.create(base + "/cds-services/metastatic-pain"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void save(String file, String from, String to) throws IOException {
    Path path = content.resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(from);
    Files.writeString(path, text.replace(from, to));
  }

  private long millisUntilCardSays(String text) throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!card().contains(text)) {
      assertThat(System.nanoTime() - began).isLessThan(PATIENCE.toNanos());
      Thread.sleep(10);
    }
    return (System.nanoTime() - began) / 1_000_000;
  }

  @Test
  void servesWhatIsSavedAndKeepsTheLastThatChecks() throws Exception {
    assertThat(card()).contains("Discuss with oncology within 24 h");
    String words = "Discuss with oncology within 24 h";
    StringBuilder measured = new StringBuilder();
    for (int i = 1; i <= 5; i++) {
      String other = "Talk " + i + " to oncology within 24 h";
      save("cql/MetastaticPain.cql", words, other);
      measured.append(' ').append(millisUntilCardSays(other));
      words = other;
    }
    save("cql/common/BackPain.cql", "then 'back pain' else", "then 'spinal pain' else");
    measured.append("; a shared library ").append(millisUntilCardSays("spinal pain"));
    // measured for docs/performance; speed is not asserted in a test
    System.out.println("save to card, ms:" + measured);

    String version = get("/dev/content");
    assertThat(version).contains("\"findings\":[]");
    save("cql/MetastaticPain.cql", "define \"Card Summary\":", "define \"Card Summary\"");
    assertThat(await("cql/MetastaticPain.cql:")).contains(" is served");
    String error = await(" error ");
    assertThat(error).startsWith("cql/MetastaticPain.cql:");
    await("is still served");
    assertThat(card()).contains(words);
    assertThat(get("/dev/content")).contains("\"severity\":\"error\"", "cql/MetastaticPain.cql");

    save("cql/MetastaticPain.cql", "define \"Card Summary\"", "define \"Card Summary\":");
    await("checks again; content ");
    save("cql/MetastaticPain.cql", words, "Mended, within 24 h");
    millisUntilCardSays("Mended");
    assertThat(get("/dev/content")).contains("\"findings\":[]");

    runsTheCasesThatDependOnWhatIsSaved();
  }

  private void runsTheCasesThatDependOnWhatIsSaved() throws Exception {
    Path cases = content.resolve("cql/tests/DenseBreasts/one");
    Files.createDirectories(cases);
    Files.writeString(
        cases.resolve("Patient-p.json"),
        "{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\",\"birthDate\":\"1960-01-01\"}");
    Files.writeString(
        cases.resolve("expected.yaml"),
        "evaluationTime: \"2026-06-01T12:00:00-05:00\"\nservice: breast-cancer-screening\n"
            + "defines: {Is Recommendation Applicable: false}\n");
    await("DenseBreasts: 1 case, all hold");
    save("fhir-resources/valueset/ValueSet-breast-lump.json", "\"title\": \"", "\"title\": \"Our ");
    await("On what was saved depend also the cases of DenseBreasts; they run.");
    await("DenseBreasts: 1 case, all hold");
    save(
        "fhir-resources/plandefinition/PlanDefinition-breast-cancer-screening-service.json",
        "\"title\": \"",
        "\"title\": \"Our ");
    await("DenseBreasts: 1 case, all hold");
    save("cql/common/Settings.cql", "context Patient", "context Patient\n");
    await("DenseBreasts: 1 case, all hold");
  }
}
