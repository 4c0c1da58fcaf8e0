package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
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
import org.oncohooks.ledger.Ledger;

/** What a site switches on and sets, and how an answer tells it. */
class SiteTest {

  private static final String BODY =
      """
      {"hook":"patient-view","hookInstance":"i",
       "context":{"userId":"Practitioner/u","patientId":"p1"},
       "prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"1970"},
        "conditions":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condition",
         "subject":{"reference":"Patient/p1"},"code":{"coding":[
          {"system":"http://snomed.info/sct","code":"254837009"}],"text":"Cancer"}}}]},
        "observations":{"resourceType":"Bundle"}}%s}
      """;

  @TempDir static Path folder;

  private static Knowledge knowledge;

  @BeforeAll
  static void switchAServiceOff() throws IOException {
    TestContent.copyTo(folder);
    Path plan = folder.resolve("fhir-resources/plandefinition/PlanDefinition-two-alerts.json");
    Files.writeString(
        plan,
        Files.readString(plan)
            .replace(
                "\"extension\": [",
                "\"extension\": [{\"url\":\"https://oncohooks.org/StructureDefinition/"
                    + "service-off-by-default\",\"valueBoolean\":true},"));
    knowledge = KnowledgeLoader.load(folder).knowledge().orElseThrow();
  }

  private static CdsHooks hooks(Site site) {
    return new CdsHooks(
        () -> knowledge,
        OnePatientStore.empty(),
        EhrClient.none(),
        new GuardedEngine(GuardedEngine.Limits.standard()),
        Mode.DEVELOPMENT,
        InstantSource.fixed(Instant.parse("2026-06-02T02:00:00Z")),
        ZoneId.of("America/Chicago"),
        site,
        Ledger.inMemory(InstantSource.system()));
  }

  private static Site on(Map<String, JsonNode> settings) {
    return new Site(Set.of("two-alerts"), settings, Set.of(), true, false);
  }

  private static JsonNode answer(Site site, String extension) {
    byte[] body = BODY.formatted(extension).getBytes(StandardCharsets.UTF_8);
    return StrictJson.object(
        hooks(site).answer("two-alerts", body, Deadline.after(Duration.ofSeconds(9))).json());
  }

  private static String discovered(Site site) {
    return new String(hooks(site).discovery(), StandardCharsets.UTF_8);
  }

  @Test
  void hidesAServiceThatIsOffByDefault() {
    assertThat(discovered(Site.standard())).doesNotContain("two-alerts").contains("one-fails");
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> answer(Site.standard(), "")).problem();
    assertThat(problem.code()).isEqualTo("service-unknown");
  }

  @Test
  void offersItWhereItIsSwitchedOn() {
    assertThat(discovered(on(Map.of()))).contains("two-alerts");
    assertThat(answer(on(Map.of()), "").path("cards")).hasSize(1);
  }

  @Test
  void tellsInEveryAnswerWhatIsSetOtherThanTheDefault() {
    Site site = on(Map.of("Urgency", TextNode.valueOf("stat")));
    JsonNode response = answer(site, "");
    assertThat(response.at("/cards/0/indicator").asText()).isEqualTo("critical");
    assertThat(response.path("extension").path("org.oncohooks.parameters").toString())
        .isEqualTo("{\"Urgency\":\"stat\"}");
  }

  @Test
  void saysNothingOfSettingsThatAreTheDefault() {
    Site site = on(Map.of("Urgency", TextNode.valueOf("urgent")));
    assertThat(answer(site, "").path("extension").has("org.oncohooks.parameters")).isFalse();
    assertThat(answer(on(Map.of()), "").path("extension").has("org.oncohooks.parameters"))
        .isFalse();
  }

  @Test
  void letsARequestInDevelopmentSetAnother() {
    Site site = on(Map.of("Urgency", TextNode.valueOf("stat")));
    JsonNode response =
        answer(site, ",\"extension\":{\"org.oncohooks.parameters\":{\"Urgency\":\"routine\"}}");
    assertThat(response.at("/cards/0/indicator").asText()).isEqualTo("info");
    assertThat(response.path("extension").path("org.oncohooks.parameters").toString())
        .isEqualTo("{\"Urgency\":\"routine\"}");
  }
}
