package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oncohooks.records.PatientStoreContract.FIRST;
import static org.oncohooks.records.PatientStoreContract.observation;
import static org.oncohooks.records.PatientStoreContract.patient;
import static org.oncohooks.records.PatientStoreContract.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.database.FaultyConnections;

/**
 * Each call to the database fails in its turn, before it is carried out and after. Whatever fails,
 * the tables are as they were before the transaction or as they are after it, its histories and
 * search index included; what was acknowledged is there, and the store goes on.
 */
@DisplayName("F8: the n-th call of a write of patients fails, for every n")
class PatientStoreFaultsTest {

  @TempDir private Path folder;

  @Test
  void inSqlite() {
    everyCallFails(new DatabaseSettings.Sqlite(folder));
  }

  @Test
  void inPostgres() {
    everyCallFails(TestPostgres.database());
  }

  private static void everyCallFails(DatabaseSettings settings) {
    FaultyConnections connections = new FaultyConnections();
    try (Database database = connections.open(settings, SqlPatientStore.TABLES)) {
      SqlPatientStore store =
          new SqlPatientStore(database, InstantSource.fixed(FIRST), ZoneOffset.UTC);
      for (boolean whenDone : new boolean[] {false, true}) {
        int n = 1;
        while (fails(connections, database, store, n, whenDone)) {
          n++;
        }
        assertThat(n).as("calls of one transaction").isGreaterThan(15);
      }
    }
  }

  /** A transaction of all kinds of writes; false once there is no n-th call. */
  private static boolean fails(
      FaultyConnections connections,
      Database database,
      SqlPatientStore store,
      int n,
      boolean whenDone) {
    String mark = (whenDone ? "after" : "before") + n;
    store.transaction(
        List.of(
            Write.put(patient("ann")),
            Write.put(observation("changed", "ann")),
            Write.put(observation("deleted", "ann"))));
    List<String> before = rows(database);
    connections.failAt(n, whenDone);
    boolean acknowledged;
    try {
      store.transaction(
          List.of(
              Write.put(observation("changed", "ann").put("effectiveDateTime", "2031-01-01")),
              new Write.Delete("Observation", "deleted", WriteCondition.ALWAYS),
              Write.put(observation("new-" + mark, "ann")),
              created("created-" + mark, mark)));
      acknowledged = true;
    } catch (ProblemException e) {
      assertThat(e.problem().category()).isEqualTo(ProblemCategory.UNAVAILABLE);
      acknowledged = false;
    }
    boolean failed = connections.hasFailed();
    connections.mend();

    List<String> after = rows(database);
    boolean whole = !after.equals(before);
    assertThat(whole || !acknowledged).as("call %s: acknowledged and not there", mark).isTrue();
    if (whole) {
      assertThat(store.read("Patient", "created-" + mark)).isPresent();
      assertThat(store.read("Observation", "new-" + mark)).isPresent();
      assertThat(store.read("Observation", "deleted").orElseThrow())
          .isInstanceOf(DeletedResource.class);
      assertThat(dated(store, "2031")).contains("changed");
      assertThat(dated(store, "2026")).contains("new-" + mark).doesNotContain("changed", "deleted");
    }
    // the same again: a conditional create finds what is there, or makes it now
    try {
      store.transaction(List.of(created("created-" + mark, mark)));
      assertThat(whole).as("call %s: created twice", mark).isFalse();
    } catch (ProblemException e) {
      assertThat(e.problem().code()).isEqualTo(WriteCondition.CONDITION_CHANGED);
      assertThat(whole).as("call %s", mark).isTrue();
    }
    assertThat(store.search(query("Patient", "identifier", "urn:mrn|" + mark)).total())
        .isEqualTo(1);
    return failed;
  }

  private static Write created(String id, String mark) {
    ObjectNode patient = patient(id);
    patient.putArray("identifier").addObject().put("system", "urn:mrn").put("value", mark);
    return new Write.Put(
        patient, new WriteCondition.IfNoneExist(query("Patient", "identifier", "urn:mrn|" + mark)));
  }

  private static List<String> dated(SqlPatientStore store, String year) {
    return store.search(query("Observation", "date", year, "_count", "200")).matches().stream()
        .map(StoredResource::id)
        .toList();
  }

  /** All tables, row by row. */
  private static List<String> rows(Database database) {
    List<String> rows = new ArrayList<>();
    for (String table :
        List.of("resource", "resource_history", "resource_token", "resource_date")) {
      List<Map<String, Object>> found =
          database.query(h -> h.createQuery("select * from " + table).mapToMap().list());
      found.stream().map(row -> table + " " + row).sorted().forEach(rows::add);
    }
    return rows;
  }
}
