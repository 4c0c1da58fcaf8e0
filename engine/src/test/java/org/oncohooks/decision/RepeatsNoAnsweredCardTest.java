package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.TestContent;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** A clinician's answer keeps the same card away for its interval, and nothing else. (SAFE-61) */
class RepeatsNoAnsweredCardTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");
  private static final String ALPHA = "fhir-resources/plandefinition/PlanDefinition-alpha.json";

  private static final String ALPHA_CANONICAL = "https://example.org/PlanDefinition/alpha|1.0.0";

  @TempDir Path root;

  private TestContent content;

  @BeforeEach
  void twoRecommendationsOfWhichTheFirstHasAnInterval() {
    content = TestContent.in(root, "alpha", "beta");
    content.replace(ALPHA, "'version'", interval("10", "d") + "'version'");
  }

  private static String interval(String value, String code) {
    return ("'extension':[{'url':'https://oncohooks.org/StructureDefinition/repeat-interval',"
            + "'valueDuration':{'value':%s,'system':'http://unitsofmeasure.org','code':'%s'}}],")
        .formatted(value, code);
  }

  @Test
  void namesTheAnswerAndWhenTheCardComesAgain() {
    Answer answer = answer(NOW.toInstant().minus(Duration.ofDays(3)));
    Decision decision = decide(content.knowledge(), "A lump", answer);
    assertThat(decision.suppressed())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.recommendation().id()).isEqualTo("alpha");
              assertThat(o.answer()).isEqualTo(answer);
              assertThat(o.until()).isEqualTo(NOW.toInstant().plus(Duration.ofDays(7)));
            });
  }

  @Test
  void letsWhatNobodyAnsweredSpeak() {
    Decision decision =
        decide(content.knowledge(), "A lump", answer(NOW.toInstant().minusSeconds(1)));
    assertThat(decision.speaking().orElseThrow().recommendation().id()).isEqualTo("beta");
    assertThat(decision.superseded()).isEmpty();
  }

  @Test
  void untilTheIntervalIsOver() {
    Instant tenDaysAgo = NOW.toInstant().minus(Duration.ofDays(10));
    Knowledge knowledge = content.knowledge();
    assertThat(speaks(decide(knowledge, "A lump", answer(tenDaysAgo)))).isEqualTo("alpha");
    assertThat(speaks(decide(knowledge, "A lump", answer(tenDaysAgo.plusMillis(1)))))
        .isEqualTo("beta");
  }

  @Test
  void countsFromTheLastAnswer() {
    Answer old = answer(NOW.toInstant().minus(Duration.ofDays(50)));
    Answer recent = answer(NOW.toInstant().minus(Duration.ofDays(1)));
    assertThat(decide(content.knowledge(), "A lump", old, recent).suppressed())
        .singleElement()
        .satisfies(o -> assertThat(o.answer()).isEqualTo(recent));
  }

  @Test
  void notOnNewEvidence() {
    Answer answer = answer(NOW.toInstant());
    assertThat(speaks(decide(content.knowledge(), "Another lump", answer))).isEqualTo("alpha");
  }

  @Test
  void notWithoutAnInterval() {
    Knowledge none = content.replace(ALPHA, interval("10", "d"), "").knowledge();
    assertThat(speaks(decide(none, "A lump", answer(NOW.toInstant())))).isEqualTo("alpha");
    Knowledge zero =
        content.replace(ALPHA, "'version'", interval("0", "d") + "'version'").knowledge();
    assertThat(speaks(decide(zero, "A lump", answer(NOW.toInstant())))).isEqualTo("alpha");
  }

  @Test
  void neverIfItIsCritical() {
    Knowledge critical = content.replace(ALPHA, "'urgent'", "'stat'").knowledge();
    String evidence =
        EvidenceHash.of(
            critical.service("demo").orElseThrow().recommendations("patient-view").get(0).topic(),
            decide(critical, "A lump").speaking().orElseThrow().advice());
    Answer answer = new Answer(ALPHA_CANONICAL, evidence, "overridden", NOW.toInstant(), "c");
    assertThat(speaks(decide(critical, "A lump", answer))).isEqualTo("alpha");
  }

  @Test
  void notOfAnotherVersionOfTheRecommendation() {
    Answer answer = answer(NOW.toInstant());
    Knowledge next = content.replace(ALPHA, "'version':'1.0.0'", "'version':'1.0.1'").knowledge();
    assertThat(speaks(decide(next, "A lump", answer))).isEqualTo("alpha");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "'3'", "367", "null"})
  void refusesAnIntervalThatIsNoNumberOfDays(String value) {
    content.replace(ALPHA, "'value':10", "'value':" + value);
    assertThat(content.load().findings()).anyMatch(f -> f.toString().contains("repeat-interval"));
  }

  @Test
  void refusesAnIntervalInAnotherUnit() {
    content.replace(ALPHA, "'code':'d'", "'code':'mo'");
    assertThat(content.load().findings()).anyMatch(f -> f.toString().contains("repeat-interval"));
  }

  /** To the card of alpha, the first that speaks. */
  private Answer answer(Instant since) {
    Knowledge knowledge = content.knowledge();
    Outcome.Applies applies = decide(knowledge, "A lump").speaking().orElseThrow();
    String evidence = EvidenceHash.of(applies.recommendation().topic(), applies.advice());
    return new Answer(ALPHA_CANONICAL, evidence, "accepted", since, "c");
  }

  private static String speaks(Decision decision) {
    return decision.speaking().orElseThrow().recommendation().id();
  }

  private static Decision decide(Knowledge knowledge, String lump, Answer... answers) {
    return new DecisionEngine()
        .decide(
            new Question(
                knowledge,
                knowledge.service("demo").orElseThrow(),
                "open",
                HookContext.of("patient-view", "p"),
                PatientRecord.builder("p")
                    .add(
                        json("{'resourceType':'Patient','id':'p','birthDate':'1970-01-01'}"),
                        "test")
                    .add(
                        json(
                            "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},"
                                + "'code':{'text':'%s','coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}"
                                    .formatted(lump)),
                        "test")
                    .build(),
                NOW,
                Map.of(),
                List.of(answers),
                Deadline.after(Duration.ofSeconds(60))));
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
