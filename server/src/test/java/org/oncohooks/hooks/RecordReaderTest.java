package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

class RecordReaderTest {

  private static final String PATIENT = "{'resourceType':'Patient','id':'p1'}";
  private static final String CONDITION =
      "{'resourceType':'Condition','id':'c1','subject':{'reference':'Patient/p1'}}";

  private final Service service =
      new Service(
          "s",
          "S",
          "A service",
          false,
          List.of(),
          Map.of(
              "patient-view",
              new PrefetchTemplates(
                  Map.of(), Map.of("Patient", "patient", "Condition", "conditions"))));

  private static JsonNode json(String text) {
    return StrictJson.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static HookRequest request(Map<String, JsonNode> prefetch) {
    return new HookRequest(
        HookContext.of("patient-view", "p1"),
        "i",
        prefetch,
        Optional.of("https://EHR.example/fhir/"),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        false,
        Optional.empty());
  }

  private static RecordReader reader(OnePatientStore store) {
    return new RecordReader(Site.standard(), Optional.of(store), EhrClient.none());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private PatientRecord conditions(String value) {
    Map<String, JsonNode> prefetch = new HashMap<>();
    prefetch.put("patient", json(PATIENT));
    prefetch.put("conditions", json(value));
    return reader(OnePatientStore.empty())
        .read(service, request(prefetch), Waiting.here(), soon(), new Fetches());
  }

  private Problem refused(String value) {
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> conditions(value)).problem();
    assertThat(problem.toString()).doesNotContain("CANARY");
    return problem;
  }

  private static String bundle(String entries) {
    return "{'resourceType':'Bundle','type':'searchset','entry':[" + entries + "]}";
  }

  private static String entry(String resource) {
    return "{'resource':" + resource + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONDITION,
        "{'resource':" + CONDITION + "}",
        "{'resourceType':'Bundle','type':'searchset','entry':[{'resource':" + CONDITION + "}]}",
        "{'resourceType':'Bundle','type':'collection','entry':[{'resource':" + CONDITION + "}]}",
        "{'resourceType':'Bundle','entry':[{'resource':" + CONDITION + "}]}",
        "{'resource':{'resourceType':'Bundle','type':'searchset','entry':[{'resource':"
            + CONDITION
            + "}]}}"
      })
  void takesEveryShapeInWhichAResourceMayCome(String value) {
    PatientRecord record = conditions(value);
    assertThat(record.resources("Condition")).hasSize(1);
    assertThat(record.gaps()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Bundle','type':'searchset'}",
        "{'resourceType':'Bundle','type':'searchset','total':0,'entry':[]}",
        "{'resourceType':'Bundle','type':'searchset','entry':[{'search':{'mode':'outcome'},'resource':"
            + "{'resourceType':'OperationOutcome','issue':[{'severity':'warning'}]}}]}"
      })
  void readsAnEmptySearchsetAsNoneRecorded(String value) {
    PatientRecord record = conditions(value);
    assertThat(record.resources("Condition")).isEmpty();
    assertThat(record.gaps()).isEmpty();
  }

  @Test
  @DisplayName("R-45: data beside a warning is kept")
  void keepsTheDataBesideAWarning() {
    PatientRecord record =
        conditions(
            bundle(
                entry(CONDITION)
                    + ","
                    + entry(
                        "{'resourceType':'OperationOutcome','issue':[{'severity':'information'}]}")));
    assertThat(record.resources("Condition")).hasSize(1);
    assertThat(record.gaps()).isEmpty();
  }

