package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import org.hl7.elm.r1.Library;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.patient.PatientRecord;
import org.opencds.cqf.cql.engine.runtime.Value;

/** Within a patient a define is computed once; with the next patient nothing of it is left. */
class CqlWorkerTest {

  private static final String PATIENT = "{\"resourceType\":\"Patient\",\"id\":\"p\"}";

  private final Cql cql =
      Cql.of("define \"Shared\": [Condition]\ndefine X: \"Shared\"\ndefine Y: \"Shared\"");

  @Test
  void computesADefineOncePerPatient() {
    CqlWorker worker = cql.program().borrow();
    begin(worker);
    Value first = evaluate(worker, "X");
    assertThat(evaluate(worker, "Y")).isSameAs(first);
    assertThat(evaluate(worker, "Shared")).isSameAs(first);
    begin(worker);
    assertThat(evaluate(worker, "X")).isNotSameAs(first);
  }

  @Test
  void lendsTheSameEngineAgain() {
    CqlWorker worker = cql.program().borrow();
    cql.program().giveBack(worker);
    assertThat(cql.program().borrow()).isSameAs(worker);
    assertThat(cql.program().borrow()).isNotSameAs(worker);
  }

  private void begin(CqlWorker worker) {
    PatientRecord patient = Cql.patient("p", PATIENT);
    Budget budget = new Budget(Deadline.after(Duration.ofSeconds(30)));
    worker.begin(
        patient,
        Cql.NOW.toZonedDateTime(),
        Map.of(),
        new FhirValues(cql.program().types(), ZoneOffset.UTC, budget));
  }

  private Value evaluate(CqlWorker worker, String define) {
    Library library = cql.program().library("T");
    return worker.evaluate(library, define);
  }
}
