package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemException;

final class SearchReaderTest {

  private final SearchReader reader =
      new SearchReader(
          InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z")),
          ZoneOffset.UTC,
          CodeSets.NONE);

  @ParameterizedTest(name = "code={0}: {1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "C50.411; true",
        "c50.411; true",
        "C50; false",
        "http://hl7.org/fhir/sid/icd-10-cm|C50.411; true",
        "http://snomed.info/sct|254837009; true",
        "http://snomed.info/sct|C50.411; false",
        "http://snomed.info/sct|; true",
        "http://loinc.org|; false",
        "|C50.411; false",
        "|local; true",
        "|254837009; false",
        "M54.51,C50.411; true",
        "a\\,b; true",
        "a,b; false",
        "bar\\|red; true",
      })
  void tokensMatchCodings(String token, boolean matches) {
    SearchQuery query = read("Condition", "code", token);

    assertThat(
            query.matches(
                Json.of(
                    "{'resourceType':'Condition','code':{'coding':["
                        + "{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'C50.411'},"
                        + "{'system':'http://snomed.info/sct','code':'254837009'},"
                        + "{'code':'local'},{'code':'a,b'},{'code':'bar|red'}]}}")))
        .isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0}?{1}={2}: {3}")
  @CsvSource(
      delimiter = ';',
      value = {
        "Observation; status; final; true",
        "Observation; status; amended; false",
        "Observation; status; http://hl7.org/fhir/observation-status|final; true",
        "Observation; status; http://example.org/other|final; false",
        "Observation; category; laboratory; true",
        "Observation; code; 17861-6; true",
        "Observation; date; 2026-02; true",
        "Condition; clinical-status; active; true",
        "Condition; status; active; true",
        "Condition; verification-status; confirmed; true",
        "Condition; onset-date; 2025; true",
        "Condition; recorded-date; 2025-12; true",
        "Condition; date; 2025-12; true",
        "Patient; identifier; urn:mrn|12; true",
        "Patient; identifier; 13; false",
        "Patient; birthdate; lt1970; true",
        "FamilyMemberHistory; code; 254837009; true",
        "FamilyMemberHistory; relationship; MTH; true",
        "FamilyMemberHistory; patient; ann; true",
        "FamilyMemberHistory; subject; ann; true",
        "FamilyMemberHistory; subject:Patient; ann; true",
        "MedicationRequest; code; 10324; true",
        "MedicationRequest; authoredon; ge2026; true",
        "Encounter; class; AMB; true",
        "Encounter; type; 185349003; true",
        "Encounter; date; 2026-05-01; true",
        "ServiceRequest; authored; 2026-04-01; true",
        "ServiceRequest; intent; order; true",
        "DiagnosticReport; issued; 2026-03-01; true",
        "QuestionnaireResponse; authored; 2026; true",
        "RiskAssessment; date; 2026-01-02; true",
        "MedicationStatement; effective; 2020; true",
      })
  void parametersLookAtTheElementsOfTheirType(
      String type, String name, String value, boolean matches) {
    Map<String, String> resources =
        Map.ofEntries(
            Map.entry(
                "Observation",
                "'status':'final','effectiveInstant':'2026-02-03T10:00:00Z','code':{'coding':"
                    + "[{'code':'17861-6'}]},'category':[{'coding':[{'code':'vital-signs'}]},"
                    + "{'coding':[{'code':'laboratory'}]}]"),
            Map.entry(
                "Condition",
                "'clinicalStatus':{'coding':[{'code':'active'}]},'verificationStatus':{'coding':"
                    + "[{'code':'confirmed'}]},'onsetDateTime':'2025-06','recordedDate':'2025-12-01'"),
            Map.entry(
                "Patient",
                "'identifier':[{'system':'urn:mrn','value':'12'}],'birthDate':'1969-12-31'"),
            Map.entry(
                "FamilyMemberHistory",
                "'patient':{'reference':'Patient/ann'},'relationship':{'coding':[{'code':'MTH'}]},"
                    + "'condition':[{'code':{'coding':[{'code':'363346000'}]}},"
                    + "{'code':{'coding':[{'code':'254837009'}]}}]"),
            Map.entry(
                "MedicationRequest",
                "'authoredOn':'2026-02-01','medicationCodeableConcept':{'coding':"
                    + "[{'code':'10324'}]}"),
            Map.entry(
                "Encounter",
                "'class':{'code':'AMB'},'type':[{'coding':[{'code':'185349003'}]}],"
                    + "'period':{'start':'2026-05-01T10:00:00Z','end':'2026-05-01T10:30:00Z'}"),
            Map.entry("ServiceRequest", "'authoredOn':'2026-04-01','intent':'order'"),
            Map.entry("DiagnosticReport", "'issued':'2026-03-01T09:00:00.000Z'"),
            Map.entry("QuestionnaireResponse", "'authored':'2026-03-01T09:00:00Z'"),
            Map.entry("RiskAssessment", "'occurrenceDateTime':'2026-01-02'"),
            Map.entry(
                "MedicationStatement",
                "'effectivePeriod':{'start':'2020-02-01','end':'2020-03-01'}"));

    assertThat(
            read(type, name, value)
                .matches(Json.of("{'resourceType':'%s',%s}".formatted(type, resources.get(type)))))
        .isEqualTo(matches);
  }

  @Test
  void textBeginsWhateverItsCaseAndAccents() {
    SearchableType type = SearchableType.of("Library").string("name", "Library-name", "name");

    assertThat(
            reader
                .read(type, Map.of("name", List.of("dépist")))
                .matches(Json.of("{'name':'Depistage'}")))
        .isTrue();
    assertThat(
            reader
                .read(type, Map.of("name", List.of("pist")))
                .matches(Json.of("{'name':'Depistage'}")))
        .isFalse();
  }

  @Test
  void unknownParameterIsRefusedNamingThoseKnown() {
    Problem problem = refused("Procedure", "colour", "blue");

    assertThat(problem.code()).isEqualTo("search-parameter");
    assertThat(problem.text())
        .contains("Procedure")
        .contains("_id, _lastUpdated, patient, subject, code, category, status, date, _count");
    assertThat(problem.toString()).doesNotContain("colour");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = ';',
      value = {
        "patient; ''",
        "patient; Group/7",
        "patient; http://elsewhere.example/Patient/7",
        "patient; a b",
        "patient:Group; 7",
        "patient.name; Jones",
        "code:in; http://example.org/vs",
        "date:not; 2026",
        "code:text; x",
        "code; a|b|c",
        "code; |",
        "code; x,,y",
        "date; yesterday",
        "date; 2026-02-30",
        "date; xx2026",
        "date; ge",
        "date; 2026-03-10T08:30:00 02:00",
        "_id; a/b",
        "_count; -1",
        "_count; 1e9",
        "_count; 9999999999999",
        "_after; a/b",
        "_sort; code",
        "_sort; date,_id",
        "_after; x~y~z",
        "_include; *",
        "_include; Condition:encounter",
        "_has:Observation:patient:code; x",
      })
  void whatIsNotUnderstoodIsRefusedWithoutQuotingIt(String name, String value) {
    Problem problem = refused("Procedure", name, value);

    assertThat(problem.text()).doesNotContain("Jones").doesNotContain("elsewhere");
  }

  @Test
  void namesThatAreNoNamesAreNotRepeated() {
    assertThat(refused("Procedure", "Anna Jones, born 1960", "x").places()).isEmpty();
  }

  @Test
  void countIsFiftyUnlessToldAndNeverMoreThanTwoHundred() {
    assertThat(reader.read(type("Procedure"), Map.of()).count()).isEqualTo(50);
    assertThat(read("Procedure", "_count", "7").count()).isEqualTo(7);
    assertThat(read("Procedure", "_count", "100000").count()).isEqualTo(200);
  }

  @Test
  void repeatedParametersHaveAllToBeMet() {
    SearchQuery query =
        reader.read(type("Procedure"), Map.of("date", List.of("ge2026-01", "lt2026-02")));

    assertThat(query.matches(Json.of("{'performedDateTime':'2026-01-20'}"))).isTrue();
    assertThat(query.matches(Json.of("{'performedDateTime':'2026-02-20'}"))).isFalse();
    assertThat(query.after()).isEqualTo(Optional.empty());
  }

  @Test
  void searchOfTooManyValuesIsRefused() {
    assertThatThrownBy(
            () ->
                reader.read(
                    type("Procedure"),
                    Map.of("code", List.of(String.join(",", Collections.nCopies(501, "x"))))))
        .isInstanceOf(ProblemException.class);
  }

  private SearchQuery read(String type, String name, String value) {
    return reader.read(type(type), Map.of(name, List.of(value)));
  }

  private Problem refused(String type, String name, String value) {
    try {
      read(type, name, value);
    } catch (ProblemException e) {
      return e.problem();
    }
    throw new AssertionError("not refused: " + name + "=" + value);
  }

  private static SearchableType type(String name) {
    return StoredTypes.named(name).orElseThrow();
  }
}
