package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemException;
import org.oncohooks.TestContent;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.patient.PatientRecord;

/** A CodeSystem of the content gives a CQL parameter its rows, or says why it can't. */
class TableReaderTest {

  private static final String CQL = "cql/Alpha.cql";
  private static final String TABLE = "fhir-resources/codesystem/CodeSystem-ages.json";

  @TempDir Path root;
  private TestContent content;

  @BeforeEach
  void contentWithATable() {
    content =
        TestContent.in(root, "alpha")
            .replace(
                CQL,
                "context Patient",
                """
                parameter "Ages" List<Tuple { code String, display String, min Integer, size Decimal, open Boolean, note String, since DateTime }>
                context Patient
                define "Rows": "Ages"
                define "Old": First("Ages" A where A.min > 60 return A.display)
                define "Day": ("Ages" A where A.code = 'a' return date from A.since)
                """);
    content.write(
        TABLE,
        """
        {'resourceType':'CodeSystem','id':'ages','url':'https://example.org/ages','status':'active','content':'complete',
         'extension':[{'url':'https://oncohooks.org/StructureDefinition/cql-parameter','valueString':'Ages'}],
         'property':[{'code':'min','type':'integer'},{'code':'size','type':'decimal'},{'code':'open','type':'boolean'},
           {'code':'note','type':'code'},{'code':'since','type':'dateTime'}],
         'concept':[
          {'code':'b','display':'Later','property':[{'code':'min','valueInteger':70}]},
          {'code':'a','display':'Early','property':[{'code':'min','valueInteger':40},{'code':'size','valueDecimal':1.30},
            {'code':'open','valueBoolean':true},{'code':'note','valueCode':'x'},{'code':'since','valueDateTime':'2026-01-15'}]}]}
        """);
  }

  @Test
  void givesTheParameterOneTupleForEachConceptInOrder() {
    JsonNode rows = evaluate("Rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).toString())
        .contains("\"code\":\"b\"", "\"min\":70", "\"size\":null", "\"note\":null");
    assertThat(rows.get(1).toString())
        .contains("\"size\":1.3", "\"open\":true", "\"note\":\"x\"", "\"since\":\"@2026-01-15\"");
    assertThat(evaluate("Old").textValue()).isEqualTo("Later");
  }

  @Test
  void readsADayAsThatDayInEveryZone() {
    Knowledge knowledge = content.knowledge();
    for (String offset : new String[] {"-05:00", "+09:00", "-05:00"}) {
      assertThat(evaluate(knowledge, "Day", offset).toString()).isEqualTo("[\"@2026-01-15\"]");
    }
  }

  @Test
  void readsTheTableAlsoWhenTheCqlComesFromTheCache(@TempDir Path cache) {
    for (int start = 0; start < 2; start++) {
      Loaded loaded = KnowledgeLoader.load(root, Optional.of(new CompiledCqlCache(cache)));
      assertThat(loaded.findings()).isEmpty();
      assertThat(evaluate(loaded.knowledge().orElseThrow(), "Rows", "-05:00")).hasSize(2);
    }
    content.replace(TABLE, "'code':'size','type'", "'code':'length','type'");
    Loaded loaded = KnowledgeLoader.load(root, Optional.of(new CompiledCqlCache(cache)));
    assertThat(loaded.findings()).extracting(f -> f.message()).anyMatch(m -> m.contains("length"));
  }

  @Test
  void changesTheVersionWithTheTable() {
    String before = content.knowledge().version();
    content.replace(TABLE, "'valueInteger':70", "'valueInteger':71");
    assertThat(content.knowledge().version()).isNotEqualTo(before);
  }

  @Test
  void letsNoRequestOverrideATable() {
    Knowledge knowledge = content.knowledge();
    assertThat(knowledge.program().parameters()).containsExactly("Grace");
    Map<String, JsonNode> settings = Map.of("Ages", JsonNodeFactory.instance.arrayNode());
    assertThatThrownBy(() -> begin(knowledge, "-05:00", settings))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo("parameter-unknown"));
  }

  @Test
  void refusesAParameterWithoutDefaultAndTable() {
    content.replace(TABLE, "StructureDefinition/cql-parameter", "StructureDefinition/other");
    assertRefused(CQL, 6, "parameter Ages has no value");
  }

  @Test
  void refusesADefaultBesideATable() {
    content.replace(CQL, "since DateTime }>", "since DateTime }> default null");
    assertRefused(CQL, 6, "leave its default out");
  }

  @Test
  void refusesATableForNoParameter() {
    content.replace(TABLE, "'valueString':'Ages'", "'valueString':'Aegs'");
    assertRefused(TABLE, 2, "no CQL library declares a parameter Aegs");
  }

  @Test
  void refusesAnExtensionWithoutAName() {
    content.replace(TABLE, "'valueString':'Ages'", "'valueCode':'Ages'");
    assertRefused(TABLE, 2, "by valueString");
  }

