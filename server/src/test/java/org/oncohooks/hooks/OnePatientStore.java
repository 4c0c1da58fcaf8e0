package org.oncohooks.hooks;

import java.util.List;
import java.util.Optional;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.Write;
import org.oncohooks.records.Written;

/** Knows one patient, or none. */
final class OnePatientStore implements PatientStore {

  private final Optional<PatientRecord> record;

  private OnePatientStore(Optional<PatientRecord> record) {
    this.record = record;
  }

  static OnePatientStore of(PatientRecord record) {
    return new OnePatientStore(Optional.of(record));
  }

  static OnePatientStore empty() {
    return new OnePatientStore(Optional.empty());
  }

  @Override
  public Optional<PatientRecord> record(String patientId) {
    return record.filter(r -> r.patientId().equals(patientId));
  }

  @Override
  public Optional<ResourceVersion> read(String type, String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ResourceVersion> history(String type, String id, long below, int count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SearchPage search(SearchQuery query) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Written> transaction(List<Write> writes) {
    throw new UnsupportedOperationException();
  }
}
