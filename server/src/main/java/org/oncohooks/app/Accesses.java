package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.fhirapi.AccessLog;
import org.oncohooks.fhirapi.AuditTrail;
import org.oncohooks.fhirapi.FhirAccess;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.ledger.Refusals;
import org.oncohooks.security.Admission;
import org.oncohooks.security.Caller;
import org.oncohooks.security.Door;
import org.oncohooks.security.RequestHead;

/** Puts what is done at the FHIR face into the ledger, and finds it there again. */
final class Accesses implements AccessLog, AuditTrail {

  /** As an answer of a hook waits; a change has nobody at a bedside waiting for it. */
  private static final Duration READ = Duration.ofMillis(500);

  private static final Duration CHANGE = Duration.ofSeconds(2);

  /** Patients of the service's own store are those of open mode, which no tenant is called. */
  private static final String OWN = Caller.anyone().name();

  private static final Set<ProblemCategory> SERIOUS =
      Set.of(ProblemCategory.FAULT, ProblemCategory.UNAVAILABLE, ProblemCategory.TIMED_OUT);

  private final Ledger ledger;
  private final boolean required;
  private final Map<String, Set<String>> servers;

  /**
   * @param required whether nothing may be read that is on no record
   * @param servers bases of the FHIR servers that patients may be of, by tenant
   */
  Accesses(Ledger ledger, boolean required, Map<String, Set<String>> servers) {
    this.ledger = ledger;
    this.required = required;
    this.servers = Map.copyOf(servers);
  }

  /** A door that tells the ledger whom it sends away. */
  static Door told(Door door, String place, Refusals refusals) {
    return new Door() {
      @Override
      public Admission admit(RequestHead head) {
        Admission admission = door.admit(head);
        if (admission instanceof Admission.Refused refused) {
          refusals.add(place, refused.reason(), who(refused.caller()));
        }
        return admission;
      }

      @Override
      public void charge(Caller caller, long calls) {
        door.charge(caller, calls);
      }
    };
  }

  private static Entry.Who who(Caller caller) {
    return new Entry.Who(caller.tenant(), caller.issuer(), caller.client(), caller.user());
  }

  @Override
  public boolean record(FhirAccess access) {
    Set<String> patients = new HashSet<>();
    access.patients().forEach(id -> patients.add(ledger.key().patient(OWN, "", id)));
    Entry.Access entry =
        new Entry.Access(
            who(access.caller()),
            access.interaction(),
            access.operation(),
            access.type(),
            access
                .id()
                .filter(id -> !access.type().equals("Patient"))
                .map(id -> resource(access.type() + "/" + id)),
            patients,
            access.entries(),
            access.parameters(),
            access.problem().map(Accesses::refused),
            access.request());
    boolean refusedWithout = required || access.isChange();
    try {
      ledger.record(
          entry, access.isChange() ? CHANGE : READ, !refusedWithout && access.problem().isEmpty());
      return true;
    } catch (ProblemException e) {
      if (refusedWithout) {
        throw e;
      }
      return false;
    }
  }

  private static Entry.Refused refused(Problem problem) {
    return new Entry.Refused(problem.code(), SERIOUS.contains(problem.category()));
  }

  @Override
  public long last() {
    return ledger.last();
  }

  @Override
  public long begin() {
    return ledger.begin();
  }

  @Override
  public List<ObjectNode> events(long after, int most) {
    return ledger.auditEvents(after, most);
  }

  @Override
  public List<ObjectNode> about(Set<String> patients, long before, int most) {
    return ledger.auditEventsAbout(patients, before, most);
  }

  @Override
  public Set<String> patients(String reference) {
    int slash = reference.lastIndexOf("Patient/");
    String id = reference.substring(slash < 0 ? 0 : slash + "Patient/".length());
    Optional<String> server =
        slash > 0 ? Optional.of(reference.substring(0, slash - 1)) : Optional.empty();
    Set<String> hashes = new HashSet<>();
    if (server.isEmpty()) {
      hashes.add(ledger.key().patient(OWN, "", id));
    }
    servers.forEach(
        (tenant, bases) -> {
          for (String base : server.<Collection<String>>map(List::of).orElse(bases)) {
            hashes.add(ledger.key().patient(tenant, base, id));
          }
          if (server.isEmpty()) {
            hashes.add(ledger.key().patient(tenant, "", id));
          }
        });
    return hashes;
  }

  @Override
  public String resource(String reference) {
    return ledger.key().hidden(reference);
  }
}
