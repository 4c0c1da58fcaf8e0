package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.TestContent;
import org.oncohooks.decision.GuardedEngine.Limits;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** A rule that runs away takes neither the caller nor the other rules with it. */
class GuardedEngineTest {

  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");

  /** Runs for minutes unless it is ended between two expressions; only for someone with a lump. */
  private static final String LOOPS =
      """
      exists [Condition: "Lumps"] and Count(
        from ({1,2,3,4,5,6,7,8,9}) A, ({1,2,3,4,5,6,7,8,9}) B, ({1,2,3,4,5,6,7,8,9}) C,
          ({1,2,3,4,5,6,7,8,9}) D, ({1,2,3,4,5,6,7,8,9}) E, ({1,2,3,4,5,6,7,8,9}) F,
          ({1,2,3,4,5,6,7,8,9}) G, ({1,2,3,4,5,6,7,8,9}) H, ({1,2,3,4,5,6,7,8,9}) I
        where A + B + C + D + E + F + G + H + I > 100 return A) = 0""";

  /** One operator that takes seconds and can't be ended; only for someone with a lump. */
  private static final String HANGS =
      """
      exists [Condition: "Lumps"]
        and Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*\\\\1b')""";

  @TempDir Path root;

  @Test
  void decidesLikeTheUnguardedEngine() {
    Knowledge knowledge = TestContent.in(root, "alpha", "beta").knowledge();
    try (GuardedEngine engine = new GuardedEngine(Limits.standard())) {
      GuardedEngine.Guarded guarded =
          engine.decide(question(knowledge, "a", withLump("p"), Map.of(), Duration.ofSeconds(60)));
      assertThat(guarded.decision().speaking().orElseThrow().recommendation().id())
          .isEqualTo("alpha");
      assertThat(guarded.decision().superseded()).hasSize(1);
      assertThat(guarded.cpu()).isPositive();
      assertThatThrownBy(
              () ->
                  engine.decide(
                      question(
                          knowledge,
                          "a",
                          withLump("p"),
                          Map.of("Unknown", IntNode.valueOf(1)),
                          Duration.ofSeconds(60))))
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void givesARuleLittleTimeThatUsedItUpForThreePatientsInARow() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    try (GuardedEngine engine = engine(Duration.ofMillis(200), Duration.ofMinutes(10))) {
      for (int i = 0; i < 2; i++) {
        assertOnlyBeta(decide(engine, knowledge, withLump("p" + i)), "evaluation-overran");
      }
      assertThat(decide(engine, knowledge, healthy()).notEvaluated()).isEmpty();
      for (int i = 0; i < 3; i++) {
        assertThat(engine.quarantined(knowledge)).as("overruns since the last success").isEmpty();
        assertOnlyBeta(decide(engine, knowledge, withLump("p" + i)), "evaluation-overran");
      }
      assertThat(engine.quarantined(knowledge))
          .singleElement()
          .satisfies(
              held -> {
                assertThat(held.caller()).isEqualTo("a");
                assertThat(held.recommendation().id()).isEqualTo("alpha");
              });
      GuardedEngine.Guarded brief =
          engine.decide(question(knowledge, "a", withLump("p4"), Map.of(), Duration.ofSeconds(30)));
      assertOnlyBeta(brief.decision(), "rule-quarantined");
      assertThat(brief.cpu()).isLessThan(Duration.ofMillis(200));

      assertThat(decide(engine, knowledge, healthy()).notEvaluated())
          .as("of a patient for whom the rule ends at once")
          .isEmpty();
      assertThat(engine.quarantined(knowledge)).isEmpty();
    }
  }

  @Test
  void tellsWhenARuleGetsLittleTimeAndWhenItsTimeAgain() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    List<String> told = new ArrayList<>();
    Limits limits =
        new Limits(
            Duration.ofMillis(100),
            2,
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ZERO);
    GuardedEngine.Watch watch =
        (rule, version, held, why) -> {
          assertThat(version).isEqualTo(knowledge.version());
          told.add(rule.caller() + " " + rule.recommendation().id() + " " + held + " " + why);
        };
    try (GuardedEngine engine = new GuardedEngine(limits, watch)) {
      decide(engine, knowledge, withLump("p1"));
      decide(engine, knowledge, healthy());
      assertThat(told).as("one overrun is none").isEmpty();
      decide(engine, knowledge, withLump("p1"));
      decide(engine, knowledge, withLump("p2"));
      assertThat(told)
          .containsExactly("a alpha true it used up its CPU time for 2 patients in a row");
      decide(engine, knowledge, withLump("p3"));
      decide(engine, knowledge, healthy());
      assertThat(told.subList(1, told.size())).containsExactly("a alpha false it ended in time");
      decide(engine, knowledge, withLump("p1"));
      decide(engine, knowledge, withLump("p2"));
      engine.serves(knowledge);
      assertThat(told).as("the same content").hasSize(3);
      Knowledge other = TestContent.in(root, "alpha", "beta").knowledge();
      assertThat(other.version()).isNotEqualTo(knowledge.version());
      engine.serves(other);
      assertThat(told.subList(3, told.size()))
          .containsExactly("a alpha false other content is served now");
      assertThat(engine.quarantined(knowledge)).isEmpty();
    }
  }

