package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.oncohooks.cql.ValueSets;
import org.oncohooks.patient.PatientRecord;

class CodeCountTest {

  private static final String URL = "https://example.org/ValueSet/lumps";
  private static final String SNOMED = "http://snomed.info/sct";
  private static final String ICD = "http://hl7.org/fhir/sid/icd-10-cm";

  private final ValueSets valueSets =
      ValueSets.builder()
          .system(SNOMED)
          .system(ICD)
          .systemAlias("urn:oid:2.16.840.1.113883.6.96", SNOMED)
          .valueSet(URL)
          .code(URL, SNOMED, "89164003")
          .category(URL, "N63")
          .build();

  private CodeCount count(String... elements) throws JsonProcessingException {
    PatientRecord.Builder record = PatientRecord.builder("p");
    for (int i = 0; i < elements.length; i++) {
      String json =
          """
          {'resourceType':'Condition','id':'%d','subject':{'reference':'Patient/p'},%s}
          """
              .formatted(i, elements[i])
              .replace('\'', '"');
      record.add((ObjectNode) new ObjectMapper().readTree(json), "test");
    }
    return CodeCount.of(record.build(), valueSets);
  }

  private static String code(String system, String code) {
    return "'code':{'coding':[{'system':'%s','code':'%s'}]}".formatted(system, code);
  }

  @Test
  void countsWhatIsInNoValueSet() throws JsonProcessingException {
    assertThat(
            count(
                code(SNOMED, "89164003"),
                code("urn:oid:2.16.840.1.113883.6.96", "89164003"),
                code(ICD, "N63.21"),
                code(ICD, "I10"),
                code(SNOMED, "38341003")))
        .isEqualTo(new CodeCount(5, 2, 0, new TreeMap<>(), List.of()));
  }

  @Test
  void countsCodesWithoutSystemAndWordsAlone() throws JsonProcessingException {
    CodeCount count =
        count(
            "'code':{'coding':[{'code':'89164003'}]}",
            "'code':{'text':'lump'}",
            "'code':{'coding':[{'system':'" + SNOMED + "','display':'lump'}]}");
    assertThat(count.concepts()).isEqualTo(3);
    assertThat(count.inNoValueSet()).isEqualTo(3);
    assertThat(count.withoutSystem()).isEqualTo(3);
    assertThat(count.unreadable()).isEqualTo(3);
  }

  @Test
  void namesSystemsThatTheContentDoesNotKnow() throws JsonProcessingException {
    CodeCount count =
        count(
            code("http://hl7.org/fhir/sid/icd-10", "C50.9"),
            code("http://hl7.org/fhir/sid/icd-10", "N63"),
            code("http://hl7.org/fhir/sid/icd-9-cm", "174.9"));
    assertThat(count.ofUnknownSystems())
        .isEqualTo(
            Map.of("http://hl7.org/fhir/sid/icd-10", 2, "http://hl7.org/fhir/sid/icd-9-cm", 1));
    assertThat(count.unreadable()).isEqualTo(3);
  }

  @Test
  void aTranslationThatIsKnownMakesAConceptReadable() throws JsonProcessingException {
    CodeCount count =
        count(
            "'code':{'coding':[{'system':'urn:local','code':'1'},{'system':'%s','code':'N63.0'}]}"
                .formatted(ICD),
            "'code':{'coding':[{'system':'urn:local','code':'2'},{'system':'%s','code':'I10'}]}"
                .formatted(ICD));
    assertThat(count.inNoValueSet()).isEqualTo(1);
    assertThat(count.unreadable()).isZero();
  }

  @Test
  void readsValuesReasonsAndTheConditionsOfRelatives() throws JsonProcessingException {
    String local = "{'coding':[{'system':'urn:local','code':'1'}]}";
    CodeCount count =
        count(
            "'valueCodeableConcept':" + local,
            "'reasonCode':[" + local + "," + local + "]",
            "'relationship':" + local + ",'condition':[{'code':" + local + "}]",
            "'category':[" + local + "],'clinicalStatus':" + local);
    assertThat(count.concepts()).isEqualTo(5);
    assertThat(count.ofUnknownSystems()).isEqualTo(Map.of("urn:local", 5));
  }

  @Test
  void namesTheDiagnosesThatNoRuleCanRead() throws JsonProcessingException {
    CodeCount count =
        count(
            "'code':{'text':'Malignant neoplasm of left breast'}",
            "'code':{'coding':[{'system':'urn:local','code':'77','display':'Breast ca'}],'text':'L'}",
            "'code':{'coding':[{'system':'http://hl7.org/fhir/sid/icd-9-cm','code':'174.9'}]}",
            "'code':{'coding':[{'display':'said only here'}]}",
            "'code':{}",
            code(ICD, "I10"),
            code(SNOMED, "38341003"),
            "'code':{'coding':[{'system':'%s','code':'89164003'}]},'bodySite':[{'text':'left'}]"
                .formatted(SNOMED),
            "'relationship':{'text':'aunt'},'condition':[{'code':{'text':'cancer of the breast'}}]",
            "'code':{'text':'" + "x".repeat(1000) + "'}");
    assertThat(count.unread())
        .containsExactly(
            new CodeCount.Unread(
                "Condition/0", "Malignant neoplasm of left breast", Optional.empty()),
            new CodeCount.Unread("Condition/1", "Breast ca", Optional.of("urn:local")),
            new CodeCount.Unread(
                "Condition/2", "174.9", Optional.of("http://hl7.org/fhir/sid/icd-9-cm")),
            new CodeCount.Unread("Condition/3", "said only here", Optional.empty()),
            new CodeCount.Unread("Condition/4", "", Optional.empty()),
            new CodeCount.Unread("Condition/8", "cancer of the breast", Optional.empty()),
            new CodeCount.Unread("Condition/9", "x".repeat(200), Optional.empty()));
    assertThat(count.json().at("/unread/1"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"resource": "Condition/1", "text": "Breast ca", "system": "urn:local"}
                    """));
  }

  @Test
  void countsTheDiagnosesThatItDoesNotList() throws JsonProcessingException {
    String[] elements = new String[23];
    Arrays.fill(elements, "'code':{'text':'lump'}");
    ObjectNode json = count(elements).json();
    assertThat(json.path("unread")).hasSize(20);
    assertThat(json.path("unreadNotListed").asInt()).isEqualTo(3);
  }

  @Test
  void listsAtMostTwentySystems() throws JsonProcessingException {
    String[] elements = new String[30];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = code("urn:s:" + i, "1");
    }
    assertThat(count(elements).ofUnknownSystems()).hasSize(20);
  }
}
