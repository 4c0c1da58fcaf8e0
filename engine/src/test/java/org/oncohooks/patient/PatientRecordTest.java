package org.oncohooks.patient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

class PatientRecordTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Patient','id':'other'}",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/other'}}",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/pp'}}",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'Group/p'}}",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'https://ehr/fhir/Patient/other'}}",
        "{'resourceType':'FamilyMemberHistory','id':'f','patient':{'reference':'Patient/other'}}",
        "{'resourceType':'Condition','id':'c','subject':{'reference':'urn:uuid:0'}}",
      })
  void refusesDataOfAnotherPatient(String resource) {
    assertThatThrownBy(() -> PatientRecord.builder("p").add(json(resource), "prefetch.x"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo("other-patient");
              assertThat(e.problem().places()).containsExactly("prefetch.x");
              assertThat(e.problem().text()).doesNotContain("other'");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Patient/p",
        "https://ehr.example.org/fhir/Patient/p",
        "Patient/p/_history/3",
      })
  void acceptsReferencesToThisPatient(String reference) {
    PatientRecord record =
        PatientRecord.builder("p")
            .add(
                json(
                    "{'resourceType':'Condition','id':'c','subject':{'reference':'"
                        + reference
                        + "'}}"),
                "x")
            .build();
    assertThat(record.resources("Condition")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Medication/m",
        "Medication/m/_history/2",
        "https://ehr.example.org/fhir/Medication/m",
      })
  void readsTheMedicineThatAMedicationOfTheRecordNames(String reference) {
    ObjectNode sent = order(reference);
    PatientRecord record =
        PatientRecord.builder("p")
            .add(sent, "prefetch.orders")
            .add(json("{'resourceType':'Medication','id':'m','code':{'text':'x'}}"), "y")
            .build();
    ObjectNode order = record.resources("MedicationRequest").get(0);
    assertThat(order.at("/medicationCodeableConcept/text").asText()).isEqualTo("x");
    assertThat(order.has("medicationReference")).isFalse();
    assertThat(order.path("status").asText()).isEqualTo("active");
    assertThat(record.placeOf(order)).contains("prefetch.orders");
    assertThat(sent.has("medicationReference")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Medication','id':'other','code':{'text':'x'}}",
        "{'resourceType':'Medication','id':'m'}",
        "{'resourceType':'Medication','id':'m','status':'entered-in-error','code':{'text':'x'}}",
        "{'resourceType':'Substance','id':'m','code':{'text':'x'}}",
      })
  void leavesAReferenceThatNoMedicationOfTheRecordAnswers(String other) {
    PatientRecord record =
        PatientRecord.builder("p").add(order("Medication/m"), "x").add(json(other), "y").build();
    ObjectNode order = record.resources("MedicationRequest").get(0);
    assertThat(order.has("medicationCodeableConcept")).isFalse();
    assertThat(order.at("/medicationReference/reference").asText()).isEqualTo("Medication/m");
  }

  private static ObjectNode order(String medication) {
    return json(
        "{'resourceType':'MedicationRequest','id':'r','status':'active','subject':{'reference':'Patient/p'},"
            + "'medicationReference':{'reference':'"
            + medication
            + "'}}");
  }

  @Test
  void keepsOneOfResourcesSentTwice() {
    PatientRecord.Builder record = PatientRecord.builder("p");
    for (int i = 0; i < 500; i++) {
      record.add(
          json("{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'}}"), "x");
    }
    assertThat(record.build().resources("Condition")).hasSize(1);
  }

  @Test
  void refusesTwoVersionsOfOneResource() {
    PatientRecord.Builder record =
        PatientRecord.builder("p")
            .add(
                json("{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'}}"),
                "x");
    assertThatThrownBy(
            () ->
                record.add(
                    json(
                        "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},'recordedDate':'2026'}"),
                    "y"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo("resource-twice");
              assertThat(e.problem().places()).containsExactly("y");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "['Patient/p']",
        "'Patient/p'",
        "7",
        "null",
        "{}",
        "{'identifier':{'value':'1'}}",
        "{'reference':7}",
      })
  void refusesAResourceOfWhichItCanNotTellWhomItIsAbout(String subject) {
    assertThatThrownBy(
            () ->
                PatientRecord.builder("p")
                    .add(
                        json("{'resourceType':'Condition','id':'c','subject':" + subject + "}"),
                        "x"))
        .isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Condition", "Observation", "FamilyMemberHistory", "MedicationRequest"})
  void refusesAResourceThatNamesNobody(String type) {
    assertThatThrownBy(
            () ->
                PatientRecord.builder("p")
                    .add(json("{'resourceType':'" + type + "','id':'c'}"), "x"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo("subject-unclear"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example/fhir/Patient/p",
        "https://ehr.example/FHIR/Patient/p",
        "https://ehr.example/fhir/r4/Patient/p",
        "http://ehr.example/fhir/Patient/p",
        "x/Patient/p",
        "/Patient/p",
      })
  void refusesThisIdOnAnotherServer(String reference) {
    String first = "https://ehr.example/fhir/Patient/p";
    for (PatientRecord.Builder record :
        List.of(
            PatientRecord.builder("p", Optional.of("https://ehr.example/fhir")),
            PatientRecord.builder("p").add(condition("a", first), "x"))) {
      record.add(condition("b", "Patient/p"), "x").add(condition("d", first), "x");
      assertThatThrownBy(() -> record.add(condition("c", reference), "y"))
          .isInstanceOfSatisfying(
              ProblemException.class,
              e -> {
                assertThat(e.problem().code()).isEqualTo("other-server");
                assertThat(e.problem().places()).containsExactly("y");
              });
    }
  }

  @Test
  void findsModifiersAtAnyDepth() {
    assertThat(ModifierElements.find(json("{'a':[{},{'b':{'modifierExtension':[{}]}}]}"), "x"))
        .contains("x.a[1].b.modifierExtension");
    assertThat(
            ModifierElements.find(
                json("{'modifierExtension':[],'implicitRules':null,'extension':[{'url':'u'}]}"),
                "x"))
        .isEmpty();
  }

  @Test
  void keepsResourcesWithoutId() {
    PatientRecord record =
        PatientRecord.builder("p")
            .add(json("{'resourceType':'Condition','subject':{'reference':'Patient/p'}}"), "x")
            .add(json("{'resourceType':'Condition','subject':{'reference':'Patient/p'}}"), "x")
            .build();
    assertThat(record.resources("Condition")).hasSize(2);
  }

  @Test
  void tellsAGapFromNone() {
    PatientRecord record =
        PatientRecord.builder("p")
            .gap(new DataGap("Condition", "conditions", DataGap.Reason.SENT_AS_NULL))
            .build();
    assertThat(record.gap("Condition")).isPresent();
    assertThat(record.gap("Observation")).isEmpty();
    assertThat(record.resources("Observation")).isEmpty();
  }

  private static ObjectNode condition(String id, String reference) {
    return json(
        "{'resourceType':'Condition','id':'"
            + id
            + "','subject':{'reference':'"
            + reference
            + "'}}");
  }

  private static ObjectNode json(String text) {
    return StrictJson.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
