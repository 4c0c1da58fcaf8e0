package org.oncohooks.records;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.oncohooks.patient.Medicines;
import org.oncohooks.patient.PatientRecord;

/** A {@link PatientStore} that forgets everything when the process ends. Thread-safe. */
public final class MemoryPatientStore implements PatientStore {

  private final InstantSource clock;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, NavigableMap<String, StoredResource>> byType = new HashMap<>();
  private final Map<String, NavigableMap<String, StoredResource>> byPatient = new HashMap<>();

  /** By relative reference, the oldest first. */
  private final Map<String, List<ResourceVersion>> versions = new HashMap<>();

  /**
   * @param clock gives {@code meta.lastUpdated}
   */
  public MemoryPatientStore(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Optional<PatientRecord> record(String patientId) {
    Optional<List<StoredResource>> compartment =
        locked(
            lock.readLock(),
            () ->
                of(byType, "Patient").containsKey(patientId)
                    ? Optional.of(withMedications(of(byPatient, patientId).values()))
                    : Optional.empty());
    return compartment.map(
        resources -> {
          PatientRecord.Builder record = PatientRecord.builder(patientId);
          resources.forEach(r -> record.add(r.json(), r.type() + "/" + r.id()));
          return record.build();
        });
  }

  /** And the medications that they name. */
  private List<StoredResource> withMedications(Collection<StoredResource> resources) {
    Map<String, StoredResource> medications = of(byType, "Medication");
    return Stream.concat(
            resources.stream(),
            resources.stream()
                .flatMap(resource -> Medicines.named(resource.json()).stream())
                .distinct()
                .flatMap(id -> Optional.ofNullable(medications.get(id)).stream()))
        .toList();
  }

  @Override
  public Optional<ResourceVersion> read(String type, String id) {
    return locked(lock.readLock(), () -> current(type + "/" + id));
  }

  @Override
  public List<ResourceVersion> history(String type, String id, long below, int count) {
    List<ResourceVersion> found =
        locked(
            lock.readLock(),
            () ->
                versions.getOrDefault(type + "/" + id, List.of()).stream()
                    .filter(version -> version.version() < below)
                    .toList());
    List<ResourceVersion> newestFirst = new ArrayList<>(found);
    Collections.reverse(newestFirst);
    return List.copyOf(newestFirst.subList(0, Math.min(count, newestFirst.size())));
  }

  @Override
  public SearchPage search(SearchQuery query) {
    List<StoredResource> candidates = locked(lock.readLock(), () -> candidates(query));
    SearchQuery.Page<StoredResource> page = query.page(candidates, StoredResource::json);
    return new SearchPage(page.total(), page.matches(), page.next());
  }

  /** At least all that match. */
  private List<StoredResource> candidates(SearchQuery query) {
    Optional<List<String>> patients =
        query.criteria().stream().flatMap(c -> patients(c).stream()).findFirst();
    return patients.isEmpty()
        ? List.copyOf(of(byType, query.type()).values())
        : patients.get().stream()
            .flatMap(patient -> of(byPatient, patient).values().stream())
            .filter(r -> r.type().equals(query.type()))
            .toList();
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
  public List<Written> transaction(List<Write> writes) {
    Writes.check(writes);
    return locked(
        lock.writeLock(),
        () -> {
          Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
          writes.forEach(this::requireCondition);
          return writes.stream().map(write -> written(write, now)).toList();
        });
  }

  private void requireCondition(Write write) {
    Optional<StoredResource> there = present(write.name());
    Writes.requireVersion(write, there.map(StoredResource::version));
    if (write.condition() instanceof WriteCondition.IfNoneExist none
        && candidates(none.query()).stream().anyMatch(r -> none.query().matches(r.json()))) {
      throw Writes.conditionChanged();
    }
  }

  private Written written(Write write, Instant now) {
    Optional<ResourceVersion> before = current(write.name());
    Optional<StoredResource> there = present(write.name());
    long version = before.map(ResourceVersion::version).orElse(0L) + 1;
    if (write instanceof Write.Put put) {
      if (there.isPresent() && Writes.unchanged(put, there.get().json())) {
        return Written.of(Written.Effect.NONE, there.get());
      }
      there.ifPresent(this::takeAway);
      StoredResource after = Writes.stamped(put, version, now);
      keep(after);
      return Written.of(there.isPresent() ? Written.Effect.UPDATED : Written.Effect.CREATED, after);
    }
    if (there.isEmpty()) {
      return new Written(Written.Effect.NONE, before);
    }
    takeAway(there.get());
    ResourceVersion after = new DeletedResource(write.type(), write.id(), version, now);
    versions.get(write.name()).add(after);
    return Written.of(Written.Effect.DELETED, after);
  }

  private void keep(StoredResource resource) {
    String name = resource.type() + "/" + resource.id();
    byType.computeIfAbsent(resource.type(), t -> new TreeMap<>()).put(resource.id(), resource);
    StoredTypes.patientOf(resource.json())
        .ifPresent(
            patient ->
                byPatient.computeIfAbsent(patient, p -> new TreeMap<>()).put(name, resource));
    versions.computeIfAbsent(name, n -> new ArrayList<>()).add(resource);
  }

  private void takeAway(StoredResource resource) {
    byType.get(resource.type()).remove(resource.id());
    StoredTypes.patientOf(resource.json())
        .ifPresent(patient -> byPatient.get(patient).remove(resource.type() + "/" + resource.id()));
  }

  private Optional<ResourceVersion> current(String name) {
    List<ResourceVersion> known = versions.getOrDefault(name, List.of());
    return known.isEmpty() ? Optional.empty() : Optional.of(known.get(known.size() - 1));
  }

  private Optional<StoredResource> present(String name) {
    return current(name)
        .flatMap(v -> v instanceof StoredResource kept ? Optional.of(kept) : Optional.empty());
  }

  private static <T> T locked(Lock lock, Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private static NavigableMap<String, StoredResource> of(
      Map<String, NavigableMap<String, StoredResource>> index, String key) {
    return index.getOrDefault(key, Collections.emptyNavigableMap());
  }
}
