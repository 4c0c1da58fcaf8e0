package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.Finding;
import org.oncohooks.TestContent;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.patient.PatientRecord;

/** Expressions beside the content, their values as JSON and as FHIR, and what is said of errors. */
class ScratchpadTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00Z");

  @TempDir private static Path root;
  private static Knowledge knowledge;
  private static final CompiledLibraries MEMORY = new CompiledLibraries();

  @BeforeAll
  static void load() {
    knowledge = TestContent.in(root, "alpha").knowledge();
  }

  private static Scratchpad.Compiled compile(String declarations, String expression) {
    return new Scratchpad(knowledge, MEMORY).compile(declarations, expression);
  }

  private static CqlEvaluation begin(String declarations, String expression) throws Exception {
    Scratchpad.Compiled compiled = compile(declarations, expression);
    assertThat(compiled.findings()).isEmpty();
    PatientRecord.Builder record = PatientRecord.builder("p");
    for (String resource :
        new String[] {
          "{'resourceType':'Patient','id':'p','birthDate':'1970-02','name':[{'family':'Doe'}],"
              + "'contact':[{'gender':'female'}]}",
          "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},'code':{'text':'Lump',"
              + "'coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}"
        }) {
      record.add((ObjectNode) JSON.readTree(resource.replace('\'', '"')), "test");
    }
    return compiled
        .knowledge()
        .orElseThrow()
        .program()
        .begin(record.build(), NOW, Map.of(), Deadline.after(Duration.ofSeconds(30)));
  }

  private static JsonNode value(String expression) throws Exception {
    try (CqlEvaluation evaluation = begin("", expression)) {
      return evaluation.evaluateWhole(Scratchpad.LIBRARY, Scratchpad.EXPRESSION);
    }
  }

  private static ArrayNode parameters(String expression) throws Exception {
    try (CqlEvaluation evaluation = begin("", expression)) {
      return evaluation.parameters(Scratchpad.LIBRARY, Scratchpad.EXPRESSION, "return");
    }
  }

  @Test
  void knowsTheContentAndItsOwnDeclarations() throws Exception {
    assertThat(value("Alpha.\"Applies\" and Alpha.Grace = 3").booleanValue()).isTrue();
    try (CqlEvaluation evaluation = begin("define \"Twice\": 2 * Alpha.Grace\n", "Twice + 1")) {
      assertThat(evaluation.evaluate(Scratchpad.LIBRARY, Scratchpad.EXPRESSION).intValue())
          .isEqualTo(7);
    }
    assertThat(knowledge.program().hasLibrary(Scratchpad.LIBRARY)).isFalse();
    assertThat(MEMORY.compiledAnew()).isEqualTo(1);
  }

  @Test
  void showsFhirValuesAsTheRecordHoldsThem() throws Exception {
    assertThat(value("First([Condition]).code").path("text").asText()).isEqualTo("Lump");
    assertThat(value("Patient.birthDate").asText()).isEqualTo("1970-02");
    assertThat(value("Patient").path("id").asText()).isEqualTo("p");
  }

  @Test
  void saysWhereAnErrorIsInWhatWasAsked() {
    Finding inExpression = compile("define A: 1\n", "1 +\n  Alpha.\"Aplies\"").findings().get(0);
    assertThat(inExpression.line()).isEqualTo(3);
    assertThat(inExpression.message()).contains("did you mean \"Applies\"?");
    Finding inDeclaration = compile("define A: 1 + 'x'\n", "A").findings().get(0);
    assertThat(inDeclaration.line()).isEqualTo(1);
    assertThat(compile("", "1 +").knowledge()).isEmpty();
  }

  /**
   * Expression, CQL type, and the parameter without name: as in the guide's Type Mapping Example.
   */
  private static final String[][] CQL_VALUES = {
    {"true", "System.Boolean", "{'valueBoolean':true}"},
    {
      "null as Boolean",
      "System.Boolean",
      "{'_valueBoolean':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/data-absent-reason','valueCode':'unknown'}]}}"
    },
    {
      "null as DateTime",
      "System.DateTime",
      "{'_valueDateTime':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/data-absent-reason','valueCode':'unknown'}]}}"
    },
    {"10", "System.Integer", "{'valueInteger':10}"},
    {"10L", "System.Long", "{'valueString':'10'}"},
    {"10.5", "System.Decimal", "{'valueDecimal':10.5}"},
    {"'John'", "System.String", "{'valueString':'John'}"},
    {"@2024-01", "System.Date", "{'valueDate':'2024-01'}"},
    {"@2024-01-01T10:30:00Z", "System.DateTime", "{'valueDateTime':'2024-01-01T10:30:00+00:00'}"},
    {"@2024-01-01T10:30Z", "System.DateTime", "{'valueDateTime':'2024-01-01T10:30:00+00:00'}"},
    {"@T10:30", "System.Time", "{'valueTime':'10:30:00'}"},
    {
      "10 'mg'",
      "System.Quantity",
      "{'valueQuantity':{'value':10,'unit':'mg','system':'http://unitsofmeasure.org','code':'mg'}}"
    },
    {
      "5 'mg' : 10 'mg'",
      "System.Ratio",
      "{'valueRatio':{'numerator':{'value':5,'unit':'mg','system':'http://unitsofmeasure.org','code':'mg'},'denominator':{'value':10,'unit':'mg','system':'http://unitsofmeasure.org','code':'mg'}}}"
    },
    {
      "Code { code: 'a', system: 'urn:s' }",
      "System.Code",
      "{'valueCoding':{'system':'urn:s','code':'a'}}"
    },
    {
      "Interval[@2024-01-01, @2024-01-31]",
      "Interval<System.Date>",
      "{'valuePeriod':{'start':'2024-01-01','end':'2024-01-31'}}"
    },
    {
      "Interval[@2024-01-01, @2024-02-01)",
      "Interval<System.Date>",
      "{'valuePeriod':{'start':'2024-01-01','end':'2024-01-31'}}"
    },
    {
      "Interval[@2024-01-01, null]",
      "Interval<System.Date>",
      "{'valuePeriod':{'start':'2024-01-01'}}"
    },
    {
      "Interval[@T10:30:00, @T11:30:00]",
      "Interval<System.Time>",
      "{'valuePeriod':{'start':'0001-01-01T10:30:00Z','end':'0001-01-01T11:30:00Z'}}"
    },
    {
      "Interval[5, 10)",
      "Interval<System.Integer>",
      "{'valueRange':{'low':{'value':5},'high':{'value':9}}}"
    },
    {
      "{ X: 1, Y: 1 }",
      "Tuple{X:System.Integer,Y:System.Integer}",
      "{'part':[{'name':'X','valueInteger':1},{'name':'Y','valueInteger':1}]}"
    },
    {
      "List<Integer>{}",
      "List<System.Integer>",
      "{'_valueBoolean':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/cqf-isEmptyList','valueBoolean':true}]}}"
    },
    {
      "{ : }",
      "Tuple{}",
      "{'_valueBoolean':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/cqf-isEmptyTuple','valueBoolean':true}]}}"
    },
    {
      "{ { 1, 2 } }",
      "List<List<System.Integer>>",
      "{'part':[{'name':'element','valueInteger':1},{'name':'element','valueInteger':2}]}"
    },
  };

  private static final String[][] FHIR_VALUES = {
    {"Patient.birthDate", "{'name':'return','valueDate':'1970-02'}"},
    {
      "First([Condition]).code",
      "{'name':'return','valueCodeableConcept':{'text':'Lump','coding':[{'system':'http://snomed.info/sct','code':'89164003'}]}}"
    },
    {"First([Condition]).subject", "{'name':'return','valueReference':{'reference':'Patient/p'}}"},
    {"First(Patient.contact)", "{'name':'return','part':[{'name':'gender','valueCode':'female'}]}"},
  };

  private static ArrayNode[] all(String[][] rows) throws Exception {
    StringBuilder defines = new StringBuilder();
    for (int i = 0; i < rows.length; i++) {
      defines.append("define \"").append(i).append("\": ").append(rows[i][0]).append('\n');
    }
    ArrayNode[] values = new ArrayNode[rows.length];
    try (CqlEvaluation evaluation = begin(defines.toString(), "1")) {
      for (int i = 0; i < rows.length; i++) {
        values[i] = evaluation.parameters(Scratchpad.LIBRARY, String.valueOf(i), "return");
      }
    }
    return values;
  }

  @Test
  void mapsCqlValuesToFhir() throws Exception {
    ArrayNode[] values = all(CQL_VALUES);
    for (int i = 0; i < values.length; i++) {
      String expression = CQL_VALUES[i][0];
      assertThat(values[i]).as(expression).hasSize(1);
      ObjectNode parameter = (ObjectNode) values[i].get(0);
      assertThat(parameter.at("/extension/0/url").asText())
          .isEqualTo("http://hl7.org/fhir/StructureDefinition/cqf-cqlType");
      assertThat(parameter.at("/extension/0/valueString").asText())
          .as(expression)
          .isEqualTo(CQL_VALUES[i][1]);
      assertThat(parameter.path("name").asText()).isEqualTo("return");
      parameter.remove(List.of("extension", "name"));
      assertThat(JSON.readTree(parameter.toString()))
          .as(expression)
          .isEqualTo(JSON.readTree(CQL_VALUES[i][2].replace('\'', '"')));
    }
  }

  @Test
  void mapsFhirValuesToThemselves() throws Exception {
    ArrayNode[] values = all(FHIR_VALUES);
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).containsExactly(JSON.readTree(FHIR_VALUES[i][1].replace('\'', '"')));
    }
  }

  @Test
  void repeatsTheParameterOfAList() throws Exception {
    ArrayNode parameters = parameters("{ 1, null as Integer, 3 }");
    assertThat(parameters).hasSize(3);
    assertThat(parameters.get(1).has("_valueInteger")).isFalse();
    assertThat(parameters.get(1).at("/_valueBoolean/extension/0/valueCode").asText())
        .isEqualTo("unknown");
    assertThat(parameters("[Condition]").get(0).at("/resource/id").asText()).isEqualTo("c");
  }
}
