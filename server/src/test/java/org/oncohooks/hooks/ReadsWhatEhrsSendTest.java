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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.Ledger;

/** Calls in the shapes that EHRs and other content send, written from their documentation. */
class ReadsWhatEhrsSendTest {

  private static final String CONDITION =
      "{'resourceType':'Condition','id':'c','subject':{'reference':"
          + "'https://ehr.example.org/api/FHIR/R4/Patient/p1'},'code':{'coding':[{'system':"
          + "'http://snomed.info/sct','code':'254837009'}],'text':'Cancer'}}";

  /** As Epic calls: everything named, keys of its own, "nothing found" as an outcome entry. */
  private static final String EPIC =
      "{'hook':'patient-view','hookInstance':'i','fhirServer':'https://ehr.example.org/api/FHIR/R4',"
          + "'fhirAuthorization':{'access_token':'TOKEN','token_type':'Bearer','expires_in':300,"
          + "'scope':'CONDITION.READ (FHIR-R4)','subject':'client'},"
          + "'context':{'userId':'PractitionerRole/u','patientId':'p1','encounterId':'e1'},"
          + "'prefetch':{'patient':{'resourceType':'Patient','id':'p1','birthDate':'1970'},"
          + "'-user':{'resourceType':'PractitionerRole','id':'u'},"
          + "'conditions':CONDITIONS,'observations':{'resourceType':'Bundle','type':'searchset',"
          + "'total':0,'entry':[{'search':{'mode':'outcome'},'resource':{'resourceType':"
          + "'OperationOutcome','issue':[{'severity':'warning','code':'not-found','details':"
          + "{'coding':[{'code':'4101'}]}}]}}]}},"
          + "'extension':{'com.epic.cdshooks.request.fhir-version':'R4',"
          + "'com.epic.cdshooks.request.bpa-trigger-action':'60'}}";

  private static JsonNode answer(String body) {
    CdsHooks hooks =
        new CdsHooks(
            TestContent::knowledge,
            OnePatientStore.empty(),
            EhrClient.none(),
            new GuardedEngine(GuardedEngine.Limits.standard()),
            Mode.PRODUCTION,
            InstantSource.fixed(Instant.parse("2026-06-02T02:00:00Z")),
            ZoneId.of("America/Chicago"),
            Site.standard(),
            Ledger.inMemory(InstantSource.system()));
    byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return StrictJson.object(
        hooks.answer("two-alerts", bytes, Deadline.after(Duration.ofSeconds(9))).json());
  }

  private static String epic(String conditions) {
    return EPIC.replace("CONDITIONS", conditions);
  }

  private static String bundle(String type, String entries) {
    return "{'resourceType':'Bundle'," + type + "'entry':[" + entries + "]}";
  }

  @Test
  @DisplayName("R-18, R-45: an Epic call with outcome entry, absolute references and own members")
  void readsAnEpicCall() {
    String conditions = bundle("'type':'searchset','total':1,", "{'resource':" + CONDITION + "}");
    JsonNode response = answer(epic(conditions));
    assertThat(response.path("cards")).hasSize(1);
    assertThat(response.at("/cards/0/source/topic/code").asText()).isEqualTo("alert");
    assertThat(response.toString()).doesNotContain("TOKEN");
  }

  @ParameterizedTest
  @DisplayName("R-49: searchset, collection, untyped, wrapped or alone")
  @ValueSource(
      strings = {
        "{'resourceType':'Bundle','type':'searchset','entry':[{'resource':X}]}",
        "{'resourceType':'Bundle','type':'collection','entry':[{'resource':X}]}",
        "{'resourceType':'Bundle','entry':[{'resource':X}]}",
        "{'resource':{'resourceType':'Bundle','entry':[{'resource':X}]}}",
        "{'resource':X}",
        "X"
      })
  void readsConditionsInAnyWrapping(String shape) {
    JsonNode response = answer(epic(shape.replace("X", CONDITION)));
    assertThat(response.at("/cards/0/source/topic/code").asText()).isEqualTo("alert");
  }

  @ParameterizedTest
  @DisplayName("R-45, R-46: an error or a part of the whole is never read as none recorded")
  @ValueSource(
      strings = {
        "{'resourceType':'OperationOutcome','issue':[{'severity':'error','code':'timeout'}]}",
        "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'OperationOutcome',"
            + "'issue':[{'severity':'error','code':'timeout'}]}}]}",
        "{'resourceType':'Bundle','link':[{'relation':'next','url':'https://x.example'}]}",
        "{'resourceType':'Bundle','total':7}",
        "null"
      })
  void namesWhatItCouldNotSee(String conditions) {
    JsonNode response = answer(epic(conditions));
    assertThat(response.at("/cards/0/source/topic/code").asText()).isEqualTo("not-evaluated");
  }

  @Test
  @DisplayName("R-44: an empty Bundle is none recorded")
  void readsAnEmptyBundleAsNone() {
    assertThat(answer(epic(bundle("", ""))).path("cards")).isEmpty();
  }

  @Test
  @DisplayName("R-38: Patient/x as patientId")
  void readsAPatientIdWithItsType() {
    String body =
        epic(bundle("", "{'resource':" + CONDITION + "}"))
            .replace("'patientId':'p1'", "'patientId':'Patient/p1'");
    assertThat(answer(body).path("cards")).hasSize(1);
  }

  @ParameterizedTest
  @DisplayName("R-04: data in another FHIR version is refused with 412")
  @ValueSource(strings = {"STU3", "DSTU2", "R5"})
  void refusesAnotherFhirVersion(String version) {
    String body = epic("null").replace("'R4'", "'" + version + "'");
    Problem problem = catchThrowableOfType(ProblemException.class, () -> answer(body)).problem();
    assertThat(problem.code()).isEqualTo("fhir-version");
    assertThat(problem.category()).isEqualTo(ProblemCategory.DATA_MISSING);
  }
}
