package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.oncohooks.database.Database;
import org.oncohooks.database.Tables;
import org.oncohooks.json.StrictJson;
import org.oncohooks.patient.Medicines;
import org.oncohooks.patient.PatientRecord;

/** A {@link PatientStore} in SQLite or PostgreSQL. Thread-safe. */
public final class SqlPatientStore implements PatientStore {

  /** Rows asked for in one statement; each takes two of its parameters. */
  private static final int CHUNK = 500;

  /** Its tables. */
  public static final Tables TABLES =
      new Tables("oncohooks", "org/oncohooks/records", false, 8, 4, Duration.ofSeconds(10));

  private final Database database;
  private final InstantSource clock;
  private final SearchIndex index;

  /**
   * Opens the store. If dates without an offset were last read in another zone, or by other
   * parameters, all resources are indexed anew, which takes a while for many.
   *
   * @param clock gives {@code meta.lastUpdated}
   * @param zone where dates without an offset are, in searches
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE}
   */
  public SqlPatientStore(Database database, InstantSource clock, ZoneId zone) {
    this.database = database;
    this.clock = clock;
    this.index = new SearchIndex(zone);
    index.ensure(database);
  }

  @Override
  public Optional<PatientRecord> record(String patientId) {
    List<byte[]> rows =
        database.query(
            handle ->
                handle
                    .createQuery("select json from resource where patient = ? order by type, id")
                    .bind(0, patientId)
                    .map((row, context) -> row.getBytes(1))
                    .list());
    PatientRecord.Builder record = PatientRecord.builder(patientId);
    boolean known = false;
    Set<String> medications = new TreeSet<>();
    for (byte[] row : rows) {
      ObjectNode resource = StrictJson.object(row);
      known |= resource.path("resourceType").asText("").equals("Patient");
      Medicines.named(resource).ifPresent(medications::add);
      record.add(resource, "store");
    }
    medications(medications).forEach(row -> record.add(StrictJson.object(row), "store"));
    return known ? Optional.of(record.build()) : Optional.empty();
  }

  private List<byte[]> medications(Set<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    return database.query(
        handle ->
            handle
                .createQuery(
                    "select json from resource where type = 'Medication' and id in (<ids>)")
                .bindList("ids", List.copyOf(ids))
                .map((row, context) -> row.getBytes(1))
                .list());
  }

  @Override
  public Optional<ResourceVersion> read(String type, String id) {
    return database.query(
        handle ->
            handle
                .createQuery("select " + Rows.COLUMNS + " from resource where type = ? and id = ?")
                .bind(0, type)
                .bind(1, id)
                .map((row, context) -> Rows.version(row))
                .findOne());
  }

  @Override
  public List<ResourceVersion> history(String type, String id, long below, int count) {
    String versions = " where type = ? and id = ? and version < ?";
    return database.query(
        handle ->
            handle
                .createQuery(
                    "select "
                        + Rows.COLUMNS
                        + " from resource"
                        + versions
                        + " union all select "
                        + Rows.COLUMNS
                        + " from resource_history"
                        + versions
                        + " order by version desc limit ?")
                .bind(0, type)
                .bind(1, id)
                .bind(2, below)
                .bind(3, type)
                .bind(4, id)
                .bind(5, below)
                .bind(6, count)
                .map((row, context) -> Rows.version(row))
                .list());
  }

  @Override
  public SearchPage search(SearchQuery query) {
    return database.snapshot(
        handle -> {
          long total = new SearchSql(handle, query).total();
          List<StoredResource> found =
              query.count() == 0 ? List.of() : new SearchSql(handle, query).page();
          boolean more = found.size() > query.count();
          List<StoredResource> page = more ? found.subList(0, query.count()) : found;
          Optional<PageStart> next =
              more
                  ? Optional.of(query.sort().position(page.get(page.size() - 1).json()))
                  : Optional.empty();
          return new SearchPage(total, page, next);
        });
  }

  @Override
  public List<Written> transaction(List<Write> writes) {
    Writes.check(writes);
    return writes.isEmpty() ? List.of() : database.write(handle -> written(handle, writes));
  }

