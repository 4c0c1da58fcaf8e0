package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.oncohooks.ProblemException;
import org.oncohooks.knowledge.PrefetchTemplates;

class CapabilityCheckTest {

  private static final PrefetchTemplates TEMPLATES =
      new PrefetchTemplates(
          Map.of(
              "patient", "Patient/{{context.patientId}}",
              "conditions",
                  "Condition?patient={{context.patientId}}&code=http://snomed.info/sct|1"),
          Map.of("Patient", "patient", "Condition", "conditions"));

  private static JsonNode server(String resources) throws IOException {
    return new ObjectMapper()
        .readTree(
            "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{\"mode\":\"server\",\"resource\":["
                + resources.replace('\'', '"')
                + "]}]}");
  }

  private static final String PATIENT = "{'type':'Patient','interaction':[{'code':'read'}]}";

  @Test
  void findsNothingWhereAllCanBeAsked() throws IOException {
    assertThat(
            CapabilityCheck.of(
                TEMPLATES,
                server(
                    PATIENT
                        + ",{'type':'Condition','interaction':[{'code':'search-type'}],'searchParam':[{'name':'patient'},{'name':'code'}]}")))
        .isEqualTo(new CapabilityCheck.Said(List.of(), List.of()));
  }

  @Test
  void namesTypesInteractionsAndParametersThatAreLacking() throws IOException {
    assertThat(CapabilityCheck.of(TEMPLATES, server(PATIENT)).lacking())
        .containsExactly("conditions: the server has no Condition");
    assertThat(
            CapabilityCheck.of(
                    TEMPLATES,
                    server(
                        "{'type':'Patient'},{'type':'Condition','interaction':[{'code':'read'}]}"))
                .lacking())
        .containsExactlyInAnyOrder(
            "patient: Patient has no read", "conditions: Condition has no search-type");
    assertThat(
            CapabilityCheck.of(
                    TEMPLATES,
                    server(
                        PATIENT
                            + ",{'type':'Condition','interaction':[{'code':'search-type'}],'searchParam':[{'name':'patient'}]}"))
                .lacking())
        .containsExactly("conditions: Condition can't be searched by code, but by patient");
  }

  /** As US Core writes it (STU 3 to 8, CapabilityStatement us-core-server). */
  @Test
  void doubtsSearchesByOtherParametersThanAreListedTogether() throws IOException {
    String combination =
        "{'url':'http://hl7.org/fhir/StructureDefinition/capabilitystatement-search-parameter-combination',"
            + "'extension':[{'url':'required','valueString':'patient'},"
            + "{'url':'required','valueString':'category'}]}";
    String server =
        PATIENT
            + ",{'type':'Condition','extension':["
            + combination
            + "],'interaction':[{'code':'search-type'}],'searchParam':[{'name':'patient'%s},"
            + "{'name':'code'},{'name':'category'}]}";
    CapabilityCheck.Said said = CapabilityCheck.of(TEMPLATES, server(server.formatted("")));
    assertThat(said.lacking()).isEmpty();
    assertThat(said.doubtful())
        .containsExactly(
            "conditions: the server lists no search of Condition by code and patient alone, but by"
                + " category and patient");
    PrefetchTemplates narrowed =
        TEMPLATES.narrowed(Map.of("Condition", List.of("category=a", "category=b")));
    assertThat(narrowed.templates()).containsKeys("conditions", "conditions2");
    assertThat(CapabilityCheck.of(narrowed, server(server.formatted(""))).doubtful()).isEmpty();
    String expected =
        ",'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation',"
            + "'valueCode':'SHALL'}]";
    assertThat(CapabilityCheck.of(TEMPLATES, server(server.formatted(expected))).doubtful())
        .isEmpty();
  }

  @Test
  void refusesWhatIsNoCapabilityStatementOfR4() throws IOException {
    JsonNode other = new ObjectMapper().readTree("{\"resourceType\":\"Patient\"}");
    assertThatThrownBy(() -> CapabilityCheck.of(TEMPLATES, other))
        .isInstanceOf(ProblemException.class);
    JsonNode r5 =
        new ObjectMapper()
            .readTree("{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"5.0.0\"}");
    assertThatThrownBy(() -> CapabilityCheck.of(TEMPLATES, r5))
        .isInstanceOf(ProblemException.class);
  }
}
