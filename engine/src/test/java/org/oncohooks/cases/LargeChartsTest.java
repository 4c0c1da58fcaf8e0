package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Question;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.PatientRecord;

/**
 * The longest chart that a caller can send takes no recommendation's time away: in each, everything
 * that a card rests on stands thousands of times.
 */
class LargeChartsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  /** The most that is read of one prefetch key. */
  private static final int MOST = 5_000;

  private static final int MANY = 500;

  /** Each is compared with each, to find those who were recorded twice. */
  private static final int RELATIVES = 50;

  /** Gives information only, and is off unless a site switches it on. */
  private static final String LEAST = "RiskInformation";

  private static Knowledge knowledge;
  private static Map<String, Case> cases;

  @BeforeAll
  static void readEverything() throws Exception {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    cases = new TreeMap<>();
    for (Case each : CaseFolder.readAll(HOME.resolve("cql/tests"))) {
      if (each.service().isPresent()
          && each.cards().filter(cards -> !cards.isEmpty()).isPresent()) {
        cases.merge(
            each.library(), each, (a, b) -> a.resources().size() >= b.resources().size() ? a : b);
      }
    }
    assertThat(cases).hasSizeGreaterThan(20).containsKey(LEAST);
  }

  @Test
  @DisplayName("B7: charts of thousands of rows")
  void takesNoRecommendationsTimeAway() {
    GuardedEngine.Limits limits = GuardedEngine.Limits.standard();
    GuardedEngine.Limits warm =
        new GuardedEngine.Limits(
            limits.cpu().multipliedBy(2), // what is not linear takes many times as long
            limits.patients(),
            limits.pause(),
            limits.longestPause(),
            Duration.ZERO);
    List<String> overran = new ArrayList<>();
    try (GuardedEngine cold = new GuardedEngine(limits);
        GuardedEngine engine = new GuardedEngine(warm)) {
      cases.values().forEach(each -> decide(cold, each, MANY));
      for (Case each : cases.values()) {
        for (Outcome.NotEvaluated outcome :
            decide(engine, each, each.library().equals(LEAST) ? MANY : MOST).notEvaluated()) {
          overran.add(
              each.name() + ": " + outcome.recommendation().id() + " " + outcome.problem().code());
        }
      }
    }
    assertThat(overran).isEmpty();
  }

  private static Decision decide(GuardedEngine engine, Case each, int rows) {
    return engine
        .decide(
            new Question(
                knowledge,
                knowledge.service(each.service().orElseThrow()).orElseThrow(),
                "open",
                CaseRunner.context(each),
                chart(each, rows),
                each.evaluatedAt(),
                each.parameters(),
                List.of(),
                Deadline.after(Duration.ofMinutes(2))))
        .decision();
  }

  private static PatientRecord chart(Case each, int rows) {
    Map<String, List<ObjectNode>> byType = new HashMap<>();
    for (ObjectNode resource : each.resources()) {
      byType
          .computeIfAbsent(resource.path("resourceType").asText(), type -> new ArrayList<>())
          .add(resource);
    }
    PatientRecord.Builder chart =
        PatientRecord.builder(byType.get("Patient").get(0).path("id").asText());
    byType.forEach(
        (type, resources) -> {
          int count =
              switch (type) {
                case "Patient" -> 1;
                case "FamilyMemberHistory" -> RELATIVES;
                default -> rows;
              };
          for (int i = 0; i < count; i++) {
            ObjectNode resource = resources.get(i % resources.size());
            String id = resource.path("id").asText();
            chart.add(
                type.equals("Patient") ? resource : resource.deepCopy().put("id", id + "-" + i),
                "test");
          }
        });
    return chart.build();
  }
}