  @Test
  @DisplayName("B7: a chart that is sent again is held against nobody else")
  void holdsAChartThatIsSentAgainAgainstNobodyElse() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    try (GuardedEngine engine = engine(Duration.ofMillis(100), Duration.ofMinutes(10))) {
      for (int i = 0; i < 4; i++) {
        assertOnlyBeta(decide(engine, knowledge, withLump("same")), "evaluation-overran");
      }
      assertThat(engine.quarantined(knowledge)).isEmpty();
      assertOnlyBeta(decide(engine, knowledge, withLump("other")), "evaluation-overran");
    }
  }

  @Test
  void holdsWhatOneCallerSendsAgainstNoOther() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    try (GuardedEngine engine = engine(Duration.ofMillis(100), Duration.ofMinutes(10))) {
      for (int i = 0; i < 4; i++) {
        decide(engine, knowledge, withLump("p" + i));
      }
      assertOnlyBeta(decide(engine, knowledge, withLump("p9")), "rule-quarantined");
      Decision other =
          engine
              .decide(question(knowledge, "b", withLump("p9"), Map.of(), Duration.ofSeconds(30)))
              .decision();
      assertOnlyBeta(other, "evaluation-overran");
      assertThat(engine.quarantined(knowledge)).extracting(held -> held.caller()).containsOnly("a");
    }
  }

  @Test
  void givesARuleItsFullTimeAgainNowAndThen() throws Exception {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    Duration pause = Duration.ofMillis(300);
    try (GuardedEngine engine = engine(Duration.ofMillis(200), pause)) {
      for (int i = 0; i < 3; i++) {
        decide(engine, knowledge, withLump("p" + i));
      }
      Thread.sleep(pause.toMillis() + 50);
      assertOnlyBeta(decide(engine, knowledge, withLump("p4")), "evaluation-overran");
      assertOnlyBeta(decide(engine, knowledge, withLump("p4")), "rule-quarantined");
      Thread.sleep(2 * pause.toMillis() + 50);
      assertOnlyBeta(decide(engine, knowledge, withLump("p4")), "evaluation-overran");
    }
  }

  @Test
  void losesACriticalRuleOnlyWhileItWaitsForEveryoneWhoAsks() throws Exception {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta")
            .recommendation("alpha", LOOPS)
            .replace(
                "fhir-resources/plandefinition/PlanDefinition-alpha.json",
                "'priority':'urgent'",
                "'priority':'stat'")
            .knowledge();
    Duration pause = Duration.ofSeconds(5);
    try (GuardedEngine engine = engine(Duration.ofMillis(100), pause)) {
      for (int i = 0; i < 3; i++) {
        assertThat(engine.lost(knowledge)).isEmpty();
        decide(engine, knowledge, withLump("p" + i));
      }
      Deadline due = Deadline.after(pause.plusMillis(200));
      assertThat(engine.lost(knowledge)).as("nobody else asks").hasSize(1);
      engine.decide(
          question(knowledge, "b", patient("p9").build(), Map.of(), Duration.ofSeconds(30)));
      assertThat(engine.lost(knowledge)).as("it works for b").isEmpty();
      for (int i = 0; i < 3; i++) {
        engine.decide(
            question(knowledge, "b", withLump("p" + i), Map.of(), Duration.ofSeconds(30)));
      }
      assertThat(engine.quarantined(knowledge)).hasSize(2);
      Thread.sleep(due.remaining().toMillis());
      assertThat(engine.lost(knowledge)).as("a call of a would try it").isEmpty();
      assertThat(engine.quarantined(knowledge)).hasSize(2);
    }
  }

  @Test
  void countsPatientsForWhomThreadsHangThoughItEndsForOthers() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", HANGS).knowledge();
    try (GuardedEngine engine = engine(Duration.ofMillis(200), Duration.ofMinutes(10))) {
      for (int i = 0; i < 6; i++) {
        decide(engine, knowledge, withLump("p" + i));
        decide(engine, knowledge, patient("q" + i).build());
      }
      assertThat(engine.stuckThreads()).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void doesNotTakeMissingDataForAnEvaluationThatEnded() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    try (GuardedEngine engine = engine(Duration.ofMillis(100), Duration.ofMinutes(10))) {
      for (int i = 0; i < 3; i++) {
        decide(engine, knowledge, withLump("p" + i));
        decide(
            engine,
            knowledge,
            patient("p")
                .gap(new DataGap("Condition", "conditions", DataGap.Reason.NOT_SENT))
                .build());
      }
      assertThat(engine.quarantined(knowledge)).hasSize(1);
    }
  }

  @Test
  void leavesThreadsBehindThatCannotBeEndedAndGoesOnWithTheOtherRules() throws Exception {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", HANGS).knowledge();
    Limits two =
        new Limits(
            Duration.ofMillis(200),
            2,
            Duration.ofMillis(100),
            Duration.ofMinutes(10),
            Duration.ZERO);
    try (GuardedEngine engine = new GuardedEngine(two)) {
      Deadline promised = Deadline.after(Duration.ofSeconds(20));
      assertOnlyBeta(decide(engine, knowledge, withLump("p1")), "evaluation-overran");
      assertThat(promised.expired()).isFalse();
      assertOnlyBeta(decide(engine, knowledge, withLump("p1")), "rule-quarantined");
      assertThat(engine.stuckThreads()).isEqualTo(1);
      assertThat(engine.quarantined(knowledge)).isEmpty();
      assertThat(decide(engine, knowledge, patient("p0").build()).notEvaluated()).isEmpty();

      decide(engine, knowledge, withLump("p2"));
      decide(engine, knowledge, withLump("p3"));
      assertThat(engine.quarantined(knowledge)).hasSize(1);
      int stuck = engine.stuckThreads();
      Thread.sleep(200);
      assertOnlyBeta(decide(engine, knowledge, withLump("p5")), "rule-quarantined");
      assertThat(engine.stuckThreads()).as("no more than before").isLessThanOrEqualTo(stuck);

      Deadline patience = Deadline.after(Duration.ofMinutes(3));
      while (engine.stuckThreads() > 0 && !patience.expired()) {
        Thread.sleep(100);
      }
      assertThat(decide(engine, knowledge, healthy()).notEvaluated()).isEmpty();
      assertThat(engine.quarantined(knowledge)).isEmpty();
    }
  }

  @Test
  void answersAtTheDeadlineThoughTheFirstSecondsAreNotCounted() {
    Knowledge knowledge =
        TestContent.in(root, "alpha", "beta").recommendation("alpha", LOOPS).knowledge();
    Limits cold =
        new Limits(
            Duration.ofMillis(100),
            1,
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofHours(1));
    try (GuardedEngine engine = new GuardedEngine(cold)) {
      Decision decision =
          engine
              .decide(question(knowledge, "a", withLump("p"), Map.of(), Duration.ofMillis(800)))
              .decision();
      assertThat(decision.notEvaluated())
          .extracting(o -> o.problem().code())
          .first()
          .isEqualTo("evaluation-timed-out");
      assertThat(decision.outcomes()).hasSize(2);
      assertThat(engine.quarantined(knowledge)).isEmpty();
    }
  }

  private static GuardedEngine engine(Duration cpu, Duration pause) {
    return new GuardedEngine(new Limits(cpu, 3, pause, Duration.ofMinutes(10), Duration.ZERO));
  }

  private static Decision decide(GuardedEngine engine, Knowledge knowledge, PatientRecord patient) {
    return engine
        .decide(question(knowledge, "a", patient, Map.of(), Duration.ofSeconds(30)))
        .decision();
  }

  private static void assertOnlyBeta(Decision decision, String why) {
    assertThat(decision.speaking().map(o -> o.recommendation().id()).orElse("beta is silent"))
        .isIn("beta", "beta is silent");
    assertThat(decision.notEvaluated())
        .singleElement()
        .satisfies(
            o -> {
              assertThat(o.recommendation().id()).isEqualTo("alpha");
              assertThat(o.problem().code()).isEqualTo(why);
            });
  }

  private static Question question(
      Knowledge knowledge,
      String caller,
      PatientRecord patient,
      Map<String, JsonNode> settings,
      Duration within) {
    return new Question(
        knowledge,
        knowledge.service("demo").orElseThrow(),
        caller,
        HookContext.of("patient-view", patient.patientId()),
        patient,
        NOW,
        settings,
        List.of(),
        Deadline.after(within));
  }

  private static PatientRecord healthy() {
    return patient("healthy").build();
  }

  private static PatientRecord withLump(String id) {
    return patient(id)
        .add(
            json(
                "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/%s'},"
                        .formatted(id)
                    + "'code':{'coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}"),
            "test")
        .build();
  }

  private static PatientRecord.Builder patient(String id) {
    return PatientRecord.builder(id)
        .add(
            json("{'resourceType':'Patient','id':'%s','birthDate':'1970-01-01'}".formatted(id)),
            "test");
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
