package org.oncohooks.app;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.hooks.Dialect;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;

/** The service as the authors' commands ask it: every service switched on, nothing kept. */
final class AuthorsHooks {

  private AuthorsHooks() {}

  /**
   * @param store where patients are whose data a request does not send; empty = what is not sent is
   *     missing
   */
  static CdsHooks of(
      Knowledge knowledge, GuardedEngine engine, Optional<PatientStore> store, ZoneId zone) {
    InstantSource clock = InstantSource.system();
    return new CdsHooks(
        () -> knowledge,
        store.orElseGet(() -> new MemoryPatientStore(clock)),
        EhrClient.none(),
        engine,
        Mode.DEVELOPMENT,
        clock,
        zone,
        new Site(
            "open",
            knowledge.services().stream().map(Service::id).collect(Collectors.toSet()),
            Optional.empty(),
            Map.of(),
            Set.of(),
            true,
            false,
            store.isPresent(),
            Dialect.STANDARD,
            false,
            Map.of()),
        Ledger.inMemory(clock));
  }
}
