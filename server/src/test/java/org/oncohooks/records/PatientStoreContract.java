package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
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
        puts(
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
    store.transaction(puts(condition("c1", "ghost", "C50.411")));

    assertThat(store.record("ghost")).isEmpty();
    assertThat(store.record("nobody")).isEmpty();
  }

  @Test
  void whatIsAboutNoPatientIsKeptAndIsInNoRecord() {
    store.transaction(puts(patient("ann"), Json.of("{'resourceType':'Organization','id':'ann'}")));

    assertThat(store.read("Organization", "ann")).isPresent();
    assertThat(store.record("ann").orElseThrow().size()).isEqualTo(1);
  }

  @Test
  void recordReadsTheMedicationsThatItNamesAndNoOthers() {
    store.transaction(
        puts(
            patient("ann"),
            Json.of("{'resourceType':'Medication','id':'m1','code':{'text':'letrozole'}}"),
            Json.of("{'resourceType':'Medication','id':'m2','code':{'text':'another'}}"),
            order("r1", "m1"),
            order("r2", "m1"),
            order("r3", "none")));

    var record = store.record("ann").orElseThrow();

    assertThat(record.resources("Medication"))
        .extracting(r -> r.path("id").asText())
        .containsExactly("m1");
    assertThat(record.resources("MedicationRequest"))
        .extracting(r -> r.at("/medicationCodeableConcept/text").asText())
        .containsExactlyInAnyOrder("letrozole", "letrozole", "");
  }

  private static ObjectNode order(String id, String medication) {
    return Json.of(
        "{'resourceType':'MedicationRequest','id':'"
            + id
            + "','status':'active','intent':'order','subject':{'reference':'Patient/ann'},"
            + "'medicationReference':{'reference':'Medication/"
            + medication
            + "'}}");
  }

  @Test
  void firstWriteIsVersionOneAndTheNextIsTwo() {
    Written created = put(patient("ann"));
    now.set(SECOND);
    Written updated = put(patient("ann").put("gender", "female"));

    assertThat(created.effect()).isEqualTo(Written.Effect.CREATED);
    assertThat(created.version().orElseThrow().version()).isEqualTo(1);
    assertThat(created.version().orElseThrow().lastUpdated()).isEqualTo(FIRST);
    assertThat(updated.effect()).isEqualTo(Written.Effect.UPDATED);
    assertThat(json(updated).at("/meta/versionId").asText()).isEqualTo("2");
    assertThat(json(updated).at("/meta/lastUpdated").asText())
        .isEqualTo("2026-06-01T10:01:00.125Z");
    assertThat(store.read("Patient", "ann")).isEqualTo(updated.version());
  }

  @Test
  void metaKeepsWhatTheSenderPutThere() {
    ObjectNode sent =
        Json.of(
            "{'resourceType':'Patient','id':'ann','meta':{'versionId':'99','profile':['p'],"
                + "'tag':[{'code':'t'}]}}");
    ObjectNode kept = json(put(sent));

    assertThat(kept.at("/meta/versionId").asText()).isEqualTo("1");
    assertThat(kept.at("/meta/profile/0").asText()).isEqualTo("p");
    assertThat(kept.at("/meta/tag/0/code").asText()).isEqualTo("t");
  }

  @Test
  void whatWasSentIsCopied() {
    ObjectNode sent = patient("ann");
    put(sent);
    sent.put("gender", "changed afterwards");

    assertThat(sent.has("meta")).isFalse();
    assertThat(json("Patient", "ann").has("gender")).isFalse();
  }

  @Test
  void decimalsKeepTheirPrecision() {
    store.transaction(
        puts(
            Json.of(
                "{'resourceType':'Observation','id':'o','status':'final','subject':"
                    + "{'reference':'Patient/ann'},'valueQuantity':{'value':1.500}}")));

    assertThat(json("Observation", "o").toString()).contains("\"value\":1.500");
  }

  @Test
  void transactionWithOneBadResourceKeepsNone() {
    ObjectNode withoutSubject = condition("c2", "ann", "C50.411");
    withoutSubject.remove("subject");

    assertThatThrownBy(
            () ->
                store.transaction(
                    puts(patient("ann"), condition("c1", "ann", "C50.411"), withoutSubject)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().places()).containsExactly("resource[2].subject"));

    assertThat(store.read("Patient", "ann")).isEmpty();
    assertThat(ids(query("Condition"))).isEmpty();
  }

  @Test
  void transactionMayNotWriteTheSameResourceTwice() {
    assertThatThrownBy(() -> store.transaction(puts(patient("ann"), patient("ann"))))
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
      assertThatThrownBy(() -> store.transaction(puts(bad))).isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void resourceThatMovesToAnotherPatientLeavesTheFirst() {
    store.transaction(puts(patient("ann"), patient("bea"), condition("c1", "ann", "C50.411")));
    store.transaction(puts(condition("c1", "bea", "C50.411")));

    assertThat(store.record("ann").orElseThrow().resources("Condition")).isEmpty();
    assertThat(store.record("bea").orElseThrow().resources("Condition")).hasSize(1);
  }

  @Test
  void searchByPatientAndCodeFindsWhatMeetsBoth() {
    store.transaction(
        puts(
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
        puts(
            IntStream.range(0, 25)
                .mapToObj(i -> condition("c%02d".formatted(2 * i), "ann", "x"))
                .toArray(ObjectNode[]::new)));
    List<String> seen = new ArrayList<>();
    Optional<PageStart> after = Optional.empty();
    int page = 0;
    do {
      String[] start = after.map(p -> new String[] {"_after", p.text()}).orElse(new String[0]);
      SearchPage found = store.search(query("Condition", concat(start, "_count", "10")));
      seen.addAll(found.matches().stream().map(StoredResource::id).toList());
      after = found.next();
      // one before, one after the cursor, and one changed
      store.transaction(
          puts(
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
    store.transaction(
        puts(
            IntStream.range(0, 4)
                .mapToObj(i -> condition("c" + i, "ann", "x"))
                .toArray(ObjectNode[]::new)));

    SearchPage first = store.search(query("Condition", "_count", "2"));
    SearchPage second = store.search(query("Condition", "_count", "2", "_after", "c1"));

    assertThat(first.total()).isEqualTo(4);
    assertThat(first.next()).contains(PageStart.id("c1"));
    assertThat(second.total()).isEqualTo(4);
    assertThat(second.matches()).extracting(StoredResource::id).containsExactly("c2", "c3");
    assertThat(second.next()).isEmpty();
  }

  @Test
  void countOfZeroTellsTheTotalAlone() {
    store.transaction(puts(condition("c", "ann", "x")));

    assertThat(store.search(query("Condition", "_count", "0")))
        .isEqualTo(new SearchPage(1, List.of(), Optional.empty()));
  }

  @Test
  void readerNeverSeesHalfATransaction() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<String> torn = new AtomicReference<>("");
    store.transaction(puts(patient("ann").put("gender", "0"), condition("c", "ann", "0")));
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
    for (int i = 1; i < 300; i++) {
      store.transaction(puts(patient("ann").put("gender", "" + i), condition("c", "ann", "" + i)));
    }
    done.set(true);
    reader.join();

    assertThat(torn.get()).isEmpty();
  }

  @Test
  void everyVersionStaysReadableAndADeletionIsOne() {
    put(patient("ann").put("gender", "unknown"));
    now.set(SECOND);
    put(patient("ann").put("gender", "female"));
    Written deleted = store.transaction(List.of(Write.delete("Patient", "ann"))).get(0);
    Written again = put(patient("ann"));

    assertThat(deleted.effect()).isEqualTo(Written.Effect.DELETED);
    assertThat(again.effect()).isEqualTo(Written.Effect.CREATED);
    List<ResourceVersion> history = store.history("Patient", "ann", Long.MAX_VALUE, 10);
    assertThat(history).extracting(ResourceVersion::version).containsExactly(4L, 3L, 2L, 1L);
    assertThat(history.get(1)).isEqualTo(new DeletedResource("Patient", "ann", 3, SECOND));
    assertThat(((StoredResource) history.get(3)).json().path("gender").asText())
        .isEqualTo("unknown");
    assertThat(history.get(3).lastUpdated()).isEqualTo(FIRST);
    assertThat(store.history("Patient", "ann", 4, 2))
        .extracting(ResourceVersion::version)
        .containsExactly(3L, 2L);
    assertThat(store.history("Patient", "bea", Long.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void deletedResourceIsFoundByNobody() {
    store.transaction(
        puts(patient("ann"), condition("c1", "ann", "C50.411"), condition("c2", "ann", "C50.411")));
    store.transaction(List.of(Write.delete("Condition", "c1")));

    assertThat(store.read("Condition", "c1").orElseThrow()).isInstanceOf(DeletedResource.class);
    assertThat(ids(query("Condition"))).containsExactly("c2");
    assertThat(ids(query("Condition", "code", "C50.411"))).containsExactly("c2");
    assertThat(store.record("ann").orElseThrow().resources("Condition")).hasSize(1);
    store.transaction(List.of(Write.delete("Patient", "ann")));
    assertThat(store.record("ann")).isEmpty();
  }

  @Test
  void deletingWhatIsNotThereChangesNothing() {
    Written never = store.transaction(List.of(Write.delete("Patient", "ann"))).get(0);
    put(patient("ann"));
    store.transaction(List.of(Write.delete("Patient", "ann")));
    Written twice = store.transaction(List.of(Write.delete("Patient", "ann"))).get(0);

    assertThat(never).isEqualTo(new Written(Written.Effect.NONE, Optional.empty()));
    assertThat(twice.effect()).isEqualTo(Written.Effect.NONE);
    assertThat(twice.version().orElseThrow().version()).isEqualTo(2);
    assertThatThrownBy(() -> store.transaction(List.of(Write.delete("Claim", "c"))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void writeOnAnOldVersionChangesNothing() {
    put(patient("ann"));
    put(patient("ann").put("gender", "female"));
    WriteCondition first = new WriteCondition.IfVersion(1);

    for (List<Write> writes :
        List.<List<Write>>of(
            List.of(new Write.Put(patient("ann"), first)),
            List.of(new Write.Delete("Patient", "ann", first)),
            List.of(Write.put(patient("bea")), new Write.Put(patient("ann"), first)),
            List.of(new Write.Put(patient("nobody"), first)))) {
      assertThat(problem(writes).category()).isEqualTo(ProblemCategory.PRECONDITION_FAILED);
    }
    assertThat(store.read("Patient", "ann").orElseThrow().version()).isEqualTo(2);
    assertThat(store.read("Patient", "bea")).isEmpty();
    WriteCondition second = new WriteCondition.IfVersion(2);
    store.transaction(List.of(new Write.Put(patient("ann"), second)));
    assertThat(store.read("Patient", "ann").orElseThrow().version()).isEqualTo(3);
  }

  @Test
  void unchangedResourceMakesNoVersionWhereThatIsAskedFor() {
    ObjectNode ann = patient("ann").put("gender", "female");
    Write write = new Write.Put(ann, WriteCondition.IF_CHANGED);
    Written created = store.transaction(List.of(write)).get(0);
    now.set(SECOND);
    Written same = store.transaction(List.of(write)).get(0);

    assertThat(created.effect()).isEqualTo(Written.Effect.CREATED);
    assertThat(same).isEqualTo(new Written(Written.Effect.NONE, created.version()));
    Write changed = new Write.Put(ann.put("gender", "other"), WriteCondition.IF_CHANGED);
    assertThat(store.transaction(List.of(changed)).get(0).effect())
        .isEqualTo(Written.Effect.UPDATED);
  }

  @Test
  void createUnlessItExistsFailsIfItDoes() {
    SearchQuery byIdentifier = query("Patient", "identifier", "urn:mrn|1");
    WriteCondition none = new WriteCondition.IfNoneExist(byIdentifier);
    store.transaction(List.of(new Write.Put(identified("ann", "1"), none)));

    assertThat(problem(List.of(new Write.Put(identified("bea", "1"), none))).code())
        .isEqualTo(WriteCondition.CONDITION_CHANGED);
    assertThat(ids(query("Patient"))).containsExactly("ann");
  }

  @Test
  void ofManyThatCreateUnlessItExistsOneDoes() throws Exception {
    SearchQuery byIdentifier = query("Patient", "identifier", "urn:mrn|1");
    AtomicInteger refused = new AtomicInteger();
    concurrently(
        8,
        i -> {
          try {
            store.transaction(
                List.of(
                    new Write.Put(
                        identified("p" + i, "1"), new WriteCondition.IfNoneExist(byIdentifier))));
          } catch (ProblemException e) {
            assertThat(e.problem().code()).isEqualTo(WriteCondition.CONDITION_CHANGED);
            refused.incrementAndGet();
          }
        });

    assertThat(store.search(byIdentifier).total()).isEqualTo(1);
    assertThat(refused.get()).isEqualTo(7);
  }

  @Test
  void noUpdateIsLostAmongConcurrentWriters() throws Exception {
    put(patient("ann").put("multipleBirthInteger", 0));
    AtomicInteger done = new AtomicInteger();
    concurrently(
        4,
        i -> {
          for (int n = 0; n < 10; n++) {
            boolean written = false;
            while (!written) {
              StoredResource read = (StoredResource) store.read("Patient", "ann").orElseThrow();
              ObjectNode next = read.json().deepCopy();
              next.put("multipleBirthInteger", next.path("multipleBirthInteger").asInt() + 1);
              try {
                store.transaction(
                    List.of(new Write.Put(next, new WriteCondition.IfVersion(read.version()))));
                written = true;
                done.incrementAndGet();
              } catch (ProblemException e) {
                assertThat(e.problem().category()).isEqualTo(ProblemCategory.PRECONDITION_FAILED);
              }
            }
          }
        });

    assertThat(done.get()).isEqualTo(40);
    assertThat(json("Patient", "ann").path("multipleBirthInteger").asInt()).isEqualTo(40);
    assertThat(store.history("Patient", "ann", Long.MAX_VALUE, 100)).hasSize(41);
  }

  @Test
  void concurrentWritersOfTheSameResourcesAllSucceed() throws Exception {
    concurrently(
        4,
        i -> {
          for (int n = 0; n < 5; n++) {
            // in opposite orders, which must not make them wait for each other for ever
            store.transaction(
                i % 2 == 0
                    ? puts(patient("ann"), patient("bea"), patient("cat"))
                    : puts(patient("cat"), patient("bea"), patient("ann")));
          }
        });

    assertThat(store.read("Patient", "ann").orElseThrow().version()).isEqualTo(20);
    assertThat(store.history("Patient", "cat", Long.MAX_VALUE, 100)).hasSize(20);
  }

  @Test
  void longAndOddTokensAreKeptAndFoundByTheirBeginning() {
    String code = "x".repeat(100_000);
    put(condition("c1", "ann", code));
    put(condition("c2", "ann", "a\\u0000b\\uD83D\\uDE00"));

    assertThat(ids(query("Condition", "code", code))).containsExactly("c1");
    assertThat(json("Condition", "c2").at("/code/coding/0/code").asText())
        .isEqualTo("a\u0000b\uD83D\uDE00");
  }

  @Test
  void sortsByADateAndPagesThroughIt() {
    String[] dates = {"2026-03", "2026-03-02", "", "2025", "2026-03-02", "2026-04-01T10:00:00Z"};
    for (int i = 0; i < dates.length; i++) {
      ObjectNode observation = observation("o" + i, "ann");
      observation.remove("effectiveDateTime");
      if (!dates[i].isEmpty()) {
        observation.put("effectiveDateTime", dates[i]);
      }
      put(observation);
      now.updateAndGet(instant -> instant.plusSeconds(1));
    }

    assertThat(paged("Observation", "_sort", "date"))
        .containsExactly("o3", "o0", "o1", "o4", "o5", "o2");
    assertThat(paged("Observation", "_sort", "-date"))
        .containsExactly("o5", "o1", "o4", "o0", "o3", "o2");
    assertThat(paged("Observation", "_sort", "-_id"))
        .containsExactly("o5", "o4", "o3", "o2", "o1", "o0");
    assertThat(paged("Observation", "_sort", "-_lastUpdated"))
        .containsExactly("o5", "o4", "o3", "o2", "o1", "o0");
    put(observation("o0", "ann"));
    assertThat(paged("Observation", "_sort", "_lastUpdated"))
        .containsExactly("o1", "o2", "o3", "o4", "o5", "o0");
  }

  @Test
  void findsByWhenItWasWritten() {
    put(condition("c1", "ann", "x"));
    now.set(SECOND);
    put(condition("c2", "ann", "x"));

    assertThat(ids(query("Condition", "_lastUpdated", "gt2026-06-01T10:00:30Z")))
        .containsExactly("c2");
    assertThat(ids(query("Condition", "_lastUpdated", "2026-06-01"))).containsExactly("c1", "c2");
    assertThat(ids(query("Condition", "_lastUpdated", "le" + FIRST))).containsExactly("c1");
  }

  @Test
  void findsMembersOfAValueSetAndWhatHasNotACode() {
    ObjectNode uncoded = condition("c4", "ann", "x");
    uncoded.remove("code");
    store.transaction(
        puts(
            condition("c1", "ann", "C50.411"),
            condition("c2", "ann", "M54.5"),
            condition("c3", "bea", "c50.9"),
            uncoded));

    assertThat(ids(query("Condition", "code:in", "urn:breast"))).containsExactly("c1");
    assertThat(ids(query("Condition", "code:in", "urn:none"))).isEmpty();
    assertThat(ids(query("Condition", "code:in", "urn:breast", "patient", "bea"))).isEmpty();
    assertThat(ids(query("Condition", "code:not", "C50.411,M54.5"))).containsExactly("c3", "c4");
    assertThat(ids(query("Condition", "code:not", "c50.9", "patient", "ann")))
        .containsExactly("c1", "c2", "c4");
  }

  /** Every search answers what the simplest store answers, which reads the JSON itself. */
  @Test
  void searchesAsTheMemoryStoreDoes() {
    Random random = new Random(20260601);
    PatientStore memory = new MemoryPatientStore(now::get);
    for (int i = 0; i < 150; i++) {
      List<Write> writes =
          List.of(
              random.nextInt(8) == 0
                  ? Write.delete("Observation", "o" + random.nextInt(40))
                  : Write.put(RandomResources.observation(random, "o" + random.nextInt(40))));
      store.transaction(writes);
      memory.transaction(writes);
      now.updateAndGet(instant -> instant.plusSeconds(random.nextInt(5000)));
    }
    for (int i = 0; i < 400; i++) {
      Map<String, List<String>> search = RandomResources.search(random);
      SearchQuery query = reader().read(StoredTypes.named("Observation").orElseThrow(), search);
      assertThat(store.search(query)).as(search.toString()).isEqualTo(memory.search(query));
    }
    for (String patient : RandomResources.PATIENTS) {
      assertThat(store.record(patient).map(r -> r.resources("Observation")))
          .isEqualTo(memory.record(patient).map(r -> r.resources("Observation")));
    }
  }

  private interface Work {
    void on(int thread) throws Exception;
  }

  private static void concurrently(int threads, Work work) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int thread = i;
      all.add(
          executor.submit(
              () -> {
                work.on(thread);
                return "";
              }));
    }
    executor.shutdown();
    for (Future<?> one : all) {
      one.get();
    }
  }

  private List<String> paged(String type, String... namesAndValues) {
    List<String> seen = new ArrayList<>();
    Optional<PageStart> after = Optional.empty();
    do {
      String[] start = after.map(p -> new String[] {"_after", p.text()}).orElse(new String[0]);
      SearchPage page =
          store.search(query(type, concat(concat(namesAndValues, start), "_count", "2")));
      seen.addAll(page.matches().stream().map(StoredResource::id).toList());
      after = page.next();
    } while (after.isPresent());
    return seen;
  }

  private Problem problem(List<Write> writes) {
    try {
      store.transaction(writes);
    } catch (ProblemException e) {
      return e.problem();
    }
    throw new AssertionError("not refused");
  }

  private Written put(ObjectNode resource) {
    return store.transaction(puts(resource)).get(0);
  }

  static List<Write> puts(ObjectNode... resources) {
    return Arrays.stream(resources).map(Write::put).toList();
  }

  private ObjectNode json(String type, String id) {
    return ((StoredResource) store.read(type, id).orElseThrow()).json();
  }

  private static ObjectNode json(Written written) {
    return ((StoredResource) written.version().orElseThrow()).json();
  }

  private static String[] concat(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }

  static Optional<CodeSet> codeSet(String url) {
    return switch (url) {
      case "urn:breast" -> Optional.of((system, code) -> code.startsWith("C50"));
      case "urn:none" -> Optional.of((system, code) -> false);
      default -> Optional.empty();
    };
  }

  static SearchReader reader() {
    return new SearchReader(
        InstantSource.fixed(FIRST), ZoneOffset.UTC, PatientStoreContract::codeSet);
  }

  static ObjectNode observation(String id, String patient) {
    return Json.of(
        "{'resourceType':'Observation','id':'%s','subject':{'reference':'Patient/%s'},"
            + "'status':'final','effectiveDateTime':'2026-03-01'}",
        id, patient);
  }

  private static ObjectNode identified(String id, String number) {
    return Json.of(
        "{'resourceType':'Patient','id':'%s','identifier':[{'system':'urn:mrn','value':'%s'}]}",
        id, number);
  }

  private List<String> ids(SearchQuery query) {
    return store.search(query).matches().stream().map(StoredResource::id).toList();
  }

  static SearchQuery query(String type, String... namesAndValues) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return reader().read(StoredTypes.named(type).orElseThrow(), parameters);
  }

  static ObjectNode patient(String id) {
    return Json.of("{'resourceType':'Patient','id':'%s'}", id);
  }

  static ObjectNode condition(String id, String patient, String code) {
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
