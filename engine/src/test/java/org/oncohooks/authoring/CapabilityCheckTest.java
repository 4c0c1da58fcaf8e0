package org.oncohooks.authoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
        .isEmpty();
  }

  @Test
  void namesTypesInteractionsAndParametersThatAreLacking() throws IOException {
    assertThat(CapabilityCheck.of(TEMPLATES, server(PATIENT)))
        .containsExactly("conditions: the server has no Condition");
    assertThat(
            CapabilityCheck.of(
                TEMPLATES,
                server("{'type':'Patient'},{'type':'Condition','interaction':[{'code':'read'}]}")))
        .containsExactlyInAnyOrder(
            "patient: Patient has no read", "conditions: Condition has no search-type");
    assertThat(
            CapabilityCheck.of(
                TEMPLATES,
                server(
                    PATIENT
                        + ",{'type':'Condition','interaction':[{'code':'search-type'}],'searchParam':[{'name':'patient'}]}")))
        .containsExactly("conditions: Condition can't be searched by code, but by patient");
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
