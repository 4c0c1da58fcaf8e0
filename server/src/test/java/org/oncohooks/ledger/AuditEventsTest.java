package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
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
  @DisplayName("R-100: every kind of AuditEvent is valid FHIR R4")
  void areValid() {
    Ledger ledger = new Ledger(store, key, InstantSource.fixed(LedgerContract.NOW));
    String patient = key.patient("open", "", "CANARY");
    Entry.Invocation call = LedgerContract.call(patient, "c1");
    ledger.record(call, LedgerContract.LONG);
    ledger.record(
        new Entry.Invocation(
            call.tenant(),
            Optional.of("Patient/CANARY"),
            call.service(),
            call.hook(),
            "CANARY",
            patient,
            call.knowledge(),
            call.evaluatedAt(),
            call.took(),
            List.of(),
            List.of(),
            Optional.of(new Entry.Fetches("https://ehr.example.org/fhir", 3, 1)),
            Optional.of("data-missing")),
        LedgerContract.LONG);
    ledger.record(
        List.of(LedgerContract.overridden("c1", LedgerContract.NOW)), LedgerContract.LONG);
    Entry.Who who =
        new Entry.Who(
            Optional.empty(),
            Optional.of("https://auth.example.org"),
            Optional.of("registry"),
            Optional.of("https://ehr.example.org/fhir/Patient/CANARY"));
    for (String interaction :
        List.of(
            "read",
            "vread",
            "history-instance",
            "search-type",
            "create",
            "update",
            "delete",
            "transaction",
            "batch",
            "operation")) {
      for (boolean refused : new boolean[] {false, true}) {
        ledger.record(
            new Entry.Access(
                who,
                interaction,
                Optional.of("$everything").filter(name -> interaction.equals("operation")),
                interaction.equals("transaction") ? "" : "Condition",
                Optional.of(key.hidden("Condition/CANARY")),
                Set.of(patient),
                3,
                List.of("code", "patient"),
                Optional.of(new Entry.Refused("resource-unknown", false)).filter(r -> refused),
                Optional.of("f00d")),
            LedgerContract.LONG,
            !refused);
      }
    }
    Entry.Who nobody =
        new Entry.Who(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    for (String reason : List.of("token-signature", "scope-missing")) {
      ledger.record(
          new Entry.Refusal("/fhir", reason, nobody, 7, LedgerContract.NOW), LedgerContract.LONG);
    }
    for (String code : Entry.Event.CODES) {
      ledger.record(new Entry.Event(code, "for a test"), LedgerContract.LONG);
    }
    ledger.deleteBefore(LedgerContract.NOW.minusSeconds(1));
    LedgerReader reader = new LedgerReader(store);
    for (Entry.Job.Kind kind : Entry.Job.Kind.values()) {
      LedgerReader.note(store, new Entry.Job(kind, "root", "for a test"), LedgerContract.NOW);
    }
    FhirContext context = FhirContext.forR4Cached();
    FhirInstanceValidator instance =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context)));
    FhirValidator validator = context.newValidator().registerValidatorModule(instance);
    Set<String> faults = new TreeSet<>();
    List<String> seen = new ArrayList<>();
    reader.auditEvents(
        event -> {
          seen.add(event.toString());
          validator.validateWithResult(event.toString()).getMessages().stream()
              .filter(m -> m.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal())
              .forEach(
                  m ->
                      faults.add(
                          event.at("/subtype/0/code").asText()
                              + " "
                              + m.getLocationString()
                              + " "
                              + m.getMessage()));
        });
    assertThat(faults).isEmpty();
    assertThat(seen)
        .hasSize(3 + 20 + 2 + Entry.Event.CODES.size() + Entry.Job.Kind.values().length)
        .noneMatch(event -> event.contains("CANARY"));
  }

  @Test
  void tellsThatTheServiceStopped() {
    assertThat(events().get(2).getSubtypeFirstRep().getCode()).isEqualTo("110121");
  }
}
