package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.Outcome;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * How often each card would be shown to the patients of a folder, one Bundle each: a card that
 * nearly everyone gets is read by nobody. Prints a Markdown table.
 */
public final class CardRates {

  private static final String HOOK = "patient-view";
  private static final Duration PER_PATIENT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Knowledge knowledge;
  private final ZonedDateTime evaluatedAt;
  private final Map<String, Integer> shown = new TreeMap<>();
  private final Map<String, Integer> merged = new TreeMap<>();
  private final Set<String> notEvaluated = new TreeSet<>();
  private int patients;
  private int withCard;

  private CardRates(Knowledge knowledge, ZonedDateTime evaluatedAt) {
    this.knowledge = knowledge;
    this.evaluatedAt = evaluatedAt;
  }

  /**
   * Ends with 1 if any recommendation could not be evaluated for any patient.
   *
   * @param args content folder, folder with patient Bundles, evaluation instant (ISO 8601 with
   *     offset)
   */
  public static void main(String[] args) throws IOException {
    Loaded loaded = KnowledgeLoader.load(Path.of(args[0]));
    loaded.findings().forEach(System.err::println);
    CardRates rates =
        new CardRates(
            loaded.knowledge().orElseThrow(), OffsetDateTime.parse(args[2]).toZonedDateTime());
    try (Stream<Path> files = Files.list(Path.of(args[1]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        rates.add(file);
      }
    }
    rates.print(System.out);
    if (!rates.notEvaluated.isEmpty()) {
      System.exit(1);
    }
  }

  private void add(Path file) throws IOException {
    // generated Bundles link their resources by urn:uuid, an EHR by Patient/id
    String text = Files.readString(file, StandardCharsets.UTF_8).replace("urn:uuid:", "Patient/");
    JsonNode bundle = JSON.readTree(text);
    ObjectNode patient = null;
    for (JsonNode entry : bundle.path("entry")) {
      if (entry.at("/resource/resourceType").asText().equals("Patient")) {
        patient = (ObjectNode) entry.get("resource");
      }
    }
    if (patient == null) {
      return;
    }
    patients++;
    boolean any = false;
    for (Service service : knowledge.services()) {
      if (service.hooks().contains(HOOK)) {
        any |= decide(file, service, record(bundle, patient.path("id").asText(), service));
      }
    }
    withCard += any ? 1 : 0;
  }

  private static PatientRecord record(JsonNode bundle, String patientId, Service service) {
    Set<String> asked = new HashSet<>(service.prefetch(HOOK).keyOfType().keySet());
    asked.add("Patient");
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    for (JsonNode entry : bundle.path("entry")) {
      ObjectNode resource = (ObjectNode) entry.get("resource");
      if (asked.contains(resource.path("resourceType").asText())) {
        record.add(resource, resource.path("resourceType").asText());
      }
    }
    return record.build();
  }

  private boolean decide(Path file, Service service, PatientRecord patient) {
    Decision decision;
    try {
      decision =
          new DecisionEngine()
              .decide(
                  knowledge,
                  service,
                  HookContext.read(
                      HOOK, patient.patientId(), Optional.empty(), JSON.createObjectNode()),
                  patient,
                  evaluatedAt,
                  Map.of(),
                  Deadline.after(PER_PATIENT));
    } catch (ProblemException e) {
      notEvaluated.add(file.getFileName() + " " + service.id() + ": " + e.problem().text());
      return false;
    }
    for (Outcome.NotEvaluated missed : decision.notEvaluated()) {
      notEvaluated.add(
          file.getFileName()
              + " "
              + missed.recommendation().id()
              + ": "
              + missed.problem().text()
              + missed.problem().places());
    }
    decision
        .speaking()
        .ifPresent(
            applies ->
                shown.merge(
                    row(service, applies, applies.advice().indicator().code()), 1, Integer::sum));
    decision
        .superseded()
        .forEach(
            other ->
                merged.merge(
                    row(service, other, other.advice().indicator().code()), 1, Integer::sum));
    return decision.speaking().isPresent();
  }

  private static String row(Service service, Outcome outcome, String indicator) {
    return service.id() + " | " + outcome.recommendation().topic().code() + " | " + indicator;
  }

  private void print(PrintStream out) {
    out.println("Patients: " + patients + ", with any card: " + withCard);
    out.println();
    out.println("| service | card | indicator | shown per 1,000 | merged into another per 1,000 |");
    out.println("|---|---|---|---|---|");
    Set<String> rows = new TreeSet<>(shown.keySet());
    rows.addAll(merged.keySet());
    for (String row : rows) {
      out.println(
          "| "
              + row
              + " | "
              + perThousand(shown.getOrDefault(row, 0))
              + " | "
              + perThousand(merged.getOrDefault(row, 0))
              + " |");
    }
    out.println();
    out.println("Not evaluated: " + notEvaluated.size());
    List.copyOf(notEvaluated).forEach(out::println);
  }

  private long perThousand(int count) {
    return patients == 0 ? 0 : Math.round(1000.0 * count / patients);
  }
}
