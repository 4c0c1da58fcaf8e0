package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.hooks.Mode;

/** The operations of {@code /fhir} over the real content and the sample patients. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FhirOperationsTest {

  private static final String URL = "https://oncohooks.org/";
  private static final ObjectMapper JSON = new ObjectMapper();
  private final List<String> answers = new ArrayList<>();
  private RunningService service;

  @BeforeAll
  void start() {
    service = RunningService.withOwnContent();
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private JsonNode ok(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/fhir+json");
    answers.add(answer.body());
    return JSON.readTree(answer.body());
  }

  private JsonNode get(String pathAndQuery) throws Exception {
    return ok(service.get("/fhir/" + pathAndQuery));
  }

  /** Parameters in single quotes. */
  private HttpResponse<String> post(String path, String parameters) throws Exception {
    String body =
        ("{'resourceType':'Parameters','parameter':[" + parameters + "]}").replace('\'', '"');
    return service.post("/fhir/" + path, BodyPublishers.ofString(body), "application/fhir+json");
  }

  private static String enc(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static JsonNode parameter(JsonNode parameters, String name) {
    for (JsonNode each : parameters.path("parameter")) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  // --- Terminology -------------------------------------------------------------------------------

  @Test
  void expandsInPagesAndByFilter() throws Exception {
    JsonNode all = get("ValueSet/breast-malignancy/$expand");
    int total = all.at("/expansion/total").asInt();
    assertThat(total).isGreaterThan(10).isEqualTo(all.at("/expansion/contains").size());
    assertThat(all.has("compose")).isFalse();
    JsonNode byUrl =
        get(
            "ValueSet/$expand?includeDefinition=true&url="
                + enc(URL + "ValueSet/breast-malignancy"));
    assertThat(byUrl.at("/expansion/contains")).isEqualTo(all.at("/expansion/contains"));
    assertThat(byUrl.path("compose").path("include").isEmpty()).isFalse();
    JsonNode page = get("ValueSet/breast-malignancy/$expand?offset=2&count=3");
    assertThat(page.at("/expansion/contains")).hasSize(3);
    assertThat(page.at("/expansion/total").asInt()).isEqualTo(total);
    assertThat(page.at("/expansion/contains/0")).isEqualTo(all.at("/expansion/contains/2"));
    JsonNode beyond = get("ValueSet/breast-malignancy/$expand?offset=100000");
    assertThat(beyond.path("expansion").has("contains")).isFalse();
    JsonNode filtered = get("ValueSet/breast-malignancy/$expand?filter=c50");
    assertThat(filtered.at("/expansion/total").asInt()).isBetween(1, total - 1);
    // more codes belong to it than are listed
    assertThat(all.at("/expansion/extension/0/url").asText()).endsWith("/valueset-unclosed");
  }

  @ParameterizedTest
  @CsvSource({
    "http://hl7.org/fhir/sid/icd-10-cm, C50.911, true",
    "http://hl7.org/fhir/sid/icd-10-cm, C50911, true",
    "urn:oid:2.16.840.1.113883.6.90, C50.911, true",
    "http://hl7.org/fhir/sid/icd-10-cm, C61, false",
    "http://snomed.info/sct, 254837009, true",
    "http://snomed.info/sct, 1, false",
    "http://nowhere.example.org, 254837009, false"
  })
  void validatesCodesAsTheRulesSeeThem(String system, String code, boolean member)
      throws Exception {
    String path = "ValueSet/breast-malignancy/$validate-code";
    JsonNode byGet = get(path + "?system=" + enc(system) + "&code=" + code);
    assertThat(parameter(byGet, "result").path("valueBoolean").asBoolean()).isEqualTo(member);
    assertThat(parameter(byGet, "message").isMissingNode()).isEqualTo(member);
    String coding = "{'system':'" + system + "','code':'" + code + "'}";
    for (String asked :
        List.of(
            "{'name':'coding','valueCoding':" + coding + "}",
            "{'name':'codeableConcept','valueCodeableConcept':{'coding':[{'system':'urn:x','code':'y'},"
                + coding
                + "]}}")) {
      JsonNode byPost =
          ok(
              post(
                  "ValueSet/$validate-code",
                  "{'name':'url','valueUri':'" + URL + "ValueSet/breast-malignancy'}," + asked));
      assertThat(parameter(byPost, "result").path("valueBoolean").asBoolean()).isEqualTo(member);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ValueSet/nonsense/$expand, 404, resource-unknown",
    "ValueSet/$expand, 400, parameter-missing",
    "ValueSet/breast-malignancy/$expand?displayLanguage=de, 400, parameter-not-supported",
    "ValueSet/breast-malignancy/$expand?date=2020-01-01, 400, parameter-not-supported",
    "ValueSet/breast-malignancy/$expand?colour=red, 400, parameter-unknown",
    "ValueSet/breast-malignancy/$validate-code?date=2020, 400, parameter-not-supported",
    "Library/ScreeningDue/$evaluate?dataEndpoint=https://e.org, 400, parameter-not-supported",
    "PlanDefinition/$apply?url=a&canonical=b&subject=p, 400, parameter-twice",
    "ValueSet/breast-malignancy/$expand?count=-1, 400, parameter-type",
    "ValueSet/breast-malignancy/$validate-code?code=C61, 400, parameter-missing",
    "ValueSet/breast-malignancy/$nonsense, 404, operation-unknown",
    "Library/ScreeningDue/$evaluate?subject=Patient/nobody-there, 404, subject-unknown",
    "Library/ScreeningDue/$evaluate?subject=Patient/new-breast-lump&expression=Nonsense, 400, expression-unknown",
    "PlanDefinition/breast-cancer-screening-service/$apply, 400, parameter-missing",
    "Library/nonsense/$data-requirements, 404, resource-unknown"
  })
  void saysWhatIsWrong(String path, int status, String code) throws Exception {
    HttpResponse<String> answer = service.get("/fhir/" + path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    JsonNode outcome = JSON.readTree(answer.body());
    assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(answer.body()).contains(code);
  }

  @Test
  void listsItsOperations() throws Exception {
    JsonNode statement = JSON.readTree(service.get("/fhir/metadata").body());
    Set<String> listed = new TreeSet<>();
    statement
        .at("/rest/0/resource")
        .forEach(
            type ->
                type.path("operation")
                    .forEach(
                        o ->
                            listed.add(
                                type.path("type").asText() + "/$" + o.path("name").asText())));
    assertThat(listed)
        .contains(
            "ValueSet/$expand",
            "ValueSet/$validate-code",
            "Library/$evaluate",
            "Library/$data-requirements",
            "PlanDefinition/$apply");
    assertThat(statement.at("/rest/0/operation/0/name").asText()).isEqualTo("cql");
  }

  // --- Evaluation --------------------------------------------------------------------------------

  @Test
  void listsWhatALibraryReads() throws Exception {
    JsonNode library = get("Library/ScreeningDue/$data-requirements");
    assertThat(library.at("/type/coding/0/code").asText()).isEqualTo("module-definition");
    Set<String> types = new TreeSet<>();
    library.path("dataRequirement").forEach(each -> types.add(each.path("type").asText()));
    assertThat(types).contains("Patient", "Condition", "Procedure");
    assertThat(library.path("dataRequirement").findValuesAsText("valueSet"))
        .contains(URL + "ValueSet/breast-malignancy");
    JsonNode one =
        get(
            "Library/$data-requirements?expression="
                + enc("Data Incomplete")
                + "&url="
                + enc(URL + "Library/ScreeningDue"));
    assertThat(one.path("dataRequirement").size())
        .isBetween(1, library.path("dataRequirement").size());
  }

  @Test
  void evaluatesALibrary() throws Exception {
    JsonNode some =
        get(
            "Library/BreastSymptoms/$evaluate?subject=Patient/new-breast-lump&expression="
                + enc("Is Recommendation Applicable")
                + "&expression="
                + enc("Settings.\"Today\""));
    assertThat(parameter(some, "Is Recommendation Applicable").path("valueBoolean").asBoolean())
        .isTrue();
    assertThat(parameter(some, "Settings.\"Today\"").path("valueDate").asText())
        .isEqualTo("2026-06-01");
    JsonNode all = get("Library/BreastSymptoms/$evaluate?subject=new-breast-lump");
    assertThat(parameter(all, "Card Summary").path("valueString").asText()).isNotBlank();
    assertThat(parameter(all, "Evidence").path("part").isEmpty()).isFalse();
    JsonNode later =
        ok(
            post(
                "Library/$evaluate",
                "{'name':'url','valueCanonical':'"
                    + URL
                    + "Library/Settings'},{'name':'timestamp','valueDateTime':'2030-02-03T04:05:06Z'},"
                    + "{'name':'expression','valueString':'Today'},{'name':'parameters','resource':"
                    + "{'resourceType':'Parameters','parameter':[{'name':'OverdueGraceMonths','valueInteger':1}]}}"));
    assertThat(parameter(later, "Today").path("valueDate").asText()).isEqualTo("2030-02-03");
  }

  @Test
  void evaluatesDataThatIsSent() throws Exception {
    String data =
        "{'name':'data','resource':{'resourceType':'Bundle','type':'collection','entry':["
            + "{'resource':{'resourceType':'Patient','id':'new-breast-lump','birthDate':'1990-01-01'}}]}}";
    String asked = "{'name':'expression','valueString':'Is Recommendation Applicable'}";
    String path = "Library/BreastSymptoms/$evaluate";
    JsonNode alone =
        ok(post(path, data + "," + asked + ",{'name':'useServerData','valueBoolean':false}"));
    assertThat(
            parameter(alone, "Is Recommendation Applicable").path("valueBoolean").asBoolean(true))
        .isFalse();
    JsonNode besides = ok(post(path, data + "," + asked));
    assertThat(parameter(besides, "Is Recommendation Applicable").path("valueBoolean").asBoolean())
        .isTrue();
    HttpResponse<String> other =
        post(
            path, data + "," + asked + ",{'name':'subject','valueString':'Patient/brca1-carrier'}");
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("data.entry[0].resource");
  }

  /** Data that is not all there would be read as all there is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'link':[{'relation':'next','url':'https://e.org/2'}],'entry':[PATIENT]",
        "'total':2,'entry':[PATIENT]",
        "'entry':[PATIENT,{'resource':{'resourceType':'OperationOutcome',"
            + "'issue':[{'severity':'error','code':'exception'}]}}]"
      })
  void takesNoDataThatIsNotAllThere(String content) throws Exception {
    String patient =
        "{'resource':{'resourceType':'Patient','id':'p','gender':'female','birthDate':'1970-01-01'}}";
    String data =
        "{'name':'data','resource':{'resourceType':'Bundle','type':'searchset',"
            + content.replace("PATIENT", patient)
            + "}},{'name':'subject','valueString':'p'}";
    for (String path :
        List.of(
            "PlanDefinition/breast-cancer-screening-service/$apply",
            "Library/ScreeningDue/$evaluate")) {
      HttpResponse<String> answer = post(path, data);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("data-incomplete");
    }
  }

  /** As in a prefetch: what can't be read is never taken for what was not recorded. */
  @ParameterizedTest
  @CsvSource({
    "\"birthDate\":\"17.03.1971\", 400, date-invalid",
    "\"gender\":\"F\", 400, code-unknown",
    "\"implicitRules\":\"http://e.org\", 422, modifier-not-understood"
  })
  void takesNoDataThatItCannotRead(String element, int status, String code) throws Exception {
    HttpResponse<String> answer =
        post(
            "Library/ScreeningDue/$evaluate",
            "{'name':'data','resource':{'resourceType':'Bundle','type':'collection','entry':["
                + "{'resource':{'resourceType':'Patient','id':'p',"
                + element
                + "}}]}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(code);
  }

  @Test
  void takesTheNamesThatDefinitionsGiveParameters() throws Exception {
    String plan = enc(URL + "PlanDefinition/breast-cancer-screening-service");
    JsonNode named = get("PlanDefinition/$apply?subject=Patient/new-breast-lump&canonical=" + plan);
    assertThat(named.at("/contained/0/action").size()).isGreaterThan(0);
    JsonNode used =
        get(
            "PlanDefinition/$apply?subject=Patient/new-breast-lump&practitioner=Practitioner/1&url="
                + plan);
    assertThat(used.toString()).contains("Not used, since no rule asks for it: practitioner.");
    JsonNode typed =
        ok(
            post(
                "PlanDefinition/breast-cancer-screening-service/$apply",
                "{'name':'subject','valueString':'Patient/new-breast-lump'},"
                    + "{'name':'userType','valueCodeableConcept':{'text':'nurse'}}"));
    assertThat(typed.toString()).contains("no rule asks for it: userType.");
    HttpResponse<String> resource =
        post(
            "PlanDefinition/$apply",
            "{'name':'planDefinition','resource':{'resourceType':'PlanDefinition'}},"
                + "{'name':'subject','valueString':'Patient/new-breast-lump'}");
    assertThat(resource.statusCode()).isEqualTo(400);
    assertThat(resource.body()).contains("one that is sent is not taken");
    assertThat(get("Library/$data-requirements?target=Library/ScreeningDue"))
        .isEqualTo(get("Library/ScreeningDue/$data-requirements"));
  }

  /** What a plan says when it is applied is what its service says on a card. */
  @Test
  void appliesPlansAsTheHooksDo() throws Exception {
    int cards = 0;
    for (String id :
        List.of(
            "new-breast-lump",
            "screening-overdue",
            "brca1-carrier",
            "high-calcium",
            "cord-compression",
            "up-to-date-mother",
            "older-than-74")) {
      for (String plan :
          List.of("breast-cancer-screening", "hereditary-cancer-referral", "metastatic-pain")) {
        JsonNode carePlan = get("PlanDefinition/" + plan + "-service/$apply?subject=Patient/" + id);
        HttpResponse<String> hook =
            service.post(
                "/cds-services/" + plan,
                "{\"hook\":\"patient-view\",\"hookInstance\":\"1\",\"context\":{\"userId\":\"Practitioner/1\","
                    + "\"patientId\":\""
                    + id
                    + "\"}}");
        JsonNode card = JSON.readTree(hook.body()).at("/cards/0");
        JsonNode action = carePlan.at("/contained/0/action/0");
        assertThat(carePlan.path("status").asText()).isEqualTo("draft");
        if (card.has("source")
            && card.at("/source/topic/code")
                .asText()
                .equals(action.at("/code/0/coding/0/code").asText("-"))) {
          cards++;
          assertThat(action.path("title").asText()).isEqualTo(card.path("summary").asText());
          int created = 0;
          for (JsonNode suggestion : card.path("suggestions")) {
            for (JsonNode step : suggestion.path("actions")) {
              created += step.path("type").asText().equals("create") ? 1 : 0;
            }
          }
          assertThat(action.path("action")).hasSize(created);
        } else {
          assertThat(carePlan.has("activity")).as(plan + " " + id + hook.body()).isFalse();
        }
      }
    }
    assertThat(cards).isGreaterThan(4);
    JsonNode one =
        get(
            "PlanDefinition/$apply?subject=Patient/new-breast-lump&planDefinition="
                + enc(URL + "PlanDefinition/breast-cancer-screening-service"));
    assertThat(one.at("/contained/0/action").size()).isGreaterThan(0);
  }

  @Test
  void answersValidFhir() throws Exception {
    expandsInPagesAndByFilter();
    listsWhatALibraryReads();
    evaluatesALibrary();
    appliesPlansAsTheHooksDo();
    FhirContext context = FhirContext.forR4Cached();
    FhirInstanceValidator instance =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context)));
    instance.setAnyExtensionsAllowed(true);
    FhirValidator validator = context.newValidator().registerValidatorModule(instance);
    Set<String> faults = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (String answer : answers) {
      ObjectNode json = (ObjectNode) JSON.readTree(answer);
      if (seen.add(json.path("resourceType").asText() + answer.length())) {
        validator.validateWithResult(answer).getMessages().stream()
            .filter(m -> m.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal())
            .forEach(
                m ->
                    faults.add(
                        json.path("resourceType").asText()
                            + " "
                            + m.getLocationString()
                            + " "
                            + m.getMessage()));
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void takesNoTimeSettingsOrCqlInProduction() throws Exception {
    try (RunningService production = RunningService.withTestContent(Mode.PRODUCTION)) {
      for (String parameters :
          List.of(
              "{'name':'planDefinition','valueCanonical':'https://example.org/x'},{'name':'subject','valueString':'p'}",
              "{'name':'expression','valueString':'1'}")) {
        String body =
            ("{'resourceType':'Parameters','parameter':[" + parameters + "]}").replace('\'', '"');
        for (String path : List.of("/fhir/$cql", "/fhir/PlanDefinition/$apply")) {
          HttpResponse<String> answer =
              production.post(path, BodyPublishers.ofString(body), "application/fhir+json");
          assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
        }
      }
      assertThat(production.get("/fhir/metadata").body()).doesNotContain("cql-cql");
    }
  }
}
