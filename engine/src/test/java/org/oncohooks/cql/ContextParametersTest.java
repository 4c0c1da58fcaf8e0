package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/** What the hook says reaches CQL as parameters, and never as part of the record. */
class ContextParametersTest {

  private static final String DRAFTS =
      """
      {"resourceType":"Bundle","entry":[
       {"resource":{"resourceType":"ServiceRequest","id":"mammogram","status":"draft",
         "subject":{"reference":"Patient/p"}}},
       {"resource":{"resourceType":"ServiceRequest","id":"mri","subject":{"reference":"Patient/p"}}},
       {"resource":{"resourceType":"MedicationRequest","id":"pill","subject":{"reference":"Patient/p"}}},
       {"resource":{"resourceType":"Medication","id":"substance"}}]}
      """;

  private static CqlProgram program;

  @BeforeAll
  static void compile() throws IOException {
    Path file = Path.of(System.getProperty("oncohooks.home"), "cql/common/HookContext.cql");
    CqlCompilation.Result result =
        CqlCompilation.compile(
            List.of(
                new CqlSource("HookContext", "cql/HookContext.cql", Files.readString(file)),
                new CqlSource(
                    "T",
                    "cql/T.cql",
                    """
                    library T version '1'
                    using FHIR version '4.0.1'
                    include FHIRHelpers version '4.0.1'
                    include HookContext version '0.1.0' called HookContext
                    parameter "Grace" Integer default 3
                    context Patient
                    define Hook: HookContext.Hook
                    define User: HookContext.UserId
                    define Encounter: HookContext.EncounterId
                    define Selections: HookContext.Selections
                    define Drafts: HookContext.DraftOrders
                    define Orders: HookContext."Draft Service Requests" O return O.id.value
                    define Status: HookContext."Draft Service Requests" O where O.status = 'draft' return O.id.value
                    define Pills: HookContext."Draft Medication Requests" O return O.id.value
                    define "At Hand": HookContext."Service Requests At Hand" O return O.id.value
                    define "Pills At Hand": HookContext."Medication Requests At Hand" O return O.id.value
                    define Recorded: Count([ServiceRequest])
                    define Allergy: HookContext.AllergyIntolerance
                    """)),
            Cql.valueSets());
    assertThat(result.findings()).isEmpty();
    program = result.program().orElseThrow();
  }

  private static String evaluate(String define, String context) {
    PatientRecord patient =
        Cql.patient(
            "p",
            "{\"resourceType\":\"Patient\",\"id\":\"p\"}",
            "{\"resourceType\":\"ServiceRequest\",\"id\":\"old\",\"subject\":{\"reference\":\"Patient/p\"}}");
    try (CqlEvaluation evaluation =
        program.begin(
            patient,
            HookContext.read("order-select", "p", Optional.empty(), Cql.json(context)),
            Cql.NOW.toZonedDateTime(),
            Map.of(),
            Deadline.after(Duration.ofSeconds(60)))) {
      return evaluation.evaluate("T", define).toString();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Hook|\"order-select\"",
        "User|\"Practitioner/u\"",
        "Encounter|\"e\"",
        "Selections|[\"ServiceRequest/mri\"]",
        "Orders|[\"mammogram\",\"mri\"]",
        "Status|[\"mammogram\"]",
        "Pills|[\"pill\"]",
        "At Hand|[\"mri\"]",
        "Pills At Hand|[]",
        "Recorded|1",
        "Allergy|null"
      })
  void fillsTheParametersOfTheLibrary(String define, String value) {
    String context =
        "{\"userId\":\"Practitioner/u\",\"encounterId\":\"e\",\"other\":[[1]],\"selections\":"
            + "[\"ServiceRequest/mri\"],\"draftOrders\":%s}".formatted(DRAFTS);
    assertThat(evaluate(define, context)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "User|null",
        "Drafts|null",
        "Selections|null",
        "Orders|[]",
        "At Hand|[]",
        "Recorded|1"
      })
  void leavesNullWhatTheHookDoesNotHave(String define, String value) {
    assertThat(evaluate(define, "{}")).isEqualTo(value);
  }

  @Test
  void judgesEveryDraftWhereNothingIsSelected() {
    String context = "{\"draftOrders\":" + DRAFTS + "}";
    assertThat(evaluate("At Hand", context)).isEqualTo("[\"mammogram\",\"mri\"]");
    assertThat(evaluate("Pills At Hand", context)).isEqualTo("[\"pill\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"draftOrders\":\"x\"}|context.draftOrders has to be a Bundle or a list of resources.",
        "{\"draftOrders\":[\"x\"]}|context.draftOrders has to be a Bundle or a list of resources.",
        "{\"selections\":[1]}|context.selections has to be a list of type String.",
        "{\"selections\":\"x\"}|context.selections has to be a list of type String.",
        "{\"userId\":{}}|context.userId has to be of type String.",
        "{\"allergyIntolerance\":true}|context.allergyIntolerance has to be a resource."
      })
  void saysWhatAMemberHasToBe(String context, String text) {
    ProblemException refused =
        catchThrowableOfType(ProblemException.class, () -> evaluate("Hook", context));
    assertThat(refused.problem().text()).isEqualTo(text);
  }

  @Test
  void areNoSettings() {
    assertThat(program.parameters()).containsExactly("Grace");
    Map<String, JsonNode> settings = Map.of("Hook", TextNode.valueOf("order-sign"));
    PatientRecord nobody = Cql.patient("p");
    Deadline deadline = Deadline.after(Duration.ofSeconds(60));
    assertThatThrownBy(() -> program.begin(nobody, Cql.NOW.toZonedDateTime(), settings, deadline))
        .isInstanceOf(ProblemException.class);
  }
}
