package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.Ledger;

class CdsHooksTest {

  private static final String PATIENT =
      "\"patient\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1970\"}";
  private static final String CONDITIONS =
      "\"conditions\":{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":"
          + "{\"resourceType\":\"Condition\",\"id\":\"c1\",\"code\":{\"coding\":[{\"system\":"
          + "\"http://snomed.info/sct\",\"code\":\"254837009\"}],\"text\":\"Cancer <b>\"},"
          + "\"subject\":{\"reference\":\"Patient/p1\"},\"onsetDateTime\":\"2024-03\"}}]}";
  private static final String NO_OBSERVATIONS =
      "\"observations\":{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}";

  private static CdsHooks hooks(Mode mode) {
    return new CdsHooks(
        TestContent::knowledge,
        OnePatientStore.empty(),
        EhrClient.none(),
        new GuardedEngine(GuardedEngine.Limits.standard()),
        mode,
        InstantSource.fixed(Instant.parse("2026-06-02T02:00:00Z")),
        ZoneId.of("America/Chicago"),
        Site.standard(),
        Ledger.inMemory(InstantSource.system()));
  }

  private static HookAnswer call(String service, String prefetch, String extension) {
    return hooks(Mode.DEVELOPMENT)
        .answer(service, body(prefetch, extension), Deadline.after(Duration.ofSeconds(10)));
  }

  private static byte[] body(String prefetch, String extension) {
    return ("{\"hook\":\"patient-view\",\"hookInstance\":\"i\",\"context\":{\"userId\":\"Practitioner/u\",\"patientId\":\"p1\"},"
            + "\"prefetch\":{"
            + prefetch
            + "},\"extension\":{"
            + extension
            + "}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Problem problem(String service, String prefetch, String extension) {
    return catchThrowableOfType(ProblemException.class, () -> call(service, prefetch, extension))
        .problem();
  }

  private static JsonNode json(HookAnswer answer) {
    return StrictJson.object(answer.json());
  }

  @Test
  void discoversEveryServiceWithItsHook() {
    JsonNode services = StrictJson.object(hooks(Mode.PRODUCTION).discovery()).path("services");
    assertThat(services)
        .extracting(s -> s.path("id").asText())
        .containsExactly("all-fail", "one-fails", "two-alerts");
    JsonNode last = services.path(2);
    assertThat(last.path("hook").asText()).isEqualTo("patient-view");
    assertThat(last.path("title").asText()).isEqualTo("Two alerts");
    assertThat(last.path("description").asText()).isNotBlank();
    assertThat(last.path("prefetch").path("patient").asText())
        .isEqualTo("Patient/{{context.patientId}}");
    assertThat(last.path("prefetch").has("observations")).isTrue();
  }

  @Test
  void answersACardFromPrefetch() {
    HookAnswer answer = call("two-alerts", PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS, "");
    JsonNode card = json(answer).at("/cards/0");
    assertThat(card.at("/source/topic/code").asText()).isEqualTo("alert");
    assertThat(card.path("detail").asText()).contains("- Cancer &lt;b&gt;, 2024-03");
    assertThat(answer.cards()).isEqualTo(1);
    assertThat(answer.applies()).isEqualTo(1);
    assertThat(answer.resources()).isEqualTo(2);
  }

  @Test
  @DisplayName("F10: the instant of arrival, in the zone of the site")
  void takesTheInstantOfArrivalInTheConfiguredZone() {
    JsonNode response =
        json(call("two-alerts", PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS, ""));
    assertThat(response.at("/cards/0/summary").asText()).contains("2026-06-01");
    assertThat(response.at("/extension/org.oncohooks/evaluatedAt").asText())
        .isEqualTo("2026-06-01T21:00:00-05:00");
  }

  @Test
  void takesTheEvaluationTimeOfTheRequest() {
    JsonNode response =
        json(
            call(
                "two-alerts",
                PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS,
                "\"org.oncohooks.evaluationTime\":\"2030-01-01T00:00:00+02:00\""));
    assertThat(response.at("/cards/0/summary").asText()).contains("2030-01-01");
  }

  @Test
  void takesParametersOfTheRequest() {
    JsonNode response =
        json(
            call(
                "two-alerts",
                PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS,
                "\"org.oncohooks.parameters\":{\"Urgency\":\"stat\"}"));
    assertThat(response.at("/cards/0/indicator").asText()).isEqualTo("critical");
  }

  @Test
  void refusesAParameterThatTheContentDoesNotHave() {
    Problem problem =
        problem(
            "two-alerts",
            PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS,
            "\"org.oncohooks.parameters\":{\"Canary\":\"stat\"}");
    assertThat(problem.category()).isEqualTo(ProblemCategory.INCORRECT);
  }

  @Test
  void answersTheOthersWhenDataIsMissingForOne() {
    JsonNode response = json(call("two-alerts", PATIENT + "," + CONDITIONS, ""));
    assertThat(response.path("cards"))
        .extracting(c -> c.at("/source/topic/code").asText())
        .containsExactly("alert", "not-evaluated");
    assertThat(response.at("/cards/1/detail").asText()).contains("observations was not sent");
  }

  @Test
  void answersTheOthersWhenOneFails() {
    JsonNode response = json(call("one-fails", PATIENT + "," + CONDITIONS, ""));
    assertThat(response.path("cards"))
        .extracting(c -> c.at("/source/topic/code").asText())
        .containsExactly("alert", "not-evaluated");
  }

  @Test
  void isNeverSilentWhenAllFail() {
    Problem problem = problem("all-fail", PATIENT, "");
    assertThat(problem.category()).isEqualTo(ProblemCategory.FAULT);
    assertThat(problem.code()).isEqualTo("evaluation-failed");
  }

  @Test
  void namesTheMissingKeysWhenNothingCanBeEvaluated() {
    Problem problem = problem("two-alerts", "", "");
    assertThat(problem.category()).isEqualTo(ProblemCategory.DATA_MISSING);
    assertThat(problem.places())
        .containsExactly("prefetch.conditions", "prefetch.observations", "prefetch.patient");
    assertThat(problem.text()).contains("conditions was not sent");
  }

  @Test
  void namesTheHooksThatAServiceOffers() {
    byte[] body =
        "{\"hook\":\"order-sign\",\"hookInstance\":\"i\",\"context\":{\"patientId\":\"p1\"}}"
            .getBytes(StandardCharsets.UTF_8);
    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () ->
                    hooks(Mode.DEVELOPMENT)
                        .answer("two-alerts", body, Deadline.after(Duration.ofSeconds(5))))
            .problem();
    assertThat(problem.places()).containsExactly("hook");
    assertThat(problem.text()).contains("patient-view").doesNotContain("order-sign");
  }

  @Test
  @DisplayName("R-56: every card has a uuid of its own")
  void givesEveryCardANewUuid() {
    String prefetch = PATIENT + "," + CONDITIONS + "," + NO_OBSERVATIONS;
    JsonNode one = json(call("two-alerts", prefetch, "")).at("/cards/0");
    JsonNode two = json(call("two-alerts", prefetch, "")).at("/cards/0");
    assertThat(one.path("uuid")).isNotEqualTo(two.path("uuid"));
    assertThat(one.at("/extension/org.oncohooks.evidence/hash"))
        .isEqualTo(two.at("/extension/org.oncohooks.evidence/hash"));
  }
}
