package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.HookContext;

/** Each hook of the library has its context checked (CDS Hooks, hook library). */
class HookDefinitionTest {

  private static final String DRAFTS =
      "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'ServiceRequest','id':'a',"
          + "'subject':{'reference':'Patient/p'}}}]}";
  private static final String CONDITIONS =
      "{'resourceType':'Bundle','entry':[{'resource':{'resourceType':'Condition','id':'a',"
          + "'subject':{'reference':'Patient/p'}}}]}";

  private static final Map<String, String> GOOD =
      Map.ofEntries(
          Map.entry("patient-view", "{'userId':'Practitioner/u','patientId':'p'}"),
          Map.entry(
              "order-select",
              "{'userId':'PractitionerRole/u','patientId':'p','selections':['ServiceRequest/a'],"
                  + "'draftOrders':"
                  + DRAFTS
                  + "}"),
          Map.entry(
              "order-sign",
              "{'userId':'Practitioner/u','patientId':'p','draftOrders':" + DRAFTS + "}"),
          Map.entry(
              "appointment-book",
              "{'userId':'Patient/p','patientId':'p','appointments':{'resourceType':'Bundle',"
                  + "'type':'searchset'}}"),
          Map.entry(
              "encounter-start", "{'userId':'Practitioner/u','patientId':'p','encounterId':'e'}"),
          Map.entry(
              "encounter-discharge",
              "{'userId':'Practitioner/u','patientId':'p','encounterId':'e'}"),
          Map.entry(
              "order-dispatch",
              "{'patientId':'p','dispatchedOrders':['ServiceRequest/a'],'performer':"
                  + "'Organization/o','fulfillmentTasks':[{'resourceType':'Task'}]}"),
          Map.entry(
              "problem-list-item-create",
              "{'userId':'Practitioner/u','patientId':'p','conditions':" + CONDITIONS + "}"),
          Map.entry(
              "allergyintolerance-create",
              "{'userId':'Practitioner/u','patientId':'p','allergyIntolerance':"
                  + "{'resourceType':'AllergyIntolerance','patient':{'reference':'Patient/p'}}}"),
          Map.entry(
              "medication-refill",
              "{'patientId':'p','medications':{'resourceType':'Bundle','type':'collection'}}"),
          Map.entry(
              "medication-verify",
              "{'userId':'Practitioner/u','patientId':'p','medication':"
                  + "{'resourceType':'MedicationStatement','subject':{'reference':'Patient/p'}}}"));

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static HookContext read(String hook, ObjectNode context) {
    return HookDefinition.of(hook).read(context, Optional.empty());
  }

  private static Problem problem(String hook, ObjectNode context) {
    Problem problem =
        catchThrowableOfType(ProblemException.class, () -> read(hook, context)).problem();
    assertThat(problem.toString()).doesNotContain("CANARY");
    return problem;
  }

  @ParameterizedTest
  @DisplayName("R-26..R-36: takes the context that each hook defines")
  @ValueSource(
      strings = {
        "patient-view",
        "order-select",
        "order-sign",
        "appointment-book",
        "encounter-start",
        "encounter-discharge",
        "order-dispatch",
        "problem-list-item-create",
        "allergyintolerance-create",
        "medication-refill",
        "medication-verify"
      })
  void takesWhatTheHookDefines(String hook) {
    HookContext context = read(hook, json(GOOD.get(hook)));
    assertThat(context.hook()).isEqualTo(hook);
    assertThat(context.patientId()).isEqualTo("p");
  }

