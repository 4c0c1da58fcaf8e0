package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.ledger.Ledger;

/** An answer says why it is what it is where a request in development mode asks for it. */
class ExplainsItselfTest {

  private static final String BODY =
      """
      {"hook":"patient-view","hookInstance":"i",
       "context":{"userId":"Practitioner/u","patientId":"p1"},
       "prefetch":{"patient":{"resourceType":"Patient","id":"p1","birthDate":"1970"},
        "conditions":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condition",
         "id":"c1","subject":{"reference":"Patient/p1"},"code":{"coding":[
          {"system":"http://snomed.info/sct","code":"254837009"}],"text":"Cancer"}}}]},
        "observations":{"resourceType":"Bundle"}}%s}
      """;

  private static final String ASKED = ",\"extension\":{\"org.oncohooks.explain\":true}";

  @TempDir static Path folder;

  private static Knowledge knowledge;

  @BeforeAll
  static void load() throws IOException {
    TestContent.copyTo(folder);
    knowledge = KnowledgeLoader.load(folder).knowledge().orElseThrow();
  }

  private static ObjectNode answer(Mode mode, String extension) {
    return answer("two-alerts", mode, extension);
  }

  private static ObjectNode answer(String service, Mode mode, String extension) {
    CdsHooks hooks =
        new CdsHooks(
            () -> knowledge,
            OnePatientStore.empty(),
            EhrClient.none(),
            new GuardedEngine(GuardedEngine.Limits.standard()),
            mode,
            InstantSource.fixed(Instant.parse("2026-06-02T02:00:00Z")),
            ZoneId.of("America/Chicago"),
            Site.standard(),
            Ledger.inMemory(InstantSource.system()));
    byte[] body = BODY.formatted(extension).getBytes(StandardCharsets.UTF_8);
    return StrictJson.object(
        hooks.answer(service, body, Deadline.after(Duration.ofSeconds(9))).json());
  }

  @Test
  void saysWhyAndChangesNothingElse() {
    ObjectNode plain = answer(Mode.DEVELOPMENT, "");
    ObjectNode explained = answer(Mode.DEVELOPMENT, ASKED);
    JsonNode why = ((ObjectNode) explained.get("extension")).remove("org.oncohooks.explain");
    assertThat(why.path("recommendations")).isNotEmpty();
    assertThat(why.path("libraries")).isNotEmpty();
    assertThat(why.path("retrieves").toString()).contains("Condition/c1");
    assertThat(withoutUuids(explained)).isEqualTo(withoutUuids(plain));
  }

  @Test
  void saysNothingUnasked() {
    for (String extension :
        new String[] {"", ASKED.replace("true", "false"), ASKED.replace("true", "null")}) {
      assertThat(answer(Mode.DEVELOPMENT, extension).toString()).doesNotContain("retrieves");
    }
  }

  @Test
  void refusesInProduction() {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> answer(Mode.PRODUCTION, ASKED));
    assertThat(refused.problem().code()).isEqualTo("development-only");
    assertThat(refused.problem().places()).containsExactly("extension.org.oncohooks.explain");
  }

  @Test
  void refusesWhatIsNotTrueOrFalse() {
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () -> answer(Mode.DEVELOPMENT, ASKED.replace("true", "\"yes\"")));
    assertThat(refused.problem().code()).isEqualTo("member-type");
  }

  @Test
  void saysWhereItFailedWhereNothingCouldBeEvaluated() {
    ProblemException plain =
        catchThrowableOfType(
            ProblemException.class, () -> answer("all-fail", Mode.DEVELOPMENT, ""));
    ProblemException explained =
        catchThrowableOfType(
            ProblemException.class, () -> answer("all-fail", Mode.DEVELOPMENT, ASKED));
    assertThat(plain.problem().text()).doesNotContain("Fails");
    assertThat(explained.problem().code()).isEqualTo(plain.problem().code());
    assertThat(explained.problem().text())
        .startsWith(plain.problem().text())
        .contains("fails: The CQL failed in Fails.", " at Fails.10:30");
  }

  private static String withoutUuids(ObjectNode response) {
    return response.toString().replaceAll("\"uuid\":\"[^\"]*\"", "");
  }
}
