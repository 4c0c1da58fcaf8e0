package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.ledger.Ledger;

/** One service on two hooks: a chart is opened, and an order is about to be signed. */
class AnswersSeveralHooksTest {

  private static final String PLAN = "fhir-resources/plandefinition/PlanDefinition-two-alerts.json";
  private static final String SECOND = "cql/Second.cql";
  private static final String PREFETCH =
      "'prefetch':{'patient':{'resourceType':'Patient','id':'p1','birthDate':'1970'},"
          + "'conditions':{'resourceType':'Bundle','type':'searchset'},"
          + "'serviceRequests':{'resourceType':'Bundle','type':'searchset'}}";
  private static final String DRAFT =
      "{'resource':{'resourceType':'ServiceRequest','id':'s','subject':{'reference':'Patient/p1'}}}";

  @TempDir static Path folder;

  private static CdsHooks hooks;

  @BeforeAll
  static void start() throws IOException {
    TestContent.copyTo(folder);
    Path context = Path.of(System.getProperty("oncohooks.home"), "cql/common/HookContext.cql");
    Files.copy(context, folder.resolve("cql/HookContext.cql"));
    // "alert" speaks on both hooks, "second" on drafts only
    replace(PLAN, "\"second\",\n      \"trigger\": [\n        {\n", "patient-view", "order-sign");
    replace(
        PLAN,
        "\"alert\",\n      \"trigger\": [\n",
        "[\n",
        "[\n        {\"type\": \"named-event\", \"name\": \"order-sign\"},\n");
    String second = Files.readString(folder.resolve(SECOND));
    Files.writeString(
        folder.resolve(SECOND),
        second
            .replace(
                "context Patient",
                "include HookContext version '0.1.0' called HookContext\n\ncontext Patient")
            .replaceFirst(
                "define \"Is Recommendation Applicable\":[^\\n]*",
                "define \"Is Recommendation Applicable\": not exists [ServiceRequest] and exists"
                    + " HookContext.\"Service Requests At Hand\""));
    Loaded loaded = KnowledgeLoader.load(folder);
    Knowledge knowledge =
        loaded.knowledge().orElseThrow(() -> new AssertionError(String.valueOf(loaded.findings())));
    hooks =
        new CdsHooks(
            () -> knowledge,
            OnePatientStore.empty(),
            EhrClient.none(),
            new GuardedEngine(GuardedEngine.Limits.standard()),
            Mode.PRODUCTION,
            InstantSource.fixed(Instant.parse("2026-06-02T02:00:00Z")),
            ZoneId.of("America/Chicago"),
            Site.standard(),
            Ledger.inMemory(InstantSource.system()));
  }

  /** Replaces the first text after a place. */
  private static void replace(String file, String after, String from, String to)
      throws IOException {
    String text = Files.readString(folder.resolve(file));
    int place = text.indexOf(after);
    int start = text.indexOf(from, place);
    assertThat(place).isNotNegative();
    Files.writeString(
        folder.resolve(file),
        text.substring(0, start) + to + text.substring(start + from.length()));
  }

  private static List<String> topics(String hook, String context) {
    JsonNode response = StrictJson.object(answer(hook, context).json());
    return response.path("cards").findValues("topic").stream()
        .map(topic -> topic.path("code").asText())
        .toList();
  }

  private static HookAnswer answer(String hook, String context) {
    String body =
        "{'hook':'%s','hookInstance':'i','context':{'userId':'Practitioner/u','patientId':'p1'%s},%s}"
            .formatted(hook, context, PREFETCH)
            .replace('\'', '"');
    return hooks.answer(
        "two-alerts", body.getBytes(StandardCharsets.UTF_8), Deadline.after(Duration.ofSeconds(9)));
  }

  private static String drafts(String entries) {
    return ",'draftOrders':{'resourceType':'Bundle','entry':[" + entries + "]}";
  }

  @Test
  @DisplayName("R-10: one discovery entry for each hook, with the same id and its own prefetch")
  void discoversTheServiceOnceForEachHook() {
    JsonNode services = StrictJson.object(hooks.discovery()).path("services");
    List<JsonNode> entries =
        Stream.of(services.get(2), services.get(3))
            .filter(s -> s.path("id").asText().equals("two-alerts"))
            .toList();
    assertThat(entries)
        .extracting(s -> s.path("hook").asText())
        .containsExactly("order-sign", "patient-view");
    assertThat(entries.get(0).path("prefetch").has("serviceRequests")).isTrue();
    assertThat(entries.get(1).path("prefetch").has("serviceRequests")).isFalse();
  }

  @Test
  @DisplayName("R-10: a call runs the recommendations of its hook only")
  void runsTheRecommendationsOfTheHook() {
    assertThat(topics("order-sign", drafts(DRAFT))).containsExactly("second");
    assertThat(topics("patient-view", "")).isEmpty();
  }

  @Test
  @DisplayName("R-28: a draft is not in the record: the rule that asks for no order still speaks")
  void keepsDraftsOutOfTheRecord() {
    HookAnswer answer = answer("order-sign", drafts(DRAFT));
    assertThat(answer.cards()).isEqualTo(1);
    assertThat(answer.resources()).isEqualTo(1);
    assertThat(topics("order-sign", drafts(""))).isEmpty();
  }

  @Test
  @DisplayName("R-48: a draft of another patient is refused")
  void refusesADraftOfAnotherPatient() {
    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () -> answer("order-sign", drafts(DRAFT.replace("Patient/p1", "Patient/p2"))))
            .problem();
    assertThat(problem.code()).isEqualTo("other-patient");
    assertThat(problem.places()).containsExactly("context.draftOrders.entry[0].resource");
  }

  @Test
  @DisplayName("R-10: a hook on which the service does not answer is refused")
  void refusesAnotherHook() {
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> answer("encounter-start", "")).problem();
    assertThat(problem.code()).isEqualTo("hook-not-offered");
    assertThat(problem.text()).contains("order-sign, patient-view");
  }
}
