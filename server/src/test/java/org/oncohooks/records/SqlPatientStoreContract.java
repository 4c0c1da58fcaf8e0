package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.ProblemException;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;

/** What every store in a database does besides. */
abstract class SqlPatientStoreContract extends PatientStoreContract {

  private final List<Database> open = new ArrayList<>();

  /** The same empty database throughout one test. */
  abstract DatabaseSettings settings();

  @Override
  PatientStore store(InstantSource clock) {
    return store(clock, ZoneOffset.UTC);
  }

  private PatientStore store(InstantSource clock, ZoneId zone) {
    Database database = Database.open(settings(), SqlPatientStore.TABLES);
    open.add(database);
    return new SqlPatientStore(database, clock, zone);
  }

  @AfterEach
  void close() {
    open.forEach(Database::close);
  }

  @Test
  void whatWasWrittenIsThereAfterARestart() {
    PatientStore before = store(InstantSource.fixed(FIRST));
    List<Written> written =
        before.transaction(List.of(Write.put(patient("ann")), Write.put(observation("o", "ann"))));
    close();
    PatientStore after = store(InstantSource.fixed(SECOND));

    assertThat(after.record("ann").orElseThrow().size()).isEqualTo(2);
    assertThat(after.read("Observation", "o")).isEqualTo(written.get(1).version());
  }

  @Test
  void jsonComesBackAsItWasSentToTheLastCharacter() {
    String sent =
        "{'resourceType':'Observation','id':'o','status':'final','subject':{'reference':"
            + "'Patient/ann'},'valueQuantity':{'value':1.500},'note':[{'text':'\\u0000 \\n é 😀'}],"
            + "'zzz':1,'aaa':1.0E+2,'meta':{'versionId':'1','lastUpdated':'2026-06-01T10:00:00.125Z'}}";
    PatientStore store = store(InstantSource.fixed(FIRST));
    store.transaction(List.of(Write.put(Json.of(sent))));

    StoredResource read = (StoredResource) store.read("Observation", "o").orElseThrow();
    assertThat(read.json().toString()).isEqualTo(Json.of(sent).toString());
  }

  @Test
  void datesWithoutAnOffsetAreFoundInTheZoneThatTheServiceIsStartedWith() {
    PatientStore utc = store(InstantSource.fixed(FIRST));
    utc.transaction(List.of(Write.put(observation("o", "ann"))));
    SearchQuery late = query("Observation", "date", "gt2026-03-02T02:00:00Z");
    assertThat(utc.search(late).total()).isZero();

    PatientStore chicago = store(InstantSource.fixed(FIRST), ZoneId.of("America/Chicago"));
    assertThat(chicago.search(late).total()).isEqualTo(1);
  }

  @Test
  void twoInstancesOnOneDatabaseSeeWhatTheOtherWrites() {
    PatientStore one = store(InstantSource.fixed(FIRST));
    PatientStore other = store(InstantSource.fixed(SECOND));
    one.transaction(List.of(Write.put(patient("ann"))));
    Written second = other.transaction(List.of(Write.put(patient("ann")))).get(0);

    assertThat(second.version().orElseThrow().version()).isEqualTo(2);
    assertThat(one.read("Patient", "ann")).isEqualTo(second.version());
  }

  @Test
  void whoeverWouldIndexInAnotherWayThanTheDatabaseIsNowIndexedWritesNothing() {
    PatientStore utc = store(InstantSource.fixed(FIRST));
    utc.transaction(List.of(Write.put(patient("ann"))));
    PatientStore chicago = store(InstantSource.fixed(FIRST), ZoneId.of("America/Chicago"));

    assertThatThrownBy(() -> utc.transaction(List.of(Write.put(observation("o", "ann")))))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().code()).isEqualTo("index-other"));
    assertThat(chicago.read("Observation", "o")).isEmpty();
    chicago.transaction(List.of(Write.put(observation("o", "ann"))));
    assertThat(utc.read("Observation", "o")).isPresent();
  }
}
