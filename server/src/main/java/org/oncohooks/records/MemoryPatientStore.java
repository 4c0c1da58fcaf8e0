package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.patient.PatientRecord;

/** A {@link PatientStore} that forgets everything when the process ends. Thread-safe. */
public final class MemoryPatientStore implements PatientStore {

  private final InstantSource clock;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, NavigableMap<String, StoredResource>> byType = new HashMap<>();
  private final Map<String, NavigableMap<String, StoredResource>> byPatient = new HashMap<>();

  /**
   * @param clock gives {@code meta.lastUpdated}
   */
  public MemoryPatientStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Optional<PatientRecord> record(String patientId) {
    List<StoredResource> compartment;
    lock.readLock().lock();
    try {
      if (!of(byType, "Patient").containsKey(patientId)) {
        return Optional.empty();
      }
      compartment = List.copyOf(of(byPatient, patientId).values());
    } finally {
      lock.readLock().unlock();
    }
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    for (StoredResource resource : compartment) {
      record.add(resource.json(), resource.type() + "/" + resource.id());
    }
    return Optional.of(record.build());
  }

  @Override
  public Optional<StoredResource> read(String type, String id) {
    lock.readLock().lock();
    try {
      return Optional.ofNullable(of(byType, type).get(id));
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public SearchPage search(SearchQuery query) {
    List<StoredResource> found =
        candidates(query).stream().filter(r -> query.matches(r.json())).toList();
    List<StoredResource> rest =
        found.stream()
            .filter(r -> query.after().map(id -> r.id().compareTo(id) > 0).orElse(true))
            .toList();
    List<StoredResource> page = rest.subList(0, Math.min(query.count(), rest.size()));
    Optional<String> next =
        page.isEmpty() || page.size() == rest.size()
            ? Optional.empty()
            : Optional.of(page.get(page.size() - 1).id());
    return new SearchPage(found.size(), page, next);
  }

  /** By ascending id; at least all that match. */
  private List<StoredResource> candidates(SearchQuery query) {
    Optional<List<String>> patients =
        query.criteria().stream().flatMap(c -> patients(c).stream()).findFirst();
    lock.readLock().lock();
    try {
      return patients.isEmpty()
          ? List.copyOf(of(byType, query.type()).values())
          : patients.get().stream()
              .flatMap(patient -> of(byPatient, patient).values().stream())
              .filter(r -> r.type().equals(query.type()))
              .sorted((a, b) -> a.id().compareTo(b.id()))
              .toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The patients that a criterion on a reference allows; empty for any other criterion. */
  private static Optional<List<String>> patients(Criterion criterion) {
    List<String> ids =
        criterion.anyOf().stream()
            .flatMap(
                v ->
                    v instanceof SearchValue.PatientReference patient
                        ? Stream.of(patient.patientId())
                        : Stream.empty())
            .distinct()
            .toList();
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids);
  }

  @Override
  public List<StoredResource> transaction(List<ObjectNode> resources) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < resources.size(); i++) {
      ObjectNode resource = resources.get(i);
      CompartmentCheck.INSTANCE.check(resource, "resource[" + i + "]");
      if (!names.add(name(resource))) {
        throw Problem.of(
                ProblemCategory.INCORRECT,
                "resource-twice",
                "A transaction may write each resource only once.",
                "resource[" + i + "]")
            .asException();
      }
    }
    List<ObjectNode> copies = resources.stream().map(ObjectNode::deepCopy).toList();
    lock.writeLock().lock();
    try {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      List<StoredResource> stored = new ArrayList<>();
      for (ObjectNode copy : copies) {
        stored.add(keep(copy, now));
      }
      return List.copyOf(stored);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private StoredResource keep(ObjectNode json, Instant now) {
    String type = json.path("resourceType").textValue();
    String id = json.path("id").textValue();
    NavigableMap<String, StoredResource> sameType =
        byType.computeIfAbsent(type, t -> new TreeMap<>());
    Optional<StoredResource> before = Optional.ofNullable(sameType.get(id));
    long version = before.map(StoredResource::version).orElse(0L) + 1;
    ObjectNode meta =
        json.path("meta") instanceof ObjectNode given ? given : json.putObject("meta");
    meta.put("versionId", Long.toString(version)).put("lastUpdated", now.toString());
    StoredResource after = new StoredResource(type, id, version, now, json);
    before
        .flatMap(r -> StoredTypes.patientOf(r.json()))
        .ifPresent(patient -> byPatient.get(patient).remove(name(json)));
    StoredTypes.patientOf(json)
        .ifPresent(
            patient ->
                byPatient.computeIfAbsent(patient, p -> new TreeMap<>()).put(name(json), after));
    sameType.put(id, after);
    return after;
  }

  private static String name(ObjectNode json) {
    return json.path("resourceType").asText() + "/" + json.path("id").asText();
  }

  private static NavigableMap<String, StoredResource> of(
      Map<String, NavigableMap<String, StoredResource>> index, String key) {
    return index.getOrDefault(key, Collections.emptyNavigableMap());
  }
}
