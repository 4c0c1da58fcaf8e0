package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

class HookCodecTest {

  private static final List<String> PATIENT_VIEW = List.of("patient-view");
  private static final String GOOD =
      """
      {"hook":"patient-view","hookInstance":"d1577c69","context":{"userId":"Practitioner/1",
       "patientId":"p1"}}
      """;

  private final HookCodec codec = new HookCodec(Mode.DEVELOPMENT);

  private HookRequest decode(String json) {
    return codec.decode(json.getBytes(StandardCharsets.UTF_8), PATIENT_VIEW);
  }

  private Problem problem(HookCodec codec, String json) {
    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () -> codec.decode(json.getBytes(StandardCharsets.UTF_8), PATIENT_VIEW))
            .problem();
    assertThat(problem.category()).isEqualTo(ProblemCategory.INCORRECT);
    assertThat(problem.text()).doesNotContain("CANARY");
    assertThat(problem.places().toString()).doesNotContain("CANARY");
    return problem;
  }

  @Test
  void readsARequestWithoutPrefetch() {
    HookRequest request = decode(GOOD);
    assertThat(request.context().hook()).isEqualTo("patient-view");
    assertThat(request.context().patientId()).isEqualTo("p1");
    assertThat(request.context().encounterId()).isEmpty();
    assertThat(request.prefetch()).isEmpty();
    assertThat(request.evaluationTime()).isEmpty();
  }

  @Test
  void keepsNullPrefetchValuesApartFromAbsentOnes() {
    HookRequest request = decode(GOOD.replace("}}", "},\"prefetch\":{\"conditions\":null}}"));
    assertThat(request.prefetch().get("conditions").isNull()).isTrue();
    assertThat(request.prefetch()).doesNotContainKey("observations");
  }

  @Test
  void takesANullPrefetchForNone() {
    assertThat(decode(GOOD.replace("}}", "},\"prefetch\":null}")).prefetch()).isEmpty();
  }

  @Test
  void stripsTheTypeFromIds() {
    HookRequest request =
        decode(GOOD.replace("\"p1\"", "\"Patient/p1\",\"encounterId\":\"Encounter/e.1\""));
    assertThat(request.context().patientId()).isEqualTo("p1");
    assertThat(request.context().encounterId()).contains("e.1");
  }

  @Test
  void leavesUnknownMembersAlone() {
    assertThat(decode(GOOD.replace("\"hook\":", "\"more\":[1],\"hook\":")).context().hook())
        .isEqualTo("patient-view");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|hook",
        "{'hook':null}|hook",
        "{'hook':''}|hook",
        "{'hook':7}|hook",
        "{'hook':['patient-view']}|hook",
        "{'hook':'patient-view'}|hookInstance",
        "{'hook':'patient-view','hookInstance':' '}|hookInstance",
        "{'hook':'patient-view','hookInstance':{}}|hookInstance",
        "{'hook':'patient-view','hookInstance':'i'}|context",
        "{'hook':'patient-view','hookInstance':'i','context':null}|context",
        "{'hook':'patient-view','hookInstance':'i','context':'CANARY'}|context",
        "{'hook':'patient-view','hookInstance':'i','context':{}}|context.patientId",
        "{'hook':'patient-view','hookInstance':'i','context':{'patientId':12}}|context.patientId",
        "{'hook':'patient-view','hookInstance':'i','context':{'patientId':''}}|context.patientId",
        "{'hook':'patient-view','hookInstance':'i','context':{'userId':'Practitioner/u','patientId':'p','encounterId':[]}}"
            + "|context.encounterId",
        "{'hook':'patient-view','hookInstance':'i','context':{'userId':'Practitioner/u','patientId':'p'},'prefetch':[]}"
            + "|prefetch",
        "{'hook':'patient-view','hookInstance':'i','context':{'userId':'Practitioner/u','patientId':'p'},'extension':'x'}"
            + "|extension"
      })
  void namesWhatIsMissingOrOfAWrongType(String json, String place) {
    assertThat(problem(codec, json.replace('\'', '"')).places()).containsExactly(place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CANARY Jane",
        "Patient/",
        "Patient/CANARY/_history/1",
        "Group/CANARY",
        "CANARY?x=y",
        "../CANARY",
        "CANARY,other",
        "{{context.patientId}}",
        "p\\u00e4tient",
        "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12345"
      })
  @DisplayName("R-50: an id of the context is a FHIR id, so that it can not change a URL")
  void refusesWhatIsNoFhirIdWithoutRepeatingIt(String id) {
    Problem problem = problem(codec, GOOD.replace("p1", id));
    assertThat(problem.code()).isEqualTo("id-invalid");
    assertThat(problem.places()).containsExactly("context.patientId");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "null",
        "\"text\"",
        "17",
        "{",
        "{\"hook\":\"patient-view\"",
        "{}{}",
        "{'hook':1}",
        "{\"hook\":\"a\",\"hook\":\"b\"}",
        "{\"hook\":\"a\",}",
        "// {}\n{}",
        "{\"hook\":NaN}",
        "{\"hook\":01}",
        "{\"hook\":\"\u0000\"}",
        "\uFEFF{}"
      })
  void refusesWhatIsNotOneJsonObject(String body) {
    assertThat(problem(codec, body).code()).startsWith("json-");
  }

  @Test
  void refusesDepthBombs() {
    for (int depth : new int[] {101, 10_000, 1_000_000}) {
      String bomb = "{\"hook\":" + "[".repeat(depth);
      assertThat(problem(codec, bomb).code()).isEqualTo("json-limit");
    }
  }

  @Test
  void takesTheEvaluationTimeInDevelopmentMode() {
    HookRequest request =
        decode(
            GOOD.replace(
                "}}",
                "},\"extension\":{\"org.oncohooks.evaluationTime\":\"2026-06-01T12:00:00-05:00\"}}"));
    assertThat(request.evaluationTime()).contains(ZonedDateTime.parse("2026-06-01T12:00:00-05:00"));
  }

  @Test
  void takesParametersInDevelopmentMode() {
    HookRequest request =
        decode(GOOD.replace("}}", "},\"extension\":{\"org.oncohooks.parameters\":{\"A\":3}}}"));
    assertThat(request.parameters().get("A").intValue()).isEqualTo(3);
  }

  @Test
  void takesADialectInDevelopmentMode() {
    HookRequest request =
        decode(GOOD.replace("}}", "},\"extension\":{\"org.oncohooks.dialect\":\"epic\"}}"));
    assertThat(request.dialect()).contains(Dialect.EPIC);
    Problem problem =
        problem(
            codec, GOOD.replace("}}", "},\"extension\":{\"org.oncohooks.dialect\":\"klingon\"}}"));
    assertThat(problem.places()).containsExactly("extension.org.oncohooks.dialect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"2026-06-01\"", "\"2026-06-01T12:00:00\"", "\"CANARY\"", "7", "\"\""})
  void refusesAnEvaluationTimeWithoutOffset(String value) {
    Problem problem =
        problem(
            codec,
            GOOD.replace(
                "}}", "},\"extension\":{\"org.oncohooks.evaluationTime\":" + value + "}}"));
    assertThat(problem.places()).containsExactly("extension.org.oncohooks.evaluationTime");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"org.oncohooks.evaluationTime\":\"2026-06-01T12:00:00-05:00\"",
        "\"org.oncohooks.evaluationTime\":null",
        "\"org.oncohooks.parameters\":{}",
        "\"org.oncohooks.dialect\":\"epic\""
      })
  void takesNeitherInProduction(String member) {
    Problem problem =
        problem(
            new HookCodec(Mode.PRODUCTION),
            GOOD.replace("}}", "},\"extension\":{" + member + "}}"));
    assertThat(problem.code()).isEqualTo("development-only");
  }
}