  @Test
  void leavesIncludedResourcesOfOtherTypesAside() {
    PatientRecord record =
        conditions(
            bundle(
                entry(CONDITION)
                    + ",{'search':{'mode':'include'},'resource':{'resourceType':'Practitioner'}}"));
    assertThat(record.size()).isEqualTo(2);
    assertThat(record.gaps()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'search':{'mode':'include'},", ""})
  void takesMedicationsThatComeWithTheOrdersThatNameThem(String search) {
    String order =
        "{'resourceType':'MedicationRequest','id':'r','status':'active','intent':'order',"
            + "'subject':{'reference':'Patient/p1'},"
            + "'medicationReference':{'reference':'Medication/m'}}";
    String medication = "{'resourceType':'Medication','id':'m','code':{'text':'letrozole'}}";
    Service orders =
        new Service(
            "s",
            "S",
            "A service",
            false,
            List.of(),
            Map.of(
                "patient-view",
                new PrefetchTemplates(
                    Map.of(), Map.of("Patient", "patient", "MedicationRequest", "orders"))));
    JsonNode sent =
        json(
            "{'resourceType':'Bundle','type':'searchset','total':1,'entry':["
                + entry(order)
                + ",{"
                + search
                + "'resource':"
                + medication
                + "}]}");
    PatientRecord record =
        reader(OnePatientStore.empty())
            .read(
                orders,
                request(Map.of("patient", json(PATIENT), "orders", sent)),
                Waiting.here(),
                soon(),
                new Fetches());
    assertThat(record.gaps()).isEmpty();
    assertThat(record.resources("MedicationRequest"))
        .singleElement()
        .extracting(r -> r.at("/medicationCodeableConcept/text").asText())
        .isEqualTo("letrozole");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "null|SENT_AS_NULL",
        "{'resourceType':'OperationOutcome','issue':[{'severity':'error'}]}|SENT_AS_ERROR",
        "{'resourceType':'OperationOutcome','issue':[{'severity':'warning'}]}|SENT_AS_OUTCOME",
        "{'resourceType':'OperationOutcome'}|SENT_AS_OUTCOME",
        "{'resource':{'resourceType':'OperationOutcome'}}|SENT_AS_OUTCOME",
        "{'resourceType':'Bundle','type':'searchset','entry':[{'resource':"
            + "{'resourceType':'OperationOutcome','issue':[{'severity':'fatal'}]}}]}|SENT_WITH_ERROR",
        "{'resourceType':'Bundle','type':'searchset','link':[{'relation':'next','url':'u'}]}"
            + "|MORE_PAGES",
        "{'resourceType':'Bundle','type':'searchset','total':2,'entry':[{'resource':"
            + CONDITION
            + "}]}|FEWER_THAN_TOTAL",
        "{'resourceType':'Condition','id':'c1','subject':{'reference':'Patient/p1'},"
            + "'modifierExtension':[{'url':'u','valueBoolean':true}]}|NOT_UNDERSTOOD",
        "{'resourceType':'Condition','id':'c1','subject':{'reference':'Patient/p1'},"
            + "'implicitRules':'u'}|NOT_UNDERSTOOD",
        "{'resourceType':'Condition','id':'c1','subject':{'reference':'Patient/p1'},"
            + "'stage':[{'modifierExtension':[{'url':'u'}]}]}|NOT_UNDERSTOOD"
      })
  void namesWhyDataCouldNotBeHad(String value, DataGap.Reason reason) {
    PatientRecord record = conditions(value);
    assertThat(record.gap("Condition")).contains(new DataGap("Condition", "conditions", reason));
    assertThat(record.resources("Condition")).isEmpty();
    assertThat(record.gap("Patient")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'CANARY'|prefetch.conditions",
        "[]|prefetch.conditions",
        "true|prefetch.conditions",
        "{}|prefetch.conditions.resourceType",
        "{'resourceType':'CANARY'}|prefetch.conditions.resourceType",
        "{'resourceType':7}|prefetch.conditions.resourceType",
        "{'resourceType':'Observation','id':'CANARY'}|prefetch.conditions",
        "{'resourceType':'Bundle','type':'transaction'}|prefetch.conditions.type",
        "{'resourceType':'Bundle','entry':{}}|prefetch.conditions.entry",
        "{'resourceType':'Bundle','link':7}|prefetch.conditions.link",
        "{'resourceType':'Bundle','link':[{'relation':['next']}]}|prefetch.conditions.link[0].relation",
        "{'resourceType':'Bundle','link':['next']}|prefetch.conditions.link[0].relation",
        "{'resourceType':'Bundle','total':'2'}|prefetch.conditions.total",
        "{'resourceType':'Bundle','total':1.5}|prefetch.conditions.total",
        "{'resourceType':'Bundle','total':-1}|prefetch.conditions.total",
        "{'resourceType':'Condition','id':'c1'}|prefetch.conditions",
        "{'resourceType':'Condition','subject':{'reference':'https://other.example/fhir/Patient/p1'}}"
            + "|prefetch.conditions",
        "{'resourceType':'Bundle','entry':[{'fullUrl':'CANARY'}]}|prefetch.conditions.entry[0]",
        "{'resourceType':'Bundle','entry':[null]}|prefetch.conditions.entry[0]",
        "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'CANARY'}}]}"
            + "|prefetch.conditions.entry[0].resource.resourceType",
        "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'Observation'}}]}"
            + "|prefetch.conditions.entry[0].resource",
        "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'Condition',"
            + "'subject':{'reference':'Patient/CANARY'}}}]}|prefetch.conditions.entry[0].resource",
        "{'resourceType':'Condition','onsetDateTime':'CANARY'}|prefetch.conditions.onsetDateTime",
        "{'resourceType':'Condition','recordedDate':20260101}|prefetch.conditions.recordedDate",
        "{'resourceType':'Condition','onsetDateTime':{}}|prefetch.conditions.onsetDateTime",
        "{'resourceType':'Condition','onsetPeriod':{'start':'2026-02-30'}}|prefetch.conditions",
        "{'resourceType':'Condition','extension':[{'valueDate':'2026-02-30'}]}|prefetch.conditions",
        "{'resourceType':'Condition','meta':{'lastUpdated':'2026-02-01'}}|prefetch.conditions"
      })
  void refusesWhatAPrefetchMayNotHold(String value, String place) {
    assertThat(refused(value).places()).containsExactly(place);
  }

  /** Whether what is with it is used or not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'total':9",
        "'link':[{'relation':'next','url':'https://EHR.example/fhir/next'}]",
        "'total':0",
        "'link':[{'relation':'self','url':'u'}]"
      })
  @DisplayName("F5: another patient's data is refused in the first of several pages, too")
  void refusesAnotherPatientInAPartOfAList(String member) {
    String other = CONDITION.replace("Patient/p1", "Patient/CANARY").replace("c1", "c2");
    String error = "{'resourceType':'OperationOutcome','issue':[{'severity':'error'}]}";
    for (String entries :
        new String[] {
          entry(CONDITION) + "," + entry(other),
          entry(error) + "," + entry(other),
          entry(other.replace("'id'", "'implicitRules':'u','id'"))
        }) {
      Problem problem =
          refused(
              "{'resourceType':'Bundle','type':'searchset',%s,'entry':[%s]}"
                  .formatted(member, entries));
      assertThat(problem.code()).isEqualTo("other-patient");
    }
  }

  @Test
  @DisplayName("B1: more resources than can be evaluated are a gap, and no part of them is used")
  void readsNoPartOfAListThatIsTooLong() {
    PatientRecord most = conditions(bundle(conditions(5_000)));
    assertThat(most.gaps()).isEmpty();
    assertThat(most.resources("Condition")).hasSize(5_000);
    PatientRecord more = conditions(bundle(conditions(5_001)));
    assertThat(more.gap("Condition").map(DataGap::reason)).contains(DataGap.Reason.SENT_TOO_LARGE);
    assertThat(more.resources("Condition")).isEmpty();
  }

  private static String conditions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> entry(CONDITION.replace("c1", "c" + i)))
        .collect(Collectors.joining(","));
  }

  @Test
  @DisplayName("F5: another patient is refused")
  void refusesAnotherPatient() {
    HookRequest request =
        request(Map.of("patient", json("{'resourceType':'Patient','id':'CANARY'}")));
    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () ->
                    reader(OnePatientStore.empty())
                        .read(service, request, Waiting.here(), soon(), new Fetches()))
            .problem();
    assertThat(problem.code()).isEqualTo("other-patient");
    assertThat(problem.places()).containsExactly("prefetch.patient");
    assertThat(problem.toString()).doesNotContain("CANARY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/p1",
        "https://ehr.example/fhir/Patient/p1",
        "HTTPS://ehr.EXAMPLE/fhir/Patient/p1/_history/4"
      })
  void takesReferencesOnTheCallersOwnServer(String reference) {
    assertThat(conditions(CONDITION.replace("Patient/p1", reference)).resources("Condition"))
        .hasSize(1);
  }

  @Test
  void keepsTheOtherResourcesBesideOneThatItDoesNotUnderstand() {
    PatientRecord record =
        conditions(
            bundle(
                entry(CONDITION)
                    + ","
                    + entry(CONDITION.replace("'id':'c1'", "'id':'c2','implicitRules':'u'"))));
    assertThat(record.gap("Condition").map(DataGap::reason))
        .contains(DataGap.Reason.NOT_UNDERSTOOD);
    assertThat(record.resources("Condition"))
        .extracting(c -> c.path("id").asText())
        .containsExactly("c1");
  }

  @Test
  void saysThatThePatientIsNotInWhatWasSentForIt() {
    HookRequest request =
        request(Map.of("patient", json("{'resourceType':'Bundle','type':'searchset'}")));
    PatientRecord record =
        reader(OnePatientStore.empty())
            .read(service, request, Waiting.here(), soon(), new Fetches());
    assertThat(record.gap("Patient").map(DataGap::reason))
        .contains(DataGap.Reason.SENT_WITHOUT_PATIENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'F'", "'FEMALE'", "''", "7", "['female']", "'CANARY'"})
  void refusesAGenderThatNoRuleCouldRead(String gender) {
    HookRequest request =
        request(
            Map.of(
                "patient", json("{'resourceType':'Patient','id':'p1','gender':" + gender + "}")));
    Problem problem =
        catchThrowableOfType(
                ProblemException.class,
                () ->
                    reader(OnePatientStore.empty())
                        .read(service, request, Waiting.here(), soon(), new Fetches()))
            .problem();
    assertThat(problem.code()).isEqualTo("code-unknown");
    assertThat(problem.places()).containsExactly("prefetch.patient.gender");
    assertThat(problem.text()).contains("female").doesNotContain("CANARY");
  }

  @Test
  void takesAllFromTheStoreWhenNothingIsSent() {
    PatientRecord record =
        reader(stored()).read(service, request(Map.of()), Waiting.here(), soon(), new Fetches());
    assertThat(record.resources("Patient")).hasSize(1);
    assertThat(record.resources("Condition")).hasSize(1);
    assertThat(record.gaps()).isEmpty();
  }

  @Test
  void fillsOnlyTheKeysThatWereNotSent() {
    String sent =
        bundle(entry(CONDITION.replace("c1", "c2")) + "," + entry(CONDITION.replace("c1", "c3")));
    PatientRecord record =
        reader(stored())
            .read(
                service,
                request(Map.of("conditions", json(sent))),
                Waiting.here(),
                soon(),
                new Fetches());
    assertThat(record.resources("Patient")).hasSize(1);
    assertThat(record.resources("Condition"))
        .extracting(c -> c.path("id").asText())
        .containsExactly("c2", "c3");
    assertThat(record.gaps()).isEmpty();
  }

  @Test
  void doesNotReplaceAFailedReadByTheStore() {
    HookRequest request =
        request(Map.of("conditions", json("{'resourceType':'OperationOutcome'}")));
    PatientRecord record =
        reader(stored()).read(service, request, Waiting.here(), soon(), new Fetches());
    assertThat(record.gap("Condition").map(DataGap::reason))
        .contains(DataGap.Reason.SENT_AS_OUTCOME);
    assertThat(record.resources("Condition")).isEmpty();
  }

  @Test
  void namesEveryKeyWhenNothingIsSentAndTheStoreDoesNotKnowThePatient() {
    PatientRecord record =
        reader(OnePatientStore.empty())
            .read(service, request(Map.of()), Waiting.here(), soon(), new Fetches());
    assertThat(record.gaps()).extracting(DataGap::key).containsExactly("conditions", "patient");
    assertThat(record.gaps()).extracting(DataGap::reason).containsOnly(DataGap.Reason.NOT_SENT);
  }

  private static OnePatientStore stored() {
    return OnePatientStore.of(
        PatientRecord.builder("p1")
            .add((ObjectNode) json(PATIENT), "store")
            .add((ObjectNode) json(CONDITION), "store")
            .build());
  }
}
