package org.oncohooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
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
        .isEqualTo(new CodeCount(5, 2, 0, new java.util.TreeMap<>()));
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
  void listsAtMostTwentySystems() throws JsonProcessingException {
    String[] elements = new String[30];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = code("urn:s:" + i, "1");
    }
    assertThat(count(elements).ofUnknownSystems()).hasSize(20);
  }
}