  private List<Written> written(Handle handle, List<Write> writes) {
    index.hold(database.dialect(), handle);
    writes.stream()
        .filter(write -> write.condition() instanceof WriteCondition.IfNoneExist)
        .map(Write::type)
        .distinct()
        .sorted()
        .forEach(type -> database.dialect().lock(handle, "create " + type));
    Map<String, ResourceVersion> before = current(handle, writes);
    for (Write write : writes) {
      requireCondition(handle, write, Optional.ofNullable(before.get(write.name())));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Written> outcomes = new ArrayList<>();
    for (Write write : writes) {
      outcomes.add(outcome(write, Optional.ofNullable(before.get(write.name())), now));
    }
    keep(handle, outcomes);
    return List.copyOf(outcomes);
  }

  /** What is there, by relative reference; locked until the transaction ends. */
  private Map<String, ResourceVersion> current(Handle handle, List<Write> writes) {
    Map<String, ResourceVersion> found = new HashMap<>();
    List<Write> sorted = writes.stream().sorted(Write.BY_NAME).toList();
    for (int from = 0; from < sorted.size(); from += CHUNK) {
      List<Write> some = sorted.subList(from, Math.min(from + CHUNK, sorted.size()));
      Query query =
          handle.createQuery(
              "select "
                  + Rows.COLUMNS
                  + " from resource where (type, id) in (values "
                  + String.join(", ", Collections.nCopies(some.size(), "(?, ?)"))
                  + ")"
                  + database.dialect().forUpdate());
      for (int i = 0; i < some.size(); i++) {
        query.bind(2 * i, some.get(i).type()).bind(2 * i + 1, some.get(i).id());
      }
      query
          .map((row, context) -> Rows.version(row))
          .forEach(version -> found.put(version.type() + "/" + version.id(), version));
    }
    return found;
  }

  private static void requireCondition(
      Handle handle, Write write, Optional<ResourceVersion> before) {
    Writes.requireVersion(
        write, before.filter(v -> v instanceof StoredResource).map(ResourceVersion::version));
    if (write.condition() instanceof WriteCondition.IfNoneExist none
        && new SearchSql(handle, none.query()).total() > 0) {
      throw Writes.conditionChanged();
    }
  }

  private static Written outcome(Write write, Optional<ResourceVersion> before, Instant now) {
    long version = before.map(ResourceVersion::version).orElse(0L) + 1;
    boolean there = before.filter(v -> v instanceof StoredResource).isPresent();
    if (write instanceof Write.Put put) {
      if (there && Writes.unchanged(put, ((StoredResource) before.get()).json())) {
        return Written.of(Written.Effect.NONE, before.get());
      }
      return Written.of(
          there ? Written.Effect.UPDATED : Written.Effect.CREATED,
          Writes.stamped(put, version, now));
    }
    return there
        ? Written.of(
            Written.Effect.DELETED, new DeletedResource(write.type(), write.id(), version, now))
        : new Written(Written.Effect.NONE, before);
  }

  private void keep(Handle handle, List<Written> outcomes) {
    List<ResourceVersion> first = new ArrayList<>();
    List<ResourceVersion> next = new ArrayList<>();
    List<StoredResource> found = new ArrayList<>();
    for (Written written : outcomes) {
      if (written.effect() != Written.Effect.NONE) {
        ResourceVersion version = written.version().orElseThrow();
        (version.version() == 1 ? first : next).add(version);
        if (version instanceof StoredResource stored) {
          found.add(stored);
        }
      }
    }
    if (!next.isEmpty()) {
      replace(handle, next);
    }
    if (!first.isEmpty()) {
      PreparedBatch batch =
          handle.prepareBatch(
              "insert into resource (version, last_updated, patient, json, type, id)"
                  + " values (?, ?, ?, ?, ?, ?)");
      first.forEach(version -> bind(batch, version));
      batch.execute();
    }
    index.add(handle, found);
  }

  private void replace(Handle handle, List<ResourceVersion> versions) {
    PreparedBatch history =
        handle.prepareBatch(
            "insert into resource_history (type, id, version, last_updated, json) select "
                + Rows.COLUMNS
                + " from resource where type = ? and id = ?");
    versions.forEach(version -> history.add(version.type(), version.id()));
    history.execute();
    index.remove(handle, versions);
    PreparedBatch batch =
        handle.prepareBatch(
            "update resource set version = ?, last_updated = ?, patient = ?, json = ?"
                + " where type = ? and id = ?");
    versions.forEach(version -> bind(batch, version));
    batch.execute();
  }

  private static void bind(PreparedBatch batch, ResourceVersion version) {
    Optional<ObjectNode> json =
        version instanceof StoredResource stored ? Optional.of(stored.json()) : Optional.empty();
    batch
        .bind(0, version.version())
        .bind(1, DateRange.micros(version.lastUpdated()))
        .bind(2, json.flatMap(StoredTypes::patientOf).orElse(null))
        .bind(3, json.map(ObjectNode::toString).orElse(null))
        .bind(4, version.type())
        .bind(5, version.id())
        .add();
  }
}
