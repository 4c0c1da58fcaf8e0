package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.Write;
import org.oncohooks.records.Written;

/** A store that fails is told as such: never as an empty answer, and never in its own words. */
final class FhirFaultTest {

  /** Throws whatever it is given, whatever it is asked. */
  private record Failing(Supplier<RuntimeException> failure) implements PatientStore {

    @Override
    public Optional<PatientRecord> record(String patientId) {
      throw failure.get();
    }

    @Override
    public Optional<ResourceVersion> read(String type, String id) {
      throw failure.get();
    }

    @Override
    public List<ResourceVersion> history(String type, String id, long below, int count) {
      throw failure.get();
    }

    @Override
    public SearchPage search(SearchQuery query) {
      throw failure.get();
    }

    @Override
    public List<Written> transaction(List<Write> writes) {
      throw failure.get();
    }
  }

  @Test
  void storeThatCannotBeReachedIsUnavailableAndMayBeTriedAgain() {
    Problem problem =
        Problem.of(ProblemCategory.UNAVAILABLE, "store-away", "The store can't be reached.");
    try (FhirTestServer server = new FhirTestServer(new Failing(problem::asException), Map.of())) {
      for (FhirTestServer.Answer answer :
          List.of(
              server.get("/Patient/ann"),
              server.get("/Condition?patient=ann"),
              server.put("/Patient/ann", "{\"resourceType\":\"Patient\",\"id\":\"ann\"}"))) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.http().headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.json().at("/issue/0/details/coding/0/code").asText())
            .isEqualTo("store-away");
      }
    }
  }

  @Test
  void faultIsAnsweredWithoutItsWords() {
    Supplier<RuntimeException> failure =
        () -> new IllegalStateException("row of Wilhelmina Canary is broken");
    try (FhirTestServer server = new FhirTestServer(new Failing(failure), Map.of())) {
      for (FhirTestServer.Answer answer :
          List.of(
              server.get("/Patient/ann"),
              server.get("/Condition?patient=ann"),
              server.put("/Patient/ann", "{\"resourceType\":\"Patient\",\"id\":\"ann\"}"))) {
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("resourceType").asText()).isEqualTo("OperationOutcome");
        assertThat(answer.text()).doesNotContain("Canary").doesNotContain("Exception");
      }
    }
  }
}
