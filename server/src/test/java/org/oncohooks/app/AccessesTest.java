package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.fhirapi.FhirAccess;
import org.oncohooks.ledger.FaultyLedgerStore;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.security.Caller;

/** Accesses while the ledger can't be written. */
class AccessesTest {

  private final FaultyLedgerStore store = new FaultyLedgerStore();
  private final Ledger ledger = store.ledger(InstantSource.system());

  @AfterEach
  void close() {
    store.mend();
    ledger.close();
  }

  private static FhirAccess access(String interaction) {
    return new FhirAccess(
        Caller.anyone(),
        interaction,
        Optional.empty(),
        "Patient",
        Optional.of("p"),
        Set.of("p"),
        1,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void mayBeReadUnlessTheSiteSaysOtherwise() {
    Accesses lenient = new Accesses(ledger, false, Map.of());
    assertThat(lenient.record(access("read"))).isTrue();
    store.fail();
    assertThat(lenient.record(access("read"))).isFalse();
    assertThatThrownBy(() -> new Accesses(ledger, true, Map.of()).record(access("read")))
        .hasMessageContaining("ledger-unavailable");
    assertThat(ledger.missed()).isEqualTo(2);
  }

  @Test
  void mayNotBeChanged() {
    store.fail();
    Accesses lenient = new Accesses(ledger, false, Map.of());
    assertThatThrownBy(() -> lenient.record(access("delete"))).hasMessageContaining("injected");
  }

  @Test
  void namesAPatientByWhateverTenantAndServerTheyMayBeOf() {
    Accesses accesses =
        new Accesses(ledger, false, Map.of("north", Set.of("https://ehr.example.org/fhir")));
    assertThat(accesses.patients("Patient/p"))
        .isEqualTo(accesses.patients("p"))
        .containsExactlyInAnyOrder(
            ledger.key().patient("open", "", "p"),
            ledger.key().patient("north", "", "p"),
            ledger.key().patient("north", "https://ehr.example.org/fhir", "p"));
    assertThat(accesses.patients("https://ehr.example.org/fhir/Patient/p"))
        .containsExactly(ledger.key().patient("north", "https://ehr.example.org/fhir", "p"));
  }
}
