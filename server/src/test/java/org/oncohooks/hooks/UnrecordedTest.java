package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.FaultyLedgerStore;
import org.oncohooks.ledger.Ledger;

/** A ledger that can't be written keeps no card from a clinician, and takes no feedback. */
@DisplayName("F6: the ledger fails")
class UnrecordedTest {

  private static final String CALL =
      """
      {"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/u","patientId":"p1"},
       "prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"1970-01-01"},
       "conditions":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":
       {"resourceType":"Condition","id":"c1","code":{"coding":[{"system":"http://snomed.info/sct",
       "code":"254837009"}]},"subject":{"reference":"Patient/p1"}}}]},
       "observations":{"resourceType":"Bundle","type":"searchset"}}}
      """;
  private static final String FEEDBACK =
      """
      {"feedback":[{"card":"c","outcome":"overridden","outcomeTimestamp":"2026-06-01T16:00:00Z"}]}
      """;

  private final FaultyLedgerStore store = new FaultyLedgerStore();
  private final Ledger ledger = store.ledger(InstantSource.system());

  @AfterEach
  void close() {
    store.mend();
    ledger.close();
  }

  private CdsHooks hooks(boolean required) {
    return new CdsHooks(
        TestContent::knowledge,
        OnePatientStore.empty(),
        EhrClient.none(),
        new GuardedEngine(GuardedEngine.Limits.standard()),
        Mode.PRODUCTION,
        InstantSource.system(),
        ZoneOffset.UTC,
        new Site(Set.of(), Map.of(), Set.of(), true, required),
        ledger);
  }

  private static JsonNode view(CdsHooks hooks) {
    byte[] body = CALL.getBytes(StandardCharsets.UTF_8);
    return StrictJson.object(hooks.answer("two-alerts", body, soon()).json());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  @Test
  void cardsGoOutMarked() {
    store.fail();
    JsonNode answer = view(hooks(false));
    assertThat(answer.path("cards")).hasSize(1);
    JsonNode about = answer.at("/extension/org.oncohooks");
    assertThat(about.at("/unrecorded/code").asText()).isEqualTo("injected");
    assertThat(about.at("/answersNotRead/text").asText()).contains("may be repeated");
    assertThat(ledger.isRecording()).isFalse();
    assertThat(ledger.missed()).isEqualTo(1);
  }

  @Test
  void cardsGoOutMarkedWhenItHangs() {
    store.hang();
    JsonNode answer = view(hooks(false));
    assertThat(answer.path("cards")).hasSize(1);
    assertThat(answer.at("/extension/org.oncohooks").has("unrecorded")).isTrue();
  }

  @Test
  void aRecordedAnswerHasNoMark() {
    JsonNode about = view(hooks(true)).at("/extension/org.oncohooks");
    assertThat(about.has("unrecorded")).isFalse();
    assertThat(about.has("answersNotRead")).isFalse();
  }

  @Test
  void aSiteThatWantsNoUnrecordedAnswersRefuses() throws InterruptedException {
    store.fail();
    CdsHooks hooks = hooks(true);
    assertThat(catchThrowableOfType(ProblemException.class, () -> view(hooks)).problem().category())
        .isEqualTo(ProblemCategory.UNAVAILABLE);
    assertThat(ledger.missed()).isEqualTo(1);
    store.mend();
    for (int i = 0; i < 600 && !ledger.isRecording(); i++) {
      Thread.sleep(50);
    }
    assertThat(ledger.auditEvents(0, 10))
        .extracting(event -> event.path("outcomeDesc").asText())
        .anyMatch(text -> text.contains("1 calls could not be recorded, 0 of them answered"));
  }

  @Test
  void feedbackIsRefused() {
    store.fail();
    byte[] body = FEEDBACK.getBytes(StandardCharsets.UTF_8);
    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> hooks(false).feedback("two-alerts", body, soon()))
                .problem()
                .category())
        .isEqualTo(ProblemCategory.UNAVAILABLE);
  }
}
