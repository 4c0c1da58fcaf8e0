package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.DataGap;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.records.PatientStore;

/**
 * Builds the patient's record for one call: prefetch first, then this service's own store for the
 * keys that were not sent or sent as null. What neither has is a gap.
 *
 * <p>Where the caller says that its own data could not be had in full, the store does not stand in
 * for it: a stored copy may be older than what the caller could not show.
 */
final class RecordReader {

  private final PatientStore store;

  RecordReader(PatientStore store) {
    this.store = store;
  }

  /**
   * @throws org.oncohooks.ProblemException {@code INCORRECT} with the place if prefetch holds what
   *     it may not, {@code UNAVAILABLE} if the store is needed and can't be reached
   */
  PatientRecord read(Service service, HookRequest request) {
    String patientId = request.context().patientId();
    PatientRecord.Builder record = PatientRecord.builder(patientId, request.fhirServer());
    SortedMap<String, DataGap.Reason> unsent = new TreeMap<>();
    SortedMap<String, Set<String>> typesOfKey =
        typesOfKey(service.prefetch(request.context().hook()));
    typesOfKey.forEach(
        (key, types) -> {
          JsonNode value = request.prefetch().get(key);
          if (value == null) {
            unsent.put(key, DataGap.Reason.NOT_SENT);
          } else if (value.isNull()) {
            unsent.put(key, DataGap.Reason.SENT_AS_NULL);
          } else {
            add(record, key, types, PrefetchValue.read(value, types, "prefetch." + key));
          }
        });
    if (!unsent.isEmpty()) {
      Optional<PatientRecord> stored = store.record(patientId);
      unsent.forEach(
          (key, reason) ->
              typesOfKey.get(key).forEach(type -> fill(record, key, type, reason, stored)));
    }
    return record.build();
  }

  /** The first gap of a type is the one that is told. */
  private static void add(
      PatientRecord.Builder record, String key, Set<String> types, PrefetchValue value) {
    value.resources().forEach(placed -> record.add(placed.resource(), placed.place()));
    value.gaps().forEach((type, reason) -> record.gap(new DataGap(type, key, reason)));
    if (types.contains("Patient") && value.resources().isEmpty()) {
      record.gap(new DataGap("Patient", key, DataGap.Reason.SENT_WITHOUT_PATIENT));
    }
  }

  private static void fill(
      PatientRecord.Builder record,
      String key,
      String type,
      DataGap.Reason reason,
      Optional<PatientRecord> stored) {
    if (stored.isEmpty()) {
      record.gap(new DataGap(type, key, reason));
      return;
    }
    int index = 0;
    for (ObjectNode resource : stored.get().resources(type)) {
      record.add(resource, "store." + type + "[" + index++ + "]");
    }
    stored.get().gap(type).ifPresent(record::gap);
  }

  private static SortedMap<String, Set<String>> typesOfKey(PrefetchTemplates prefetch) {
    SortedMap<String, Set<String>> types = new TreeMap<>();
    for (Map.Entry<String, String> entry : prefetch.keyOfType().entrySet()) {
      types.computeIfAbsent(entry.getValue(), key -> new TreeSet<>()).add(entry.getKey());
    }
    return types;
  }
}