  @ParameterizedTest
  @DisplayName("R-26..R-36: names a required member that is missing, and what to send")
  @CsvSource({
    "patient-view,userId",
    "patient-view,patientId",
    "order-select,userId",
    "order-select,patientId",
    "order-select,selections",
    "order-select,draftOrders",
    "order-sign,userId",
    "order-sign,patientId",
    "order-sign,draftOrders",
    "appointment-book,userId",
    "appointment-book,patientId",
    "appointment-book,appointments",
    "encounter-start,userId",
    "encounter-start,patientId",
    "encounter-start,encounterId",
    "encounter-discharge,userId",
    "encounter-discharge,patientId",
    "encounter-discharge,encounterId",
    "order-dispatch,patientId",
    "order-dispatch,dispatchedOrders",
    "order-dispatch,performer",
    "problem-list-item-create,userId",
    "problem-list-item-create,patientId",
    "problem-list-item-create,conditions",
    "allergyintolerance-create,userId",
    "allergyintolerance-create,patientId",
    "allergyintolerance-create,allergyIntolerance",
    "medication-refill,patientId",
    "medication-refill,medications",
    "medication-verify,userId",
    "medication-verify,patientId",
    "medication-verify,medication"
  })
  void namesWhatIsMissing(String hook, String member) {
    for (boolean asNull : new boolean[] {true, false}) {
      ObjectNode context = json(GOOD.get(hook));
      context.remove(member);
      if (asNull) {
        context.putNull(member);
      }
      Problem problem = problem(hook, context);
      assertThat(problem.places()).containsExactly("context." + member);
      assertThat(problem.text()).contains("is missing; send ");
    }
  }

