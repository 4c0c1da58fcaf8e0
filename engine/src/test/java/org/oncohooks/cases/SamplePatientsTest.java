package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.oncohooks.Deadline;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** The table of {@code docs/sample-patients.md} is true, row by row and service by service. */
class SamplePatientsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");
  private static final int FIRST_SERVICE_COLUMN = 3;

  @TestFactory
  List<DynamicTest> everySamplePatientGetsItsCards() throws IOException {
    Knowledge knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    List<List<String>> table =
        Files.readAllLines(HOME.resolve("docs/sample-patients.md")).stream()
            .filter(line -> line.startsWith("|"))
            .map(SamplePatientsTest::cells)
            .toList();
    List<String> header = table.get(0);
    List<DynamicTest> tests = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    for (List<String> row : table.subList(2, table.size())) {
      listed.add(row.get(1));
      for (int column = FIRST_SERVICE_COLUMN; column < header.size(); column++) {
        String service = header.get(column);
        String expected = row.get(column);
        tests.add(
            DynamicTest.dynamicTest(
                row.get(1) + " " + service,
                () -> assertThat(cards(knowledge, service, row.get(1))).isEqualTo(expected)));
      }
    }
    tests.add(
        DynamicTest.dynamicTest(
            "the table lists every file",
            () -> assertThat(listed).containsExactlyInAnyOrderElementsOf(files())));
    return tests;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList();
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(HOME.resolve("fhir-resources/patients"))) {
      return list.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")).toList();
    }
  }

  private static String cards(Knowledge knowledge, String service, String file) throws IOException {
    PatientRecord patient =
        PatientBundle.read(
            StrictJson.object(
                Files.readAllBytes(HOME.resolve("fhir-resources/patients").resolve(file))));
    Decision decision =
        new DecisionEngine()
            .decide(
                knowledge,
                knowledge.service(service).orElseThrow(),
                HookContext.of("patient-view", patient.patientId()),
                patient,
                NOW,
                Map.of(),
                Deadline.after(Duration.ofSeconds(60)));
    List<String> cards = new ArrayList<>();
    decision
        .speaking()
        .ifPresent(
            o ->
                cards.add(
                    o.recommendation().topic().code()
                        + " ("
                        + o.advice().indicator().code()
                        + ")"));
    if (!decision.notEvaluated().isEmpty()) {
      cards.add("not-evaluated (info)");
    }
    if (!decision.dataIncomplete().isEmpty()) {
      cards.add("data-incomplete (info)");
    }
    return cards.isEmpty() ? "none" : cards.stream().collect(Collectors.joining(", "));
  }
}
