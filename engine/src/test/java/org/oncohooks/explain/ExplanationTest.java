package org.oncohooks.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.cases.PatientBundle;
import org.oncohooks.cql.CqlTrace;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** What an explanation says of the sample patients, to a clinician and to an author. */
class ExplanationTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");

  private static Knowledge knowledge;

  @BeforeAll
  static void load() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
  }

  @Test
  void saysOfEveryRecommendationWhatBecameOfIt() throws IOException {
    JsonNode json = explain("new-breast-lump", "breast-cancer-screening");
    assertThat(json.path("recommendations"))
        .hasSize(
            knowledge
                .service("breast-cancer-screening")
                .orElseThrow()
                .recommendations("patient-view")
                .size());
    JsonNode shown = recommendation(json, "BreastSymptoms");
    assertThat(shown.path("outcome").asText()).isEqualTo("applies");
    assertThat(shown.path("facts").toString()).contains("Condition/new-breast-lump-lump");
    assertThat(shown.path("because").toString()).contains("Condition/new-breast-lump-lump");
  }

  @Test
  void namesTheExclusionThatHeldAndTheFactsBehindIt() throws IOException {
    JsonNode silent =
        recommendation(explain("new-breast-lump", "breast-cancer-screening"), "ScreeningDue");
    assertThat(silent.path("outcome").asText()).isEqualTo("does-not-apply");
    assertThat(silent.path("words").get(0).asText()).contains("exclusion");
    assertThat(silent.path("words").toString())
        .contains("Findings: 3 found", "Condition/new-breast-lump-lump");
    assertThat(silent.path("criteria").toString())
        .contains("{\"define\":\"Exclusion Criteria\",\"asked\":true,\"value\":true}");
  }

  @Test
  void saysWhereANullBegan() throws IOException {
    JsonNode json = explain("birth-year-only", "breast-cancer-screening");
    JsonNode nulls = recommendation(json, "ScreeningDue").path("nulls");
    assertThat(nulls).isNotEmpty();
    assertThat(json.path("dataIncomplete").toString()).contains("date of birth is incomplete");
  }

  @Test
  void listsWhatWasAskedWithTheValueSetAndWhatWasFound() throws IOException {
    JsonNode json = explain("cord-compression", "metastatic-pain");
    assertThat(json.path("retrieves"))
        .anySatisfy(
            retrieve -> {
              assertThat(retrieve.path("resources").toString())
                  .contains("Condition/cord-compression-bone-mets");
              JsonNode valueSet = json.path("valueSets").path(retrieve.path("valueSet").asText());
              assertThat(valueSet.path("version").asText()).isEqualTo("0.1.0");
              assertThat(valueSet.path("codes").asInt()).isPositive();
            });
  }

  @Test
  void marksEveryPlaceOfTheSourceThatWasEvaluated() throws IOException {
    JsonNode json = explain("cord-compression", "metastatic-pain");
    JsonNode library = json.path("libraries").path("CordCompression");
    assertThat(library.path("source").asText()).contains("library CordCompression");
    SourceText text = new SourceText(knowledge.sources());
    assertThat(library.path("marks"))
        .isNotEmpty()
        .allSatisfy(
            mark ->
                assertThat(text.at("CordCompression", mark.path("at").asText()).orElseThrow())
                    .isNotBlank());
    assertThat(library.path("marks"))
        .anySatisfy(mark -> assertThat(mark.path("value").asText()).isEqualTo("true"));
  }

  @Test
  void staysBoundedOnAChartOfThousands() throws IOException {
    ObjectNode bundle =
        StrictJson.object(
            Files.readAllBytes(HOME.resolve("fhir-resources/patients/night-pain-survivor.json")));
    for (JsonNode entry : bundle.path("entry").deepCopy()) {
      for (int i = 0; i < 200; i++) {
        ObjectNode copy = entry.path("resource").deepCopy();
        if (!copy.path("resourceType").asText().equals("Patient")) {
          copy.put("id", copy.path("id").asText() + "-" + i);
          bundle.withArray("/entry").addObject().set("resource", copy);
        }
      }
    }
    JsonNode json = explain(PatientBundle.read(bundle), "metastatic-pain");
    assertThat(json.toString()).hasSizeLessThan(2_000_000);
    assertThat(json.path("cut")).isNotEmpty();
    assertThat(recommendation(json, "MetastaticPain").path("words")).isNotEmpty();
  }

  private static JsonNode recommendation(JsonNode json, String library) {
    for (JsonNode recommendation : json.path("recommendations")) {
      if (recommendation.path("library").asText().equals(library)) {
        return recommendation;
      }
    }
    throw new AssertionError("nothing of " + library);
  }

  private static ObjectNode explain(String patient, String service) throws IOException {
    return explain(
        PatientBundle.read(
            StrictJson.object(
                Files.readAllBytes(HOME.resolve("fhir-resources/patients/" + patient + ".json")))),
        service);
  }

  private static ObjectNode explain(PatientRecord record, String service) {
    CqlTrace trace = new CqlTrace(knowledge.program());
    Decision decision =
        new DecisionEngine()
            .decide(
                knowledge.recording(trace),
                knowledge.service(service).orElseThrow(),
                HookContext.of("patient-view", record.patientId()),
                record,
                NOW,
                Map.of(),
                Deadline.after(Duration.ofSeconds(60)));
    return Explanation.of(decision, "patient-view", knowledge, trace);
  }
}
