package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.ProblemException;

/** What every patient store does. */
abstract class PatientStoreContract {

  static final Instant FIRST = Instant.parse("2026-06-01T10:00:00.125Z");
  static final Instant SECOND = FIRST.plusSeconds(60);

  private final AtomicReference<Instant> now = new AtomicReference<>(FIRST);
  private PatientStore store;

  /** An empty store. */
  abstract PatientStore store(InstantSource clock);

  @BeforeEach
  void open() {
    store = store(now::get);
  }

  @Test
  void recordHoldsThePatientAndWhatIsAboutThePatientAlone() {
    store.transaction(
        List.of(
            patient("ann"),
            patient("bea"),
            condition("c1", "ann", "C50.411"),
            condition("c2", "bea", "C50.411"),
            familyHistory("f1", "ann")));

    var record = store.record("ann").orElseThrow();

    assertThat(record.patientId()).isEqualTo("ann");
    assertThat(record.size()).isEqualTo(3);
    assertThat(record.gaps()).isEmpty();
    assertThat(record.resources("Condition"))
        .extracting(r -> r.path("id").asText())
        .containsExactly("c1");
    assertThat(record.resources("FamilyMemberHistory")).hasSize(1);
    assertThat(record.resources("Procedure")).isEmpty();
  }

  @Test
  void recordOfAPatientNobodyWroteIsEmptyEvenIfResourcesNameThatPatient() {
    store.transaction(List.of(condition("c1", "ghost", "C50.411")));

    assertThat(store.record("ghost")).isEmpty();
    assertThat(store.record("nobody")).isEmpty();
  }

  @Test
  void whatIsAboutNoPatientIsKeptAndIsInNoRecord() {
    store.transaction(
        List.of(patient("ann"), Json.of("{'resourceType':'Organization','id':'ann'}")));

    assertThat(store.read("Organization", "ann")).isPresent();
    assertThat(store.record("ann").orElseThrow().size()).isEqualTo(1);
  }

