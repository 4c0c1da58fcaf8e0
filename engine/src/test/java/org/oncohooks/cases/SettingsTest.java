package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.patient.PatientRecord;

/** A setting that would take cards away without a word is refused by name. */
class SettingsTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");
  private static Knowledge knowledge;

  @BeforeAll
  static void loads() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'SymptomWindowDays':-1}",
        "{'SymptomWindowDays':0}",
        "{'SymptomWindowDays':2147483647}",
        "{'PersistentPainDays':-14}",
        "{'LabWindowDays':-1}",
        "{'LumpToldAgainDays':-1}",
        "{'LumpToldAgainDays':366}",
        "{'OverdueGraceMonths':-1}",
        "{'OverdueGraceMonths':13}",
        "{'OpenOrderMonths':-6}",
        "{'DecisionMonths':-12}",
        "{'ChestRTAgeMin':31}",
        "{'ChestRTAgeMax':9}",
        "{'ChestRTAgeMin':-1}",
        "{'ChestRTStartYearsAfter':-8}",
        "{'ChestRTStartAge':-25}",
        "{'SuspectedMetsMRIDays':0}",
        "{'MSCCMRIHours':0}",
        "{'CalciumHigh':0}",
        "{'CalciumHigh':2.6}",
        "{'IonisedCalciumHigh':-1.3}",
        "{'FamilyHistoryTool':'bogus'}",
        "{'FamilyRuleMode':''}",
        "{'MetsPainMode':'Weighted'}",
        "{'AudienceText':'nurse'}",
        "{'EmergencyNumber':''}",
        "{'ScreeningProgramme':'no-such-programme'}",
      })
  void refusesASettingThatCanNotBeMeant(String settings) {
    Map<String, JsonNode> values = settings(settings);
    String name = values.keySet().iterator().next();
    assertThatThrownBy(() -> begin(values))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().category()).isEqualTo(ProblemCategory.INCORRECT);
              assertThat(e.problem().code()).isEqualTo("parameter-invalid");
              assertThat(e.problem().places())
                  .containsExactly("extension.org.oncohooks.parameters." + name);
              assertThat(e.problem().text()).contains(name).doesNotContain("bogus");
            });
  }

  @Test
  void namesEverySettingThatIsWrongAndNoOther() {
    assertThatThrownBy(
            () -> begin(settings("{'LabWindowDays':0,'OpenOrderMonths':3,'MetsPainMode':'bogus'}")))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().places())
                    .containsExactly(
                        "extension.org.oncohooks.parameters.LabWindowDays",
                        "extension.org.oncohooks.parameters.MetsPainMode"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'SymptomWindowDays':30,'PersistentPainDays':42,'OverdueGraceMonths':0}",
        "{'FamilyHistoryTool':'FHS-7','FamilyRuleMode':'literal','MetsPainMode':'any-feature'}",
        "{'CalciumHigh':10.2,'GeneticsContact':''}",
      })
  void takesWhatCanBeMeant(String settings) {
    try (CqlEvaluation evaluation = begin(settings(settings))) {
      assertThat(evaluation.evaluate("Settings", "Invalid Settings")).isEmpty();
    }
  }

  private static CqlEvaluation begin(Map<String, JsonNode> settings) {
    return knowledge
        .program()
        .begin(
            PatientRecord.builder("p").build(),
            NOW,
            settings,
            Deadline.after(Duration.ofSeconds(60)));
  }

  private static Map<String, JsonNode> settings(String json) {
    Map<String, JsonNode> settings = new HashMap<>();
    StrictJson.object(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
        .properties()
        .forEach(member -> settings.put(member.getKey(), member.getValue()));
    return settings;
  }
}
