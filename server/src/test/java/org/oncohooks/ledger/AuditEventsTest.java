package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.AuditEvent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ledger as FHIR AuditEvents. */
@DisplayName("R-100: the ledger as AuditEvents")
class AuditEventsTest {

  private final MemoryLedgerStore store = new MemoryLedgerStore();
  private final LedgerKey key = LedgerKey.random();

  private List<AuditEvent> events() {
    Ledger ledger = new Ledger(store, key, InstantSource.fixed(LedgerContract.NOW));
    ledger.record(
        LedgerContract.call(key.patient("open", "", "CANARY"), "c1"), LedgerContract.LONG);
    ledger.record(
        List.of(LedgerContract.overridden("c1", LedgerContract.NOW)), LedgerContract.LONG);
    ledger.record(new Entry.Event("stopped", "for a test"), LedgerContract.LONG);
    List<ObjectNode> found = new ArrayList<>();
    new LedgerReader(store).auditEvents(found::add);
    IParser parser =
        FhirContext.forR4Cached().newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    return found.stream()
        .map(json -> parser.parseResource(AuditEvent.class, json.toString()))
        .toList();
  }

  @Test
  void tellsWhoAskedAboutWhichPatientAndWhatTheyWereShown() {
    AuditEvent call = events().get(0);
    assertThat(call.getAction()).isEqualTo(AuditEvent.AuditEventAction.E);
    assertThat(call.getOutcome()).isEqualTo(AuditEvent.AuditEventOutcome._0);
    assertThat(call.getRecorded()).isEqualTo("2026-06-01T17:00:00.123Z");
    assertThat(call.getAgent())
        .extracting(AuditEvent.AuditEventAgentComponent::getRequestor)
        .containsExactly(false, false, true);
    assertThat(call.getAgent().get(2).getWho().getDisplay()).isEqualTo("Practitioner/u");
    assertThat(call.getEntity().get(0).getRole().getCode()).isEqualTo("1");
    assertThat(call.getEntity().get(0).getWhat().getIdentifier().getValue())
        .isEqualTo(key.patient("open", "", "CANARY"));
    assertThat(call.getEntity().get(2).getDetail())
        .extracting(d -> d.getType() + " " + d.getValue().primitiveValue())
        .contains("shown " + LedgerContract.RECOMMENDATION, "card c1");
  }

  @Test
  void tellsWhoAnsweredWhichCardOfWhichPatient() {
    AuditEvent feedback = events().get(1);
    assertThat(feedback.getAction()).isEqualTo(AuditEvent.AuditEventAction.C);
    assertThat(feedback.getEntity().get(0).getWhat().getIdentifier().getValue())
        .isEqualTo(key.patient("open", "", "CANARY"));
    assertThat(feedback.getEntity().get(1).getWhat().getIdentifier().getValue()).isEqualTo("c1");
  }

  @Test
  void tellsThatTheServiceStopped() {
    assertThat(events().get(2).getSubtypeFirstRep().getCode()).isEqualTo("110121");
  }
}
