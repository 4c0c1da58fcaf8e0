package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.Ledger;

/** What a clinician answered is not repeated for a while; whatever else is recorded, is shown. */
@DisplayName("Decision 6: repeat suppression")
class RepeatSuppressionTest {

  private static final Instant NOW = Instant.parse("2026-06-01T17:00:00Z");

  private Instant now = NOW;
  private final InstantSource clock = () -> now;
  private final Ledger ledger = Ledger.inMemory(clock);
  private final CdsHooks hooks = hooks(true);

  private CdsHooks hooks(boolean suppresses) {
    return new CdsHooks(
        TestContent::knowledge,
        OnePatientStore.empty(),
        EhrClient.none(),
        new GuardedEngine(GuardedEngine.Limits.standard()),
        Mode.DEVELOPMENT,
        clock,
        ZoneId.of("America/Chicago"),
        new Site(Set.of(), Map.of(), Set.of(), suppresses, false),
        ledger);
  }

  private static JsonNode view(CdsHooks hooks, String patient, String onset) {
    return view(hooks, patient, onset, "");
  }

  private static JsonNode view(CdsHooks hooks, String patient, String onset, String more) {
    String body =
        """
        {'hook':'patient-view','hookInstance':'i','context':{'userId':'Practitioner/u','patientId':'%1$s'},
         'prefetch':{'patient':{'resourceType':'Patient','id':'%1$s','birthDate':'1970-01-01'},
         'conditions':{'resourceType':'Bundle','type':'searchset','entry':[{'resource':
         {'resourceType':'Condition','id':'c1','code':{'coding':[{'system':'http://snomed.info/sct',
         'code':'254837009'}],'text':'Cancer'},'subject':{'reference':'Patient/%1$s'},'onsetDateTime':'%2$s'}}]},
         'observations':{'resourceType':'Bundle','type':'searchset'}}%3$s}
        """
            .formatted(patient, onset, more)
            .replace('\'', '"');
    return StrictJson.object(
        hooks.answer("two-alerts", body.getBytes(StandardCharsets.UTF_8), soon()).json());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  private void answer(JsonNode response, String outcome, Instant at) {
    String how =
        outcome.equals("accepted")
            ? ",'acceptedSuggestions':[{'id':'%s'}]"
                .formatted(response.at("/cards/0/suggestions/0/uuid").asText())
            : "";
    String body =
        "{'feedback':[{'card':'%s','outcome':'%s','outcomeTimestamp':'%s'%s}]}"
            .formatted(response.at("/cards/0/uuid").asText(), outcome, at, how)
            .replace('\'', '"');
    assertThat(
            hooks.feedback("two-alerts", body.getBytes(StandardCharsets.UTF_8), soon()).unknown())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"accepted", "overridden"})
  void namesWhatIsNotRepeatedWhoAnsweredAndUntilWhen(String outcome) {
    JsonNode first = view(hooks, "p1", "2024-03");
    answer(first, outcome, NOW.minusSeconds(60));
    JsonNode second = view(hooks, "p1", "2024-03");
    assertThat(second.path("cards")).isEmpty();
    JsonNode suppressed = second.at("/extension/org.oncohooks/suppressed/0");
    assertThat(suppressed.path("recommendation").asText())
        .isEqualTo("https://oncohooks.org/PlanDefinition/alert|0.1.0");
    assertThat(suppressed.path("outcome").asText()).isEqualTo(outcome);
    assertThat(suppressed.path("since").asText()).isEqualTo("2026-06-01T16:59:00Z");
    assertThat(suppressed.path("until").asText()).isEqualTo("2026-08-30T16:59:00Z");
    assertThat(suppressed.path("card")).isEqualTo(first.at("/cards/0/uuid"));
  }

  @Test
  void aChartThatWasOnlyOpenedSuppressesNothing() {
    view(hooks, "p1", "2024-03");
    JsonNode second = view(hooks, "p1", "2024-03");
    assertThat(second.path("cards")).hasSize(1);
    assertThat(second.at("/extension/org.oncohooks").has("suppressed")).isFalse();
  }

  @Test
  void newEvidenceShowsTheCardAgain() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    assertThat(view(hooks, "p1", "2024-04").path("cards")).hasSize(1);
    assertThat(view(hooks, "p1", "2024-03").path("cards")).isEmpty();
  }

  @Test
  void greaterUrgencyShowsTheCardAgainAndACriticalOneIsAlwaysShown() {
    String stat = ",'extension':{'org.oncohooks.parameters':{'Urgency':'stat'}}";
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    JsonNode critical = view(hooks, "p1", "2024-03", stat);
    assertThat(critical.path("cards")).hasSize(1);
    answer(critical, "accepted", NOW);
    assertThat(view(hooks, "p1", "2024-03", stat).path("cards")).hasSize(1);
  }

  @Test
  void anotherPatientIsShownTheCard() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    assertThat(view(hooks, "p2", "2024-03").path("cards")).hasSize(1);
  }

  @Test
  void thePatientOfAnotherServerWithTheSameIdIsShownTheCard() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    JsonNode other = view(hooks, "p1", "2024-03", ",'fhirServer':'https://other.example.org/fhir'");
    assertThat(other.path("cards")).hasSize(1);
  }

  @Test
  void aSlashAtTheEndOfItsFhirServerMakesNobodyElseOfAPatient() {
    String server = ",'fhirServer':'https://ehr.example.org/fhir%s'";
    answer(view(hooks, "p1", "2024-03", server.formatted("")), "accepted", NOW);
    assertThat(view(hooks, "p1", "2024-03", server.formatted("/")).path("cards")).isEmpty();
  }

  @Test
  void isOverWithTheInterval() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    now = NOW.plus(Duration.ofDays(90)).minusMillis(1);
    assertThat(view(hooks, "p1", "2024-03").path("cards")).isEmpty();
    now = NOW.plus(Duration.ofDays(90));
    assertThat(view(hooks, "p1", "2024-03").path("cards")).hasSize(1);
  }

  @Test
  void aCallersClockThatIsAheadProlongsNothing() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW.plus(Duration.ofDays(3000)));
    now = NOW.plus(Duration.ofDays(90));
    assertThat(view(hooks, "p1", "2024-03").path("cards")).hasSize(1);
  }

  @Test
  void aSiteSwitchesItOff() {
    answer(view(hooks, "p1", "2024-03"), "accepted", NOW);
    assertThat(view(hooks(false), "p1", "2024-03").path("cards")).hasSize(1);
  }

  @Test
  void aCardThatIsNotKnownHereSuppressesNothing() {
    JsonNode elsewhere =
        view(
            new CdsHooks(
                TestContent::knowledge,
                OnePatientStore.empty(),
                EhrClient.none(),
                new GuardedEngine(GuardedEngine.Limits.standard()),
                Mode.DEVELOPMENT,
                clock,
                ZoneId.of("America/Chicago"),
                Site.standard(),
                Ledger.inMemory(clock)),
            "p1",
            "2024-03");
    String body =
        "{\"feedback\":[{\"card\":\"%s\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\"%s\"}]}"
            .formatted(elsewhere.at("/cards/0/uuid").asText(), NOW);
    assertThat(
            hooks.feedback("two-alerts", body.getBytes(StandardCharsets.UTF_8), soon()).unknown())
        .isEqualTo(1);
    assertThat(view(hooks, "p1", "2024-03").path("cards")).hasSize(1);
  }
}
