package org.oncohooks.hooks;

import java.net.URI;
import java.util.Collection;
import java.util.Optional;
import org.oncohooks.ehr.Fetched;
import org.oncohooks.ledger.Entry;

/** What a FHIR server was asked for during one call. Belongs to one thread at a time. */
final class Fetches {

  private Optional<URI> server = Optional.empty();
  private int asked;
  private int failed;

  void count(URI base, Collection<Fetched> answers) {
    server = Optional.of(base);
    asked += answers.size();
    failed += (int) answers.stream().filter(Fetched.Nothing.class::isInstance).count();
  }

  Optional<Entry.Fetches> told() {
    return server.map(base -> new Entry.Fetches(base.toString(), asked, failed));
  }
}
