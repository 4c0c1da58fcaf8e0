package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** A recommendation that can't be evaluated is named, and never takes the others with it. */
class DecisionEngineTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");
  private static final String FAILS = "(singleton from (({1, 2}) X return X)) = 1";

  @TempDir Path root;

  @Test
  void advisesWithEvidence() {
    Decision decision = decide(TestContent.in(root, "alpha").knowledge(), patientWithLump());
    Advice advice = decision.speaking().orElseThrow().advice();
    assertThat(advice.summary()).isEqualTo("alpha applies");
    assertThat(advice.indicator()).isEqualTo(Indicator.WARNING);
    assertThat(advice.reason()).isEqualTo("There is a lump.");
    assertThat(advice.evidence())
        .extracting(Evidence::fact, e -> e.resource().orElseThrow())
        .containsExactly(org.assertj.core.groups.Tuple.tuple("A lump", "Condition/c"));
    assertThat(advice.notRecorded()).containsExactly("Size of the lump");
    assertThat(advice.suggestions()).hasSize(1);
  }

  @Test
  void staysSilentWhenNothingApplies() {
    Decision decision =
        decide(
            TestContent.in(root, "alpha").knowledge(),
            record("{'resourceType':'Patient','id':'p'}").build());
    assertThat(decision.speaking()).isEmpty();
    assertThat(decision.outcomes()).singleElement().isInstanceOf(Outcome.DoesNotApply.class);
  }

  /** SAFE-60. */
  @Test
  void letsTheFirstInPrecedenceSpeakForTheOthers() {
    Decision decision =
        decide(TestContent.in(root, "alpha", "beta").knowledge(), patientWithLump());
    assertThat(decision.speaking().orElseThrow().recommendation().id()).isEqualTo("alpha");
    assertThat(decision.superseded())
        .singleElement()
        .satisfies(o -> assertThat(o.by().id()).isEqualTo("alpha"));
  }

  /** SAFE-57, SAFE-58. */
  @Test
  void reportsARecommendationWhoseCqlFailsAndLetsTheOthersAnswer() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", FAILS).knowledge();
    Decision decision = decide(knowledge, patientWithLump());
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.recommendation().id()).isEqualTo("alpha");
              assertThat(o.problem().category()).isEqualTo(ProblemCategory.FAULT);
            });
    assertThat(decision.speaking().orElseThrow().recommendation().id()).isEqualTo("beta");
  }

  /** SAFE-59. */
  @Test
  void neverReadsAGapAsNoneRecorded() {
    PatientRecord patient =
        record("{'resourceType':'Patient','id':'p'}")
            .gap(new DataGap("Condition", "conditions", DataGap.Reason.NOT_SENT))
            .build();
    Decision decision = decide(TestContent.in(root, "alpha").knowledge(), patient);
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.problem().category()).isEqualTo(ProblemCategory.DATA_MISSING);
              assertThat(o.problem().places()).containsExactly("conditions");
              assertThat(o.problem().text()).contains("conditions was not sent");
            });
  }

  @Test
  void needsThePatientAlways() {
    PatientRecord nobody = PatientRecord.builder("p").build();
    assertThat(decide(TestContent.in(root, "alpha").knowledge(), nobody).notEvaluated())
        .singleElement()
        .satisfies(o -> assertThat(o.problem().places()).containsExactly("patient"));
  }

  @Test
  void doesWithoutDataThatTheContentMarksOptionalAndSaysWhatIsNotSeen() {
    TestContent content =
        TestContent.in(root, "alpha")
            .recommendation("alpha", "exists [Condition: \"Lumps\"] or exists [Encounter]")
            .replace(
                "fhir-resources/plandefinition/PlanDefinition-alpha.json",
                "'priority'",
                "'input':[{'type':'Encounter','extension':[{'url':'https://oncohooks.org/StructureDefinition/data-optional',"
                    + "'valueString':'Reasons of visits are not seen.'}]}],'priority'");
    PatientRecord patient =
        withLump(record("{'resourceType':'Patient','id':'p'}"))
            .gap(new DataGap("Encounter", "encounters", DataGap.Reason.NOT_SENT))
            .build();
    Outcome.Applies applies = decide(content.knowledge(), patient).speaking().orElseThrow();
    assertThat(applies.unseen()).containsExactly("Reasons of visits are not seen.");
    PatientRecord silent =
        record("{'resourceType':'Patient','id':'p'}")
            .gap(new DataGap("Encounter", "encounters", DataGap.Reason.NOT_SENT))
            .build();
    Decision decision = decide(content.knowledge(), silent);
    assertThat(decision.speaking()).isEmpty();
    assertThat(decision.unseen()).containsExactly("Reasons of visits are not seen.");
  }

  @Test
  void passesOnWhatDataCouldNotBeUsed() {
    Decision decision =
        decide(
            TestContent.in(root, "alpha", "beta").knowledge(),
            record("{'resourceType':'Patient','id':'p'}").build());
    assertThat(decision.dataIncomplete()).containsExactly("The date of birth is not recorded.");
  }

  @Test
  void reportsWhatTakesTooLongAsTimedOut() {
    String slow =
        "Count(from [Condition] A, [Condition] B, [Condition] C, [Condition] D, [Condition] E"
            + " where A.id.value = B.id.value and C.id.value = D.id.value and E.id.value = A.id.value return A) > 0";
    Knowledge knowledge = TestContent.in(root, "alpha").recommendation("alpha", slow).knowledge();
    PatientRecord.Builder patient = record("{'resourceType':'Patient','id':'p'}");
    for (int i = 0; i < 60; i++) {
      patient.add(
          json(
              "{'resourceType':'Condition','id':'c" + i + "','subject':{'reference':'Patient/p'}}"),
          "test");
    }
    long start = System.nanoTime();
    Decision decision = decide(knowledge, patient.build(), Duration.ofMillis(500));
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(o -> assertThat(o.problem().category()).isEqualTo(ProblemCategory.TIMED_OUT));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  @DisplayName("B7: a rule that runs away")
  void stopsACalculationThatReadsNoData() {
    String list =
        java.util.stream.IntStream.range(0, 60)
            .mapToObj(String::valueOf)
            .collect(java.util.stream.Collectors.joining(", ", "({", "})"));
    String slow =
        "Count(from %1$s A, %1$s B, %1$s C, %1$s D where A + B + C + D = -1 return A) > 0"
            .formatted(list);
    Knowledge knowledge = TestContent.in(root, "alpha").recommendation("alpha", slow).knowledge();
    long start = System.nanoTime();
    Decision decision = decide(knowledge, patientWithLump(), Duration.ofMillis(500));
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(o -> assertThat(o.problem().category()).isEqualTo(ProblemCategory.TIMED_OUT));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void stopsADistinctOfALongListOfTuples() {
    Knowledge knowledge =
        TestContent.in(root, "alpha")
            .recommendation(
                "alpha", "Count(distinct ([Condition] C return all Tuple { id: C.id.value })) > 0")
            .knowledge();
    PatientRecord.Builder patient = record("{'resourceType':'Patient','id':'p'}");
    for (int i = 0; i < 60_000; i++) {
      patient.add(
          json(
              "{'resourceType':'Condition','id':'c" + i + "','subject':{'reference':'Patient/p'}}"),
          "test");
    }
    PatientRecord record = patient.build();
    long start = System.nanoTime();
    Decision decision = decide(knowledge, record, Duration.ofMillis(500));
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(o -> assertThat(o.problem().category()).isEqualTo(ProblemCategory.TIMED_OUT));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void refusesUnknownSettingsAsAWhole() {
    Knowledge knowledge = TestContent.in(root, "alpha").knowledge();
    assertThatThrownBy(
            () ->
                new DecisionEngine()
                    .decide(
                        knowledge,
                        knowledge.service("demo").orElseThrow(),
                        HookContext.of("patient-view", "p"),
                        patientWithLump(),
                        NOW,
                        Map.of("Unknown", IntNode.valueOf(1)),
                        Deadline.after(Duration.ofSeconds(30))))
        .isInstanceOf(ProblemException.class);
  }

  private static Decision decide(Knowledge knowledge, PatientRecord patient) {
    return decide(knowledge, patient, Duration.ofSeconds(60));
  }

  private static Decision decide(Knowledge knowledge, PatientRecord patient, Duration within) {
    return new DecisionEngine()
        .decide(
            knowledge,
            knowledge.service("demo").orElseThrow(),
            HookContext.of("patient-view", patient.patientId()),
            patient,
            NOW,
            Map.of(),
            Deadline.after(within));
  }

  private static PatientRecord patientWithLump() {
    return withLump(record("{'resourceType':'Patient','id':'p','birthDate':'1970-01-01'}")).build();
  }

  private static PatientRecord.Builder withLump(PatientRecord.Builder record) {
    return record.add(
        json(
            "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},'code':{'text':'A lump',"
                + "'coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}"),
        "test");
  }

  private static PatientRecord.Builder record(String patient) {
    return PatientRecord.builder("p").add(json(patient), "test");
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
