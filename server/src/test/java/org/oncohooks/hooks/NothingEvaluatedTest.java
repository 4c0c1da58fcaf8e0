package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.cql.CqlEvaluation;
import org.oncohooks.decision.CodeCount;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.NothingEvaluated;
import org.oncohooks.decision.Outcome;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.PatientRecord;

class NothingEvaluatedTest {

  private final Service service = TestContent.knowledge().service("two-alerts").orElseThrow();
  private final Recommendation recommendation = service.recommendations("patient-view").get(0);

  private Optional<Problem> problem(PatientRecord record, Outcome... outcomes) {
    return problem(record, true, outcomes);
  }

  private Optional<Problem> problem(PatientRecord record, boolean readsStore, Outcome... outcomes) {
    return NothingEvaluated.in(
        new Decision(
            service,
            ZonedDateTime.parse("2026-06-01T12:00:00Z"),
            "v",
            List.of(outcomes),
            List.of(),
            List.of(),
            CodeCount.NONE),
        record,
        readsStore);
  }

  private Outcome failed(ProblemCategory category) {
    return new Outcome.NotEvaluated(recommendation, Problem.of(category, "c", "Text."));
  }

  private static PatientRecord record(DataGap... gaps) {
    PatientRecord.Builder record = PatientRecord.builder("p1");
    for (DataGap gap : gaps) {
      record.gap(gap);
    }
    return record.build();
  }

  @Test
  void isNoProblemWhenOneWasEvaluated() {
    assertThat(
            problem(
                record(), failed(ProblemCategory.FAULT), new Outcome.DoesNotApply(recommendation)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "DATA_MISSING,DATA_MISSING",
    "TIMED_OUT,TIMED_OUT",
    "FAULT,FAULT",
    "INCORRECT,INCORRECT",
    "INCORRECT DATA_MISSING,INCORRECT",
    "DATA_MISSING TIMED_OUT,TIMED_OUT",
    "DATA_MISSING FAULT TIMED_OUT,FAULT"
  })
  void tellsTheWorstThatHappened(String met, ProblemCategory told) {
    List<Outcome> outcomes = new ArrayList<>();
    for (String category : met.split(" ")) {
      outcomes.add(failed(ProblemCategory.valueOf(category)));
    }
    assertThat(problem(record(), outcomes.toArray(Outcome[]::new)).map(Problem::category))
        .contains(told);
  }

  @Test
  void whoseDataTakesTooMuchComputingIsNotToldToTryAgain() {
    Outcome overran = new Outcome.NotEvaluated(recommendation, CqlEvaluation.OVERRAN);
    Outcome late = new Outcome.NotEvaluated(recommendation, CqlEvaluation.TIMED_OUT);
    assertThat(problem(record(), overran, overran).orElseThrow())
        .returns("evaluation-overran", Problem::code)
        .extracting(Problem::text)
        .asString()
        .contains("likely to end the same");
    assertThat(problem(record(), overran, late).map(Problem::text).orElseThrow())
        .endsWith("Try again.");
  }

  /** SAFE-59. */
  @Test
  void namesTheKeysThatWereNeededAndWhyTheyCouldNotBeHad() {
    PatientRecord record =
        record(
            new DataGap("Patient", "patient", DataGap.Reason.NOT_SENT),
            new DataGap("Condition", "conditions", DataGap.Reason.MORE_PAGES),
            new DataGap("Encounter", "encounters", DataGap.Reason.NOT_SENT));
    Problem problem = problem(record, failed(ProblemCategory.DATA_MISSING)).orElseThrow();
    assertThat(problem.places()).containsExactly("prefetch.conditions", "prefetch.patient");
    assertThat(problem.text())
        .contains("conditions was sent incomplete")
        .contains("patient was not sent")
        .contains("or load the patient into this service's FHIR store.")
        .doesNotContain("encounters");
    assertThat(problem(record, false, failed(ProblemCategory.DATA_MISSING)).orElseThrow().text())
        .endsWith("Send these prefetch keys in full.");
  }

  @Test
  void namesThePatientKeyWhenItWasSentWithoutAPatient() {
    Outcome noPatient =
        new Outcome.NotEvaluated(
            recommendation,
            Problem.of(ProblemCategory.DATA_MISSING, "data-missing", "Text.", "patient"));
    Problem problem = problem(record(), noPatient).orElseThrow();
    assertThat(problem.places()).containsExactly("prefetch.patient");
    assertThat(problem.text()).contains("patient was not sent");
  }
}