  @Test
  void firstWriteIsVersionOneAndTheNextIsTwo() {
    StoredResource created = store.transaction(List.of(patient("ann"))).get(0);
    now.set(SECOND);
    StoredResource updated =
        store.transaction(List.of(patient("ann").put("gender", "female"))).get(0);

    assertThat(created.created()).isTrue();
    assertThat(created.version()).isEqualTo(1);
    assertThat(created.lastUpdated()).isEqualTo(FIRST);
    assertThat(updated.created()).isFalse();
    assertThat(updated.json().at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(updated.json().at("/meta/lastUpdated").asText())
        .isEqualTo("2026-06-01T10:01:00.125Z");
    assertThat(store.read("Patient", "ann")).contains(updated);
  }

  @Test
  void metaKeepsWhatTheSenderPutThere() {
    ObjectNode sent =
        Json.of(
            "{'resourceType':'Patient','id':'ann','meta':{'versionId':'99','profile':['p'],"
                + "'tag':[{'code':'t'}]}}");

    ObjectNode kept = store.transaction(List.of(sent)).get(0).json();

    assertThat(kept.at("/meta/versionId").asText()).isEqualTo("1");
    assertThat(kept.at("/meta/profile/0").asText()).isEqualTo("p");
    assertThat(kept.at("/meta/tag/0/code").asText()).isEqualTo("t");
  }

  @Test
  void whatWasSentIsCopied() {
    ObjectNode sent = patient("ann");
    store.transaction(List.of(sent));
    sent.put("gender", "changed afterwards");

    assertThat(sent.has("meta")).isFalse();
    assertThat(store.read("Patient", "ann").orElseThrow().json().has("gender")).isFalse();
  }

  @Test
  void decimalsKeepTheirPrecision() {
    store.transaction(
        List.of(
            Json.of(
                "{'resourceType':'Observation','id':'o','status':'final','subject':"
                    + "{'reference':'Patient/ann'},'valueQuantity':{'value':1.500}}")));

    assertThat(store.read("Observation", "o").orElseThrow().json().toString())
        .contains("\"value\":1.500");
  }

  @Test
  void transactionWithOneBadResourceKeepsNone() {
    ObjectNode withoutSubject = condition("c2", "ann", "C50.411");
    withoutSubject.remove("subject");

    assertThatThrownBy(
            () ->
                store.transaction(
                    List.of(patient("ann"), condition("c1", "ann", "C50.411"), withoutSubject)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().places()).containsExactly("resource[2].subject"));

    assertThat(store.read("Patient", "ann")).isEmpty();
    assertThat(ids(query("Condition"))).isEmpty();
  }

  @Test
  void transactionMayNotWriteTheSameResourceTwice() {
    assertThatThrownBy(() -> store.transaction(List.of(patient("ann"), patient("ann"))))
        .isInstanceOf(ProblemException.class);
    assertThat(store.read("Patient", "ann")).isEmpty();
  }

  @Test
  void typesThatAreNotKeptAndIdsThatAreNoneAreRefused() {
    for (ObjectNode bad :
        List.of(
            Json.of("{'resourceType':'Claim','id':'p'}"),
            Json.of("{'id':'p'}"),
            Json.of("{'resourceType':'Patient'}"),
            Json.of("{'resourceType':'Patient','id':'with blank'}"),
            Json.of("{'resourceType':'Patient','id':'" + "x".repeat(65) + "'}"),
            condition("c", "ann", "x").put("id", ""),
            condition("c", "../../etc", "x"))) {
      assertThatThrownBy(() -> store.transaction(List.of(bad)))
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void resourceThatMovesToAnotherPatientLeavesTheFirst() {
    store.transaction(List.of(patient("ann"), patient("bea"), condition("c1", "ann", "C50.411")));
    store.transaction(List.of(condition("c1", "bea", "C50.411")));

    assertThat(store.record("ann").orElseThrow().resources("Condition")).isEmpty();
    assertThat(store.record("bea").orElseThrow().resources("Condition")).hasSize(1);
  }

  @Test
  void searchByPatientAndCodeFindsWhatMeetsBoth() {
    store.transaction(
        List.of(
            condition("c1", "ann", "C50.411"),
            condition("c2", "ann", "M54.51"),
            condition("c3", "bea", "C50.411")));

    assertThat(ids(query("Condition", "patient", "ann", "code", "C50.411"))).containsExactly("c1");
    assertThat(ids(query("Condition", "patient", "ann,bea", "code", "C50.411")))
        .containsExactly("c1", "c3");
    assertThat(ids(query("Condition", "subject", "Patient/bea"))).containsExactly("c3");
    assertThat(ids(query("Condition", "_id", "c2,c3,c9"))).containsExactly("c2", "c3");
  }

  @Test
  void pagesHoldEachMatchOnceWhateverIsWrittenBetweenThem() {
    store.transaction(
        IntStream.range(0, 25)
            .mapToObj(i -> condition("c%02d".formatted(2 * i), "ann", "x"))
            .toList());
    List<String> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    int page = 0;
    do {
      SearchPage found =
          store.search(new SearchQuery("Condition", query("Condition").criteria(), 10, after));
      seen.addAll(found.matches().stream().map(StoredResource::id).toList());
      after = found.next();
      // one before, one after the cursor, and one changed
      store.transaction(
          List.of(
              condition("a%d".formatted(page), "ann", "x"),
              condition("z%d".formatted(page), "ann", "x"),
              condition("c00", "ann", "changed")));
      page++;
    } while (after.isPresent());

    assertThat(seen).isSorted().doesNotHaveDuplicates();
    assertThat(seen)
        .containsAll(IntStream.range(0, 25).mapToObj(i -> "c%02d".formatted(2 * i)).toList());
  }

  @Test
  void lastPageHasNoNextAndTheTotalCountsAllPages() {
    store.transaction(IntStream.range(0, 4).mapToObj(i -> condition("c" + i, "ann", "x")).toList());

    SearchPage first = store.search(query("Condition", "_count", "2"));
    SearchPage second = store.search(query("Condition", "_count", "2", "_after", "c1"));

    assertThat(first.total()).isEqualTo(4);
    assertThat(first.next()).contains("c1");
    assertThat(second.total()).isEqualTo(4);
    assertThat(second.matches()).extracting(StoredResource::id).containsExactly("c2", "c3");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void countOfZeroTellsTheTotalAlone() {
    store.transaction(List.of(condition("c", "ann", "x")));

    assertThat(store.search(query("Condition", "_count", "0")))
        .isEqualTo(new SearchPage(1, List.of(), Optional.empty()));
  }

  @Test
  void readerNeverSeesHalfATransaction() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<String> torn = new AtomicReference<>("");
    store.transaction(List.of(patient("ann").put("gender", "0"), condition("c", "ann", "0")));
    Thread reader =
        new Thread(
            () -> {
              while (!done.get()) {
                var record = store.record("ann").orElseThrow();
                String patient = record.resources("Patient").get(0).path("gender").asText();
                String code =
                    record.resources("Condition").get(0).at("/code/coding/0/code").asText();
                if (!patient.equals(code)) {
                  torn.set(patient + " and " + code);
                }
              }
            });
    reader.start();
    for (int i = 1; i < 2000; i++) {
      store.transaction(
          List.of(patient("ann").put("gender", "" + i), condition("c", "ann", "" + i)));
    }
    done.set(true);
    reader.join();

    assertThat(torn.get()).isEmpty();
  }

  private List<String> ids(SearchQuery query) {
    return store.search(query).matches().stream().map(StoredResource::id).toList();
  }

  private static SearchQuery query(String type, String... namesAndValues) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new SearchReader(InstantSource.fixed(FIRST), ZoneOffset.UTC)
        .read(StoredTypes.named(type).orElseThrow(), parameters);
  }

  private static ObjectNode patient(String id) {
    return Json.of("{'resourceType':'Patient','id':'%s'}", id);
  }

  private static ObjectNode condition(String id, String patient, String code) {
    return Json.of(
        "{'resourceType':'Condition','id':'%s','subject':{'reference':'Patient/%s'},"
            + "'code':{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'%s'}]}}",
        id, patient, code);
  }

  private static ObjectNode familyHistory(String id, String patient) {
    return Json.of(
        "{'resourceType':'FamilyMemberHistory','id':'%s','patient':{'reference':'Patient/%s'},"
            + "'status':'completed'}",
        id, patient);
  }
}
