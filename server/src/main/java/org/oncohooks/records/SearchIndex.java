package org.oncohooks.records;

import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.Sha256;
import org.oncohooks.database.Database;
import org.oncohooks.database.Dialect;
import org.oncohooks.records.SearchParameter.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of a database by which current versions are found: of each token parameter the codes, of
 * each date parameter the stretches of time. Patients and {@code _lastUpdated} are columns of the
 * resource itself. Thread-safe.
 */
final class SearchIndex {

  /** The date that is a column. */
  static final String LAST_UPDATED = "_lastUpdated";

  private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);

  private static final int BATCH = 500;
  private static final int TOLD_EVERY = 100_000;

  /** Held by what writes, and alone by what makes the index anew. */
  private static final String LOCK = "resource_index";

  private final ZoneId zone;
  private final String madeBy;

  /**
   * @param zone where dates without an offset are
   */
  SearchIndex(ZoneId zone) {
    this.zone = zone;
    this.madeBy = madeBy(zone);
  }

  /** What the rows depend on besides the resources: when it changes, they are made anew. */
  private static String madeBy(ZoneId zone) {
    Sha256 all = new Sha256().add("1").add(zone.getId());
    for (SearchableType type : StoredTypes.all()) {
      all.add(type.type());
      type.parameters().forEach(parameter -> all.add(parameter.toString()));
    }
    return all.hex();
  }

  /** Makes the index anew if it was made in another way. Whoever writes waits meanwhile. */
  void ensure(Database database) {
    boolean made = database.query(handle -> madeBy(handle).stream().anyMatch(madeBy::equals));
    if (!made) {
      database.maintain(
          handle -> {
            database.dialect().lock(handle, LOCK);
            if (madeBy(handle).stream().noneMatch(madeBy::equals)) {
              makeAnew(handle);
            }
            return madeBy;
          });
    }
  }

  /**
   * Keeps the index from being made anew until the transaction ends.
   *
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} if it was made anew in another way
   *     since this process began: what this one would add would not be found by what the others ask
   */
  void hold(Dialect dialect, Handle handle) {
    dialect.share(handle, LOCK);
    if (madeBy(handle).stream().noneMatch(madeBy::equals)) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE,
              "index-other",
              "Another process has made the database's search index anew, for another version of"
                  + " the service or another --time-zone. Nothing was written; give all processes"
                  + " on this database the same, and start this one again.")
          .asException();
    }
  }

  private static List<String> madeBy(Handle handle) {
    return handle.createQuery("select made_by from resource_index").mapTo(String.class).list();
  }

  private void makeAnew(Handle handle) {
    long done = 0;
    handle.execute("delete from resource_token");
    handle.execute("delete from resource_date");
    String type = "";
    String id = "";
    List<StoredResource> some;
    do {
      some =
          handle
              .createQuery(
                  "select "
                      + Rows.COLUMNS
                      + " from resource where (type, id) > (?, ?) and json is not null"
                      + " order by type, id limit "
                      + BATCH)
              .bind(0, type)
              .bind(1, id)
              .map((row, context) -> Rows.stored(row))
              .list();
      if (!some.isEmpty()) {
        add(handle, some);
        done += some.size();
        if (done % TOLD_EVERY == 0) {
          LOG.info("the search index is made anew: {} resources so far", done);
        }
        type = some.get(some.size() - 1).type();
        id = some.get(some.size() - 1).id();
      }
    } while (some.size() == BATCH);
    handle.execute("delete from resource_index");
    handle.execute("insert into resource_index (made_by) values (?)", madeBy);
    if (done > 0) {
      LOG.info("the search index was made anew: {} resources", done);
    }
  }

  /** Takes away the rows of resources, of which there is at least one. */
  void remove(Handle handle, Collection<ResourceVersion> versions) {
    for (String table : List.of("resource_token", "resource_date")) {
      PreparedBatch batch =
          handle.prepareBatch("delete from " + table + " where type = ? and id = ?");
      versions.forEach(version -> batch.add(version.type(), version.id()));
      batch.execute();
    }
  }

  /** Adds the rows of resources that have none. */
  void add(Handle handle, Collection<StoredResource> resources) {
    PreparedBatch tokens =
        handle.prepareBatch(
            "insert into resource_token (type, id, parameter, system, folded, code)"
                + " values (?, ?, ?, ?, ?, ?)");
    PreparedBatch dates =
        handle.prepareBatch(
            "insert into resource_date (type, id, parameter, low, high) values (?, ?, ?, ?, ?)");
    for (StoredResource resource : resources) {
      for (SearchParameter parameter : CompartmentCheck.type(resource.type(), "").parameters()) {
        if (parameter.kind() == Kind.TOKEN) {
          parameter
              .values(resource.json())
              .flatMap(found -> TokenValue.of(found, parameter.system()).stream())
              .distinct()
              .forEach(
                  token ->
                      tokens.add(
                          resource.type(),
                          resource.id(),
                          parameter.name(),
                          token.system(),
                          token.folded(),
                          token.code()));
        } else if (parameter.kind() == Kind.DATE && !parameter.name().equals(LAST_UPDATED)) {
          parameter
              .values(resource.json())
              .flatMap(found -> DateRange.ofElement(found, zone).stream())
              .distinct()
              .forEach(
                  date ->
                      dates.add(
                          resource.type(),
                          resource.id(),
                          parameter.name(),
                          date.lowMicros(),
                          date.highMicros()));
        }
      }
    }
    if (tokens.size() > 0) {
      tokens.execute();
    }
    if (dates.size() > 0) {
      dates.execute();
    }
  }
}
