package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/** What CQL sees of FHIR JSON: every form an element can take on the wire. */
class CqlOnJsonTest {

  private static final String PATIENT = "{'resourceType':'Patient','id':'p','gender':'female'}";

  @Test
  void readsAPrimitive() {
    assertThat(Cql.of("define X: Patient.gender.value").x(q(PATIENT)).asText()).isEqualTo("female");
  }

  @Test
  void readsExtensionsOfAPrimitiveFromItsSibling() {
    Cql cql =
        Cql.of(
            "define X: singleton from (Patient.birthDate.extension E where E.url.value ="
                + " 'http://e/x' return (E.value as FHIR.string).value)");
    String patient =
        "{'resourceType':'Patient','id':'p','birthDate':'1970-01-02',"
            + "'_birthDate':{'extension':[{'url':'http://e/x','valueString':'seen'}]}}";
    assertThat(cql.x(q(patient)).asText()).isEqualTo("seen");
  }

  @Test
  void seesAPrimitiveThatHasOnlyExtensions() {
    Cql cql =
        Cql.of(
            "define X: Tuple{there: Patient.birthDate is not null, value: Patient.birthDate.value,"
                + " extensions: Count(Patient.birthDate.extension)}");
    String patient =
        "{'resourceType':'Patient','id':'p','_birthDate':{'extension':[{'url':'http://e/absent',"
            + "'valueCode':'unknown'}]}}";
    assertThat(cql.x(q(patient)).toString())
        .isEqualTo("{\"there\":true,\"value\":null,\"extensions\":1}");
  }

  @Test
  void pairsArraysOfPrimitivesWithTheirSiblings() {
    Cql cql =
        Cql.of(
            "define X: (First(Patient.name).given) G return all Tuple{v: G.value, e: Count(G.extension)}");
    String patient =
        "{'resourceType':'Patient','id':'p','name':[{'given':['Ann',null,'Lee'],"
            + "'_given':[null,{'extension':[{'url':'http://e/a','valueBoolean':true}]}]}]}";
    assertThat(cql.x(q(patient)).toString())
        .isEqualTo("[{\"v\":\"Ann\",\"e\":0},{\"v\":null,\"e\":1},{\"v\":\"Lee\",\"e\":0}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'valueQuantity':{'value':7.50,'unit':'mg/dL'} | (O.value as FHIR.Quantity).value.value | 7.5",
        "'valueString':'abc' | (O.value as FHIR.string).value | abc",
        "'valueBoolean':false | (O.value as FHIR.boolean).value | false",
        "'valueInteger':3 | (O.value as FHIR.integer).value | 3",
        "'valueDateTime':'2026-05' | (O.value as FHIR.dateTime).value | @2026-05",
        "'valueTime':'10:30:00' | (O.value as FHIR.time).value | @T10:30:00",
        "'valueCodeableConcept':{'text':'t'} | (O.value as FHIR.CodeableConcept).text.value | t",
        "'valueRange':{'low':{'value':1}} | (O.value as FHIR.Range).low.value.value | 1",
      })
  void readsEachFormOfAChoiceElement(String member, String expression, String expected) {
    Cql cql = Cql.of("define X: singleton from ([Observation] O return " + expression + ")");
    assertThat(cql.x(q(PATIENT), q(observation(member))).asText()).isEqualTo(expected);
  }

  @Test
  void readsAQuantityThatTheModelCallsSimple() {
    Cql cql =
        Cql.of(
            "define X: singleton from ([MedicationRequest] M return"
                + " (M.dosageInstruction[0].doseAndRate[0].dose as FHIR.SimpleQuantity).value.value)");
    String request =
        "{'resourceType':'MedicationRequest','id':'m','subject':{'reference':'Patient/p'},"
            + "'dosageInstruction':[{'doseAndRate':[{'doseQuantity':{'value':60,'unit':'mg'}}]}]}";
    assertThat(cql.x(q(PATIENT), q(request)).asInt()).isEqualTo(60);
  }

  @Test
  void readsTheSiblingOfAChoiceTypedPrimitive() {
    Cql cql =
        Cql.of(
            "define X: singleton from ([Observation] O return (O.value as"
                + " FHIR.string).extension[0].url.value)");
    assertThat(
            cql.x(q(PATIENT), q(observation("'_valueString':{'extension':[{'url':'http://e/u'}]}")))
                .asText())
        .isEqualTo("http://e/u");
  }

  @ParameterizedTest
  @CsvSource({
    "2026, @2026",
    "2026-05, @2026-05",
    "2026-05-04, @2026-05-04",
    "2026-05-04T10:11:12Z, @2026-05-04T10:11:12+00:00",
    "2026-05-04T10:11:12.5+02:00, @2026-05-04T10:11:12.500+02:00",
  })
  void keepsThePrecisionOfDateTimes(String written, String expected) {
    Cql cql =
        Cql.of("define X: singleton from ([Condition] C return (C.onset as FHIR.dateTime).value)");
    String text = cql.x(q(PATIENT), q(condition("'onsetDateTime':'" + written + "'"))).asText();
    assertThat(text).isEqualTo(expected);
  }