  @Test
  void refusesTwoTablesForOneParameter() {
    content.write(
        "fhir-resources/codesystem/CodeSystem-more.json",
        """
        {'resourceType':'CodeSystem','id':'more','url':'https://example.org/more',
         'extension':[{'url':'https://oncohooks.org/StructureDefinition/cql-parameter','valueString':'Ages'}]}
        """);
    assertRefused("fhir-resources/codesystem/CodeSystem-more.json", 2, "another CodeSystem");
  }

  @Test
  void refusesAParameterThatIsNoListOfTuples() {
    content.replace(TABLE, "'valueString':'Ages'", "'valueString':'Grace'");
    assertRefused(TABLE, 2, "has to be a List<Tuple");
  }

  @Test
  void refusesAnElementThatNoPropertyDeclares() {
    content.replace(CQL, "since DateTime }>", "since DateTime, until DateTime }>");
    assertRefused(TABLE, 2, "has an element until");
  }

  @Test
  void refusesAPropertyThatTheTupleLacks() {
    content.replace(
        TABLE,
        "'property':[{'code':'min'",
        "'property':[{'code':'extra','type':'string'},{'code':'min'");
    assertRefused(TABLE, 3, "lacks the element extra");
  }

  @Test
  void refusesAPropertyOfAnotherTypeThanTheElement() {
    content.replace(TABLE, "'code':'min','type':'integer'", "'code':'min','type':'decimal'");
    assertRefused(TABLE, 3, "column min is Decimal, in Alpha.Ages Integer");
  }

  @Test
  void refusesAPropertyTypeThatNoColumnHas() {
    content.replace(TABLE, "'code':'note','type':'code'", "'code':'note','type':'Coding'");
    assertRefused(TABLE, 4, "one of string");
  }

  @Test
  void refusesAColumnDeclaredTwice() {
    content.replace(
        TABLE,
        "{'code':'note','type':'code'}",
        "{'code':'note','type':'code'},{'code':'display','type':'string'}");
    assertRefused(TABLE, 4, "column display twice");
  }

  @Test
  void refusesAPropertyThatIsNotDeclared() {
    content.replace(TABLE, "'code':'min','valueInteger':70", "'code':'mni','valueInteger':70");
    assertRefused(TABLE, 6, "row b has the property mni, not declared");
  }

  @Test
  void refusesAPropertyThatARowHasTwice() {
    content.replace(
        TABLE,
        "{'code':'min','valueInteger':70}",
        "{'code':'min','valueInteger':70},{'code':'min','valueInteger':71}");
    assertRefused(TABLE, 6, "min twice");
  }

  @Test
  void refusesAValueInAnotherMemberThanTheTypes() {
    content.replace(TABLE, "'valueInteger':70", "'valueString':'70'");
    assertRefused(TABLE, 6, "min of row b does not hold its type, Integer");
  }

  @Test
  void refusesAValueThatIsNotOfItsType() {
    content.replace(TABLE, "2026-01-15", "2026-02-30");
    assertRefused(TABLE, 7, "since of row a does not hold its type, DateTime");
  }

  @Test
  void refusesACodeInTwoRows() {
    content.replace(TABLE, "{'code':'a'", "{'code':'b'");
    assertRefused(TABLE, 6, "code b stands in two rows");
  }

  @Test
  void refusesATableWithoutRows() {
    content.write(
        TABLE,
        """
        {'resourceType':'CodeSystem','id':'ages','url':'https://example.org/ages','status':'active','content':'complete',
         'extension':[{'url':'https://oncohooks.org/StructureDefinition/cql-parameter','valueString':'Ages'}]}
        """);
    assertRefused(TABLE, 2, "has no concept");
  }

  @Test
  void refusesRowsBelowRows() {
    content.replace(TABLE, "'display':'Later'", "'display':'Later','concept':[{'code':'c'}]");
    assertRefused(TABLE, 6, "no rows below them");
  }

  private JsonNode evaluate(String define) {
    return evaluate(content.knowledge(), define, "-05:00");
  }

  private static JsonNode evaluate(Knowledge knowledge, String define, String offset) {
    try (CqlEvaluation evaluation = begin(knowledge, offset, Map.of())) {
      return evaluation.evaluate("Alpha", define);
    }
  }

  private static CqlEvaluation begin(
      Knowledge knowledge, String offset, Map<String, JsonNode> settings) {
    return knowledge
        .program()
        .begin(
            PatientRecord.builder("p").build(),
            ZonedDateTime.parse("2026-06-01T12:00:00" + offset),
            settings,
            Deadline.after(Duration.ofSeconds(60)));
  }

  private void assertRefused(String file, int line, String message) {
    Loaded loaded = content.load();
    assertThat(loaded.knowledge()).isEmpty();
    assertThat(loaded.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.file()).isEqualTo(file);
              assertThat(finding.line()).isEqualTo(line);
              assertThat(finding.message()).contains(message);
              assertThat(finding.isError()).isTrue();
            });
  }
}
