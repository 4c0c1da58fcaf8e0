package org.oncohooks.telemetry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.Monitor;
import org.oncohooks.ProblemException;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.Write;
import org.oncohooks.records.Written;

/** A store that tells a monitor what it is asked, and how that ends. */
public final class MonitoredStore implements PatientStore {

  private final PatientStore store;
  private final Monitor monitor;

  public MonitoredStore(PatientStore store, Monitor monitor) {
    this.store = store;
    this.monitor = monitor;
  }

  private <T> T told(String operation, Supplier<T> work) {
    try (Monitor.Step step = monitor.begin("store", "operation", operation)) {
      step.ended("fault");
      try {
        T result = work.get();
        step.ended("done");
        return result;
      } catch (ProblemException e) {
        step.ended(e.problem().category().name().toLowerCase(Locale.ROOT));
        throw e;
      }
    }
  }

  @Override
  public Optional<PatientRecord> record(String patientId) {
    return told("record", () -> store.record(patientId));
  }

  @Override
  public Optional<ResourceVersion> read(String type, String id) {
    return told("read", () -> store.read(type, id));
  }

  @Override
  public List<ResourceVersion> history(String type, String id, long below, int count) {
    return told("history", () -> store.history(type, id, below, count));
  }

  @Override
  public SearchPage search(SearchQuery query) {
    return told("search", () -> store.search(query));
  }

  @Override
  public List<Written> transaction(List<Write> writes) {
    return told("transaction", () -> store.transaction(writes));
  }
}