  @Test
  void givesADateTimeWithoutOffsetTheOffsetOfTheEvaluation() {
    Cql cql =
        Cql.of(
            "define X: singleton from ([Condition] C return timezoneoffset from (C.onset as"
                + " FHIR.dateTime).value)");
    assertThat(cql.x(q(PATIENT), q(condition("'onsetDateTime':'2026-05-04T10:11:12'"))).asInt())
        .isEqualTo(-5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-13-01", "2026-02-30", "yesterday", "2026-5-4", "", "2026-05-04T25:00:00Z"})
  void namesAnInvalidDate(String written) {
    Cql cql = Cql.of("define X: [Condition] C return (C.onset as FHIR.dateTime).value");
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition("'onsetDateTime':'" + written + "'"))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo("date-invalid");
              assertThat(e.problem().category()).isEqualTo(ProblemCategory.INCORRECT);
            });
  }

  @Test
  void readsContainedResources() {
    Cql cql =
        Cql.of(
            "define X: singleton from (singleton from ([MedicationRequest] M return"
                + " (M.contained R where R is FHIR.Medication return (R as FHIR.Medication).status.value)))");
    String request =
        "{'resourceType':'MedicationRequest','id':'m','subject':{'reference':'Patient/p'},"
            + "'contained':[{'resourceType':'Medication','id':'i','status':'active'}]}";
    assertThat(cql.x(q(PATIENT), q(request)).asText()).isEqualTo("active");
  }

  @Test
  void keepsTheWrittenPrecisionOfDecimalsForCalculation() {
    Cql cql =
        Cql.of(
            "define X: singleton from ([Observation] O return (O.value as FHIR.Quantity).value.value * 10.0)");
    assertThat(cql.x(q(PATIENT), q(observation("'valueQuantity':{'value':0.1}"))).decimalValue())
        .isEqualByComparingTo("1.0");
  }

  @Test
  void findsByValueSetOverEveryCodingAndAliasAndIcdCategory() {
    Cql cql = Cql.of("define X: [Condition: \"Breast\"] C return C.id.value");
    String found =
        cql.x(
                q(PATIENT),
                q(coded("snomed", "http://snomed.info/sct", "254837009")),
                q(coded("alias", "urn:oid:2.16.840.1.113883.6.96", "254837009")),
                q(coded("billable", "http://hl7.org/fhir/sid/icd-10-cm", "C50.411")),
                q(coded("undotted", "http://hl7.org/fhir/sid/icd-10-cm", "C50411")),
                q(coded("excluded", "http://hl7.org/fhir/sid/icd-10-cm", "C50.911")),
                q(coded("other", "http://snomed.info/sct", "1")),
                q(coded("wrongsystem", "http://example.org", "254837009")),
                q(
                    "{'resourceType':'Condition','id':'second','subject':{'reference':'Patient/p'},"
                        + "'code':{'coding':[{'system':'http://x','code':'1'},"
                        + "{'system':'http://snomed.info/sct','code':'254837009'},"
                        + "{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'C50.412'}]}}"))
            .toString();
    assertThat(found).isEqualTo("[\"alias\",\"billable\",\"second\",\"snomed\",\"undotted\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7",
        "null",
        "[7]",
        "{'coding':{'system':'http://snomed.info/sct','code':'1'}}",
        "{'coding':'1'}",
        "{'coding':[['1']]}",
        "{'coding':[null]}",
        "'254837009'",
        "{}",
        "{'coding':[]}",
        "{'coding':[{}]}",
        "{'coding':[{'system':'http://snomed.info/sct','code':' '}]}",
        "{'codings':[{'system':'http://snomed.info/sct','code':'254837009'}]}",
        "{'system':'http://snomed.info/sct','code':'254837009'}",
        "{'coding':[{'system':'http://snomed.info/sct','code':254837009}]}",
        "{'coding':[{'system':7,'code':'254837009'}]}",
      })
  void neverTakesACodeThatCanNotBeReadForNoMember(String code) {
    Cql cql = Cql.of("define X: exists [Condition: \"Breast\"]");
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition("'code':" + code))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().category()).isEqualTo(ProblemCategory.INCORRECT);
              assertThat(e.problem().places())
                  .singleElement()
                  .asString()
                  .matches("test\\.code(\\.coding(\\[0])?)?");
            });
  }

  @Test
  void namesThePlaceOfANestedValueThatCanNotBeRead() {
    Cql cql = Cql.of("define X: [Condition] C return all C.stage.type.coding.userSelected.value");
    String stage =
        "'stage':[{'id':'s'},{'type':{'coding':[{'id':'c'},{'userSelected':'CANARY'}]}}]";
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition(stage))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().places())
                    .containsExactly("test.stage[1].type.coding[1].userSelected"));
  }

  @Test
  void takesTheLastBranchOfACaseOnNull() {
    Cql cql =
        Cql.of("define X: case (null as String) when 'a' then 1.0 / 10.0 else null as Decimal end");
    assertThat(cql.x(q(PATIENT)).isNull()).isTrue();
  }

  @Test
  void namesTheElementThatCanNotBeRead() {
    Cql cql = Cql.of("define X: [Condition] C return C.recorder.display.value");
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition("'recorder':['CANARY']"))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().places()).containsExactly("test.recorder"));
  }

  /** Length is one of the expressions that the linker leaves to the engine. */
  @Test
  void namesItAlsoWhereTheEngineEvaluatesByItself() {
    Cql cql = Cql.of("define X: [Condition] C return Length(C.recorder.display.value)");
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition("'recorder':['CANARY']"))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().category()).isEqualTo(ProblemCategory.INCORRECT);
              assertThat(e.problem().places()).containsExactly("test.recorder");
            });
  }

  @Test
  void neverTakesANullInAListForNothing() {
    Cql cql = Cql.of("define X: [Condition] C return exists C.stage");
    assertThatThrownBy(() -> cql.x(q(PATIENT), q(condition("'stage':[null]"))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void findsByADirectCode() {
    Cql cql = Cql.of("define X: [Condition: \"Lump\"] C return C.id.value");
    assertThat(
            cql.x(
                    q(PATIENT),
                    q(coded("a", "urn:oid:2.16.840.1.113883.6.96", "89164003")),
                    q(coded("b", "http://snomed.info/sct", "1")))
                .toString())
        .isEqualTo("[\"a\"]");
  }

  @Test
  void calculatesWithUnits() {
    assertThat(Cql.of("define X: Today() - 6 months").x(q(PATIENT)).asText())
        .isEqualTo("@2025-12-01");
    assertThat(Cql.of("define X: 5 'mg/dL' < 0.1 'g/dL'").x(q(PATIENT)).asBoolean()).isTrue();
    assertThat(Cql.of("define X: 6 'months'").x(q(PATIENT)).get("unit").asText())
        .isEqualTo("months");
  }

  @Test
  void comparesResourcesByContent() {
    Cql cql = Cql.of("define X: Count(distinct [Condition])");
    assertThat(cql.x(q(PATIENT), q(coded("a", "s", "1")), q(coded("b", "s", "1"))).asInt())
        .isEqualTo(2);
  }

  @Test
  void givesParametersTheirDefaultAgainAfterACallThatSetThem() {
    Cql cql = Cql.of("define X: \"Grace\"");
    assertThat(
            cql.evaluate("X", Cql.patient("p", q(PATIENT)), Map.of("Grace", IntNode.valueOf(9)))
                .asInt())
        .isEqualTo(9);
    assertThat(cql.x(q(PATIENT)).asInt()).isEqualTo(3);
  }

  @Test
  void refusesASettingThatNoCqlDeclares() {
    Cql cql = Cql.of("define X: 1");
    assertThatThrownBy(
            () -> cql.evaluate("X", Cql.patient("p"), Map.of("Graze", IntNode.valueOf(9))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().text()).contains("Grace").doesNotContain("Graze"));
    assertThatThrownBy(
            () -> cql.evaluate("X", Cql.patient("p"), Map.of("Grace", TextNode.valueOf("nine"))))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().text()).contains("Integer"));
  }

  @Test
  void saysThatCqlFailedWithoutQuotingThePatient() {
    Cql cql = Cql.of("define X: singleton from ([Condition] C return C.id.value)");
    assertThatThrownBy(
            () -> cql.x(q(PATIENT), q(coded("CANARY", "s", "1")), q(coded("b", "s", "2"))))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().category()).isEqualTo(ProblemCategory.FAULT);
              assertThat(e.problem().text()).contains("T.\"X\"").doesNotContain("CANARY");
            });
  }

  @Test
  void evaluatesOtherDefinesAfterOneFailed() {
    Cql cql =
        Cql.of(
            "define X: singleton from ([Condition] C return C.id.value)\ndefine Y: Count([Condition])");
    try (CqlEvaluation evaluation =
        cql.program()
            .begin(
                Cql.patient("p", q(PATIENT), q(coded("a", "s", "1")), q(coded("b", "s", "2"))),
                Cql.NOW.toZonedDateTime(),
                Map.of(),
                org.oncohooks.Deadline.after(java.time.Duration.ofSeconds(60)))) {
      assertThatThrownBy(() -> evaluation.evaluate("T", "X")).isInstanceOf(ProblemException.class);
      assertThat(evaluation.evaluate("T", "Y").asInt()).isEqualTo(2);
    }
  }

  private static String observation(String member) {
    return "{'resourceType':'Observation','id':'o','subject':{'reference':'Patient/p'},"
        + member
        + "}";
  }

  private static String condition(String member) {
    return "{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/p'},"
        + member
        + "}";
  }

  private static String coded(String id, String system, String code) {
    return "{'resourceType':'Condition','id':'"
        + id
        + "','subject':{'reference':'Patient/p'},'code':{'coding':[{'system':'"
        + system
        + "','code':'"
        + code
        + "'}]}}";
  }

  private static String q(String json) {
    return json.replace('\'', '"');
  }
}
