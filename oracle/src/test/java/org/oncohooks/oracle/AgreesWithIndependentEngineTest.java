package org.oncohooks.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every define of the content, on every sample patient and its variants, by both engines. */
final class AgreesWithIndependentEngineTest {

  private static final String INSTANT = "2026-06-01T12:00:00-05:00";
  private static final long SEED = 20260601;
  private static final int VARIANTS_PER_SAMPLE = 2 * Change.values().length;
  private static final String APPLICABLE = ".Is Recommendation Applicable";
  private static final int SHOWN = 25;

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Path WORK = Path.of("target", "comparison").toAbsolutePath();
  private static final Path PATIENTS = WORK.resolve("patients");

  private static int patients;
  private static JsonNode ours;
  private static JsonNode theirs;

  @BeforeAll
  static void evaluatesWithBothEngines() throws IOException, InterruptedException {
    Map<String, ObjectNode> samples = Patients.read(HOME.resolve("fhir-resources/patients"));
    Map<String, ObjectNode> variants =
        new PatientVariants(
                samples,
                CodePool.read(HOME.resolve("fhir-resources")),
                ZonedDateTime.parse(INSTANT),
                SEED)
            .generate(VARIANTS_PER_SAMPLE);
    patients = samples.size() + variants.size();
    clear(PATIENTS);
    Patients.write(PATIENTS, samples);
    Patients.write(PATIENTS, variants);

    Path ourFile = WORK.resolve("ours.json");
    Path theirFile = WORK.resolve("theirs.json");
    Process ourRun = java(engineClassPath(), "org.oncohooks.cases.EvaluateAll", ourFile);
    Process theirRun =
        java(System.getProperty("java.class.path"), OracleMain.class.getName(), theirFile);
    finish(ourRun);
    finish(theirRun);
    ObjectMapper mapper =
        JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    ours = mapper.readTree(ourFile.toFile());
    theirs = mapper.readTree(theirFile.toFile());
  }

  @Test
  void bothEnginesEvaluateAtLeastTwoHundredVariants() {
    assertThat(ours).hasSize(patients);
    assertThat(theirs).hasSize(patients);
    assertThat(patients).isGreaterThanOrEqualTo(200 + 6);
  }

  @Test
  void everyDefineHasTheSameValueInBothEnginesUnlessTheDifferenceIsListed() throws IOException {
    List<KnownDifference> known = known();
    List<Difference> unexplained =
        Difference.between(ours, theirs).stream()
            .filter(difference -> known.stream().noneMatch(k -> k.covers(difference)))
            .toList();
    Files.write(
        WORK.resolve("differences.txt"), unexplained.stream().map(Difference::toString).toList());
    assertThat(unexplained.stream().limit(SHOWN).map(Difference::toString))
        .as("%d differences, all in %s", unexplained.size(), WORK.resolve("differences.txt"))
        .isEmpty();
  }

  @Test
  void noListedDifferenceHasGone() throws IOException {
    List<Difference> differences = Difference.between(ours, theirs);
    assertThat(known())
        .allSatisfy(known -> assertThat(differences).as(known.toString()).anyMatch(known::covers));
  }

  @Test
  void everyCardThatAppliesHasItsTexts() {
    for (Map.Entry<String, JsonNode> patient : ours.properties()) {
      JsonNode values = patient.getValue();
      for (Map.Entry<String, JsonNode> value : values.properties()) {
        if (value.getKey().endsWith(APPLICABLE) && value.getValue().asBoolean()) {
          String library = value.getKey().replace(APPLICABLE, "");
          String place = patient.getKey() + " " + library;
          for (String text : List.of("Card Summary", "Card Recommendation", "Reason")) {
            assertThat(values.path(library + "." + text).asText("")).as(place).isNotBlank();
          }
          assertThat(values.path(library + ".Card Indicator").asText(""))
              .as(place)
              .isIn("routine", "urgent", "stat");
          assertThat(values.path(library + ".Card Summary").asText().codePoints().count())
              .as(place)
              .isLessThan(140);
        }
      }
    }
  }

  private static List<KnownDifference> known() throws IOException {
    try (InputStream list =
        AgreesWithIndependentEngineTest.class.getResourceAsStream("/known-differences.json")) {
      return KnownDifference.read(list);
    }
  }

  private static String engineClassPath() throws IOException {
    Path engine = HOME.resolve("engine/target");
    return engine.resolve("classes")
        + File.pathSeparator
        + Files.readString(engine.resolve("runtime.classpath")).strip();
  }

  private static Process java(String classPath, String main, Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss8m"));
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(HOME.toString(), PATIENTS.toString(), INSTANT, out.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(out.resolveSibling(out.getFileName() + ".log").toFile())
        .start();
  }

  private static void finish(Process run) throws IOException, InterruptedException {
    if (!run.waitFor(5, TimeUnit.MINUTES)) {
      run.destroyForcibly();
    }
    String logs = "";
    try (Stream<Path> files = Files.list(WORK)) {
      for (Path log : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        logs += log.getFileName() + System.lineSeparator() + Files.readString(log);
      }
    }
    assertThat(run.waitFor()).as(logs).isZero();
  }

  private static void clear(Path directory) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