  @ParameterizedTest
  @DisplayName("R-26..R-36: refuses a member of another kind")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "order-select|draftOrders|{'resourceType':'ServiceRequest','id':'CANARY'}",
        "order-select|draftOrders|[]",
        "order-select|draftOrders|'CANARY'",
        "order-select|selections|'ServiceRequest/a'",
        "order-select|selections|[{'reference':'ServiceRequest/CANARY'}]",
        "order-select|selections|['CANARY']",
        "order-sign|draftOrders|7",
        "appointment-book|appointments|{'resourceType':'Appointment'}",
        "encounter-start|encounterId|7",
        "encounter-start|encounterId|'CANARY x'",
        "order-dispatch|dispatchedOrders|'ServiceRequest/CANARY'",
        "order-dispatch|performer|{'reference':'CANARY'}",
        "order-dispatch|performer|'CANARY'",
        "order-dispatch|fulfillmentTasks|{'resourceType':'Task'}",
        "order-dispatch|fulfillmentTasks|['CANARY']",
        "problem-list-item-create|conditions|[]",
        "allergyintolerance-create|allergyIntolerance|{'resourceType':'Bundle'}",
        "medication-verify|medication|{'id':'CANARY'}"
      })
  void refusesWhatIsOfAnotherKind(String hook, String member, String value) {
    ObjectNode context = json(GOOD.get(hook));
    context.set(member, json("{'v':" + value + "}").get("v"));
    assertThat(problem(hook, context).places()).containsExactly("context." + member);
  }

  @ParameterizedTest
  @DisplayName("R-26, R-27: the user is a type and an id, of the types that the hook names")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "patient-view|'CANARY'",
        "patient-view|7",
        "patient-view|''",
        "patient-view|'Practitioner/'",
        "patient-view|'Device/CANARY'",
        "patient-view|'https://ehr.example.org/Practitioner/CANARY'",
        "order-sign|'Patient/p'",
        "order-select|'RelatedPerson/CANARY'",
        "order-dispatch|'CANARY'"
      })
  void refusesAnUnclearUser(String hook, String userId) {
    ObjectNode context = json(GOOD.get(hook));
    context.set("userId", json("{'v':" + userId + "}").get("v"));
    assertThat(problem(hook, context).places()).containsExactly("context.userId");
  }

  @Test
  @DisplayName("R-27: a selection is one of the drafts")
  void refusesASelectionThatIsNoDraft() {
    ObjectNode context = json(GOOD.get("order-select"));
    context.putArray("selections").add("ServiceRequest/a").add("ServiceRequest/CANARY");
    Problem problem = problem("order-select", context);
    assertThat(problem.code()).isEqualTo("selection-unknown");
    assertThat(problem.places()).containsExactly("context.selections[1]");
  }

  @ParameterizedTest
  @DisplayName("R-48: a draft passes the checks that prefetch passes")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'resourceType':'ServiceRequest','subject':{'reference':'Patient/CANARY'}}||other-patient",
        "{'resourceType':'ServiceRequest','subject':{'reference':'Patient/p'},"
            + "'authoredOn':'CANARY'}|.authoredOn|date-invalid",
        "{'resourceType':'CANARY'}||resource-type-unexpected",
        "{'resourceType':'OperationOutcome'}||resource-type-unexpected",
        "{'resourceType':'Bundle'}||resource-type-unexpected",
        "{'id':'CANARY'}||resource-type-missing",
        "'CANARY'||resource-missing"
      })
  void refusesADraftThatCanNotBeRead(String draft, String element, String code) {
    ObjectNode context = json(GOOD.get("order-sign"));
    context.set("draftOrders", json(DRAFTS.replaceFirst("\\{'resourceType':'S.*?}}", draft)));
    Problem problem = problem("order-sign", context);
    assertThat(problem.code()).isEqualTo(code);
    assertThat(problem.places())
        .containsExactly(
            "context.draftOrders.entry[0].resource" + (element == null ? "" : element));
  }

  @Test
  @DisplayName("R-37: a Bundle of any type or none")
  void takesABundleOfAnyTypeOrNone() {
    for (String type : new String[] {"", "'type':'collection',", "'type':'searchset',"}) {
      ObjectNode context = json(GOOD.get("order-sign"));
      context.set("draftOrders", json(DRAFTS.replace("'entry'", type + "'entry'")));
      assertThat(read("order-sign", context).resources().get("draftOrders")).hasSize(1);
    }
  }

  @Test
  @DisplayName("R-38: strips the type from ids")
  void stripsTheTypeFromIds() {
    HookContext context =
        read(
            "encounter-start",
            json(
                "{'userId':'Practitioner/u','patientId':'Patient/p','encounterId':'Encounter/e'}"));
    assertThat(context.patientId()).isEqualTo("p");
    assertThat(context.encounterId()).contains("e");
  }

  @Test
  @DisplayName("R-32: order and task of version 1.0 stand for lists of one")
  void takesOneOrderOfTheFirstVersion() {
    HookContext context =
        read(
            "order-dispatch",
            json(
                "{'patientId':'p','order':'ServiceRequest/a','performer':'Organization/o','task':"
                    + "{'resourceType':'Task','for':{'reference':'Patient/p'}}}"));
    assertThat(context.values().get("dispatchedOrders").toString())
        .isEqualTo("[\"ServiceRequest/a\"]");
    assertThat(context.resources().get("fulfillmentTasks")).hasSize(1);
  }

  @ParameterizedTest
  @DisplayName("R-32: what is wrong with version 1.0 is named as it was sent")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'order':'CANARY'|context.order",
        "'order':null|context.order",
        "'order':'ServiceRequest/a','task':'Task/CANARY'|context.task",
        "'task':{'resourceType':'Task'}|context.dispatchedOrders"
      })
  void namesWhatIsWrongInTheFirstVersion(String members, String place) {
    String context = "{'patientId':'p','performer':'Organization/o'," + members + "}";
    assertThat(problem("order-dispatch", json(context)).places()).containsExactly(place);
  }

  @Test
  @DisplayName("R-39: takes the members of a hook of its own as they come")
  void takesHooksThatItDoesNotKnow() {
    HookContext context =
        read(
            "org.example.tumour-board",
            json("{'patientId':'p','boardId':'b','cases':" + DRAFTS + "}"));
    assertThat(context.values()).containsKey("boardId");
    assertThat(context.resources().get("cases")).hasSize(1);
  }

  @Test
  @DisplayName("R-18: leaves unknown members of a known hook alone")
  void leavesUnknownMembersAlone() {
    HookContext context =
        read(
            "patient-view",
            json(
                "{'userId':'Practitioner/u','patientId':'p','draftOrders':{'resourceType':"
                    + "'Patient','id':'other'},'x':[[]]}"));
    assertThat(context.items()).isEmpty();
    assertThat(context.values()).containsOnlyKeys("userId", "patientId");
  }
}
