package org.oncohooks.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

final class BundleIntakeTest {

  private static final String PATIENT =
      "{'fullUrl':'urn:uuid:p','resource':{'resourceType':'Patient'},"
          + "'request':{'method':'POST','url':'Patient'}}";
  private static final String CONDITION =
      "{'resource':{'resourceType':'Condition','subject':{'reference':'urn:uuid:p'}},"
          + "'request':{'method':'POST','url':'Condition'}}";

  private final PatientStore store = new MemoryPatientStore(InstantSource.system());
  private final AtomicInteger ids = new AtomicInteger();
  private final BundleIntake intake =
      new BundleIntake(
          store,
          BundleIntakeTest::refuseEstimates,
          new SearchReader(InstantSource.system(), ZoneOffset.UTC, CodeSets.NONE),
          () -> "new" + ids.incrementAndGet());

  @Test
  void transactionAssignsIdsAndTurnsFullUrlsIntoReferences() {
    List<EntryOutcome> outcomes = intake.take(bundle("transaction", CONDITION, PATIENT));

    assertThat(outcomes).allMatch(o -> o instanceof EntryOutcome.Done);
    assertThat(json("Condition", "new1").at("/subject/reference").asText())
        .isEqualTo("Patient/new2");
    assertThat(store.record("new2").orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void referencesInsideContainedResourcesAndExtensionsAreTurnedToo() {
    intake.take(
        bundle(
            "transaction",
            PATIENT,
            "{'resource':{'resourceType':'Observation','status':'final','subject':{'reference':"
                + "'urn:uuid:p'},'contained':[{'resourceType':'Condition','id':'c','subject':"
                + "{'reference':'urn:uuid:p'}}],'extension':[{'url':'x','valueReference':"
                + "{'reference':'urn:uuid:p'}}],'focus':[{'reference':'#c'}]},"
                + "'request':{'method':'POST','url':'Observation'}}"));

    ObjectNode kept = json("Observation", "new2");
    assertThat(kept.at("/contained/0/subject/reference").asText()).isEqualTo("Patient/new1");
    assertThat(kept.at("/extension/0/valueReference/reference").asText()).isEqualTo("Patient/new1");
    assertThat(kept.at("/focus/0/reference").asText()).isEqualTo("#c");
  }

  @Test
  void putKeepsTheIdAndComesBackAsCreatedThenUpdated() {
    String put =
        "{'resource':{'resourceType':'Patient','id':'ann'},"
            + "'request':{'method':'PUT','url':'Patient/ann'}}";

    assertThat(written(intake.take(bundle("transaction", put))).created()).isTrue();
    assertThat(written(intake.take(bundle("transaction", put))).version().orElseThrow().version())
        .isEqualTo(2);
  }

  @Test
  void transactionWithOneBadEntryKeepsNothing() {
    assertThat(
            refused(
                    bundle(
                        "transaction",
                        PATIENT,
                        "{'resource':{'resourceType':'Claim'},"
                            + "'request':{'method':'POST','url':'Claim'}}"))
                .places())
        .containsExactly("entry[1].resource.resourceType");

    assertThat(store.record("new1")).isEmpty();
  }

  @Test
  void transactionThatFailsTheCheckKeepsNothing() {
    Problem problem =
        refused(
            bundle(
                "transaction",
                PATIENT,
                CONDITION.replace("'subject'", "'estimated':true,'subject'")));

    assertThat(problem.places()).containsExactly("entry[1].resource");
    assertThat(store.record("new1")).isEmpty();
  }

  @Test
  void batchEntriesAreAnsweredOneByOne() {
    List<EntryOutcome> outcomes =
        intake.take(
            bundle(
                "batch",
                "{'resource':{'resourceType':'Patient','id':'ann'},"
                    + "'request':{'method':'PUT','url':'Patient/ann'}}",
                CONDITION,
                "{'request':{'method':'PATCH','url':'Patient/ann'}}",
                CONDITION.replace("urn:uuid:p", "Patient/ann")));

    assertThat(outcomes.get(0)).isInstanceOf(EntryOutcome.Done.class);
    assertThat(problem(outcomes.get(1)).code()).isEqualTo("reference-unresolved");
    assertThat(problem(outcomes.get(1)).places()).containsExactly("entry[1].resource.subject");
    assertThat(problem(outcomes.get(2)).places()).containsExactly("entry[2].resource");
    assertThat(outcomes.get(3)).isInstanceOf(EntryOutcome.Done.class);
    assertThat(store.record("ann").orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void emptyTransactionIsWell() {
    assertThat(intake.take(Json.of("{'resourceType':'Bundle','type':'transaction'}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'resourceType':'Patient','id':'ann'}",
        "{'resourceType':'Bundle'}",
        "{'resourceType':'Bundle','type':'collection','entry':[]}",
        "{'resourceType':'Bundle','type':'transaction','entry':{}}",
        "{'resourceType':'Bundle','type':'transaction','entry':[null]}",
        "{'resourceType':'Bundle','type':'transaction','entry':['x']}",
        "{'resourceType':'Bundle','id':5,'type':'transaction'}",
        "{'resourceType':'Bundle','type':'transaction','entry':[{'fullUrl':{},'resource':"
            + "{'resourceType':'Patient'},'request':{'method':'POST','url':'Patient'}}]}",
      })
  void whatIsNoTransactionIsRefused(String body) {
    assertThat(refused(Json.of(body)).category()).isEqualTo(ProblemCategory.INCORRECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // conditional requests
        "{'resource':{'resourceType':'Patient'},'request':{'method':'POST','url':'Patient',"
            + "'ifNoneExist':'_count=1'}}",
        "{'resource':{'resourceType':'Patient'},'request':{'method':'POST','url':'Patient',"
            + "'ifNoneExist':'family=1'}}",
        "{'resource':{'resourceType':'Patient'},'request':{'method':'POST','url':'Patient',"
            + "'ifMatch':'W/1'}}",
        "{'resource':{'resourceType':'Patient','id':'a'},'request':{'method':'PUT',"
            + "'url':'Patient?identifier=1'}}",
        "{'resource':{'resourceType':'Patient','id':'a'},'request':{'method':'PUT',"
            + "'url':'Patient/a','ifMatch':'1'}}",
        // conditional and unknown references
        "{'resource':{'resourceType':'Condition','subject':{'reference':"
            + "'Patient?identifier=urn:mrn|1'}},'request':{'method':'POST','url':'Condition'}}",
        "{'resource':{'resourceType':'Condition','subject':{'reference':'urn:uuid:other'}},"
            + "'request':{'method':'POST','url':'Condition'}}",
        "{'resource':{'resourceType':'Condition','subject':{'reference':'Group/1'}},"
            + "'request':{'method':'POST','url':'Condition'}}",
        "{'resource':{'resourceType':'Condition','subject':{'reference':"
            + "'https://elsewhere.example/Patient/1'}},'request':{'method':'POST',"
            + "'url':'Condition'}}",
        // the URL and the resource disagree
        "{'resource':{'resourceType':'Patient','id':'a'},'request':{'method':'PUT',"
            + "'url':'Patient/b'}}",
        "{'resource':{'resourceType':'Patient','id':'a'},'request':{'method':'PUT',"
            + "'url':'Condition/a'}}",
        // no such write
        "{'resource':{'resourceType':'Patient','id':'a'},'request':{'method':'PUT',"
            + "'url':'Patient'}}",
        "{'resource':{'resourceType':'Patient'},'request':{'method':'POST','url':'Patient/a'}}",
        "{'resource':{'resourceType':'Patient'},'request':{'method':'PATCH','url':'Patient/a'}}",
        "{'resource':{'resourceType':'Patient'},'request':{'method':'POST'}}",
        "{'resource':{'resourceType':'Patient'}}",
        "{'request':{'method':'POST','url':'Patient'}}",
        "{'resource':'Patient','request':{'method':'POST','url':'Patient'}}",
      })
  void entriesThatCannotBeKeptAreRefusedWithTheirPlace(String entry) {
    assertThat(refused(bundle("transaction", PATIENT, entry)).places().get(0))
        .startsWith("entry[1]");
    assertThat(store.record("new1")).isEmpty();
  }

  @Test
  void twoEntriesMayNotWriteTheSameResource() {
    String put =
        "{'resource':{'resourceType':'Patient','id':'ann'},"
            + "'request':{'method':'PUT','url':'Patient/ann'}}";

    assertThat(refused(bundle("transaction", put, put)).code()).isEqualTo("entry-twice");
    assertThat(refused(bundle("transaction", PATIENT, PATIENT)).code()).isEqualTo("entry-twice");
  }

  @Test
  void placesRepeatNoTextOfTheSender() {
    Problem problem =
        refused(
            bundle(
                "transaction",
                "{'resource':{'resourceType':'Patient','Anna Jones':{'x':{'reference':"
                    + "'urn:uuid:q'}}},'request':{'method':'POST','url':'Patient'}}"));

    assertThat(problem.places()).containsExactly("entry[0].resource.?.x");
  }

  @Test
  void createAndUpdateOfOneResource() {
    Written created =
        intake.create(
            "Patient", Json.of("{'resourceType':'Patient','id':'ignored'}"), Optional.empty());
    Written updated =
        intake.update(
            "Patient", "new1", Json.of("{'resourceType':'Patient','id':'new1'}"), Optional.of(1L));

    assertThat(created.version().orElseThrow().id()).isEqualTo("new1");
    assertThat(updated.version().orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void conditionalCreateLeavesWhatExistsAndReferencesLeadThere() {
    String identified =
        "{'fullUrl':'urn:uuid:p','resource':{'resourceType':'Patient','identifier':["
            + "{'system':'urn:mrn','value':'1'}]},'request':{'method':'POST','url':'Patient',"
            + "'ifNoneExist':'identifier=urn:mrn%7C1'}}";
    intake.take(bundle("transaction", identified));
    List<EntryOutcome> again = intake.take(bundle("transaction", CONDITION, identified));

    Written patient = ((EntryOutcome.Done) again.get(1)).written();
    assertThat(patient.effect()).isEqualTo(Written.Effect.NONE);
    assertThat(patient.version().orElseThrow().id()).isEqualTo("new1");
    String condition = ((EntryOutcome.Done) again.get(0)).written().version().orElseThrow().id();
    assertThat(json("Condition", condition).at("/subject/reference").asText())
        .isEqualTo("Patient/new1");
    assertThat(store.record("new1").orElseThrow().size()).isEqualTo(2);
  }

  @Test
  void conditionThatSeveralMatchIsRefused() {
    for (String id : List.of("a", "b")) {
      intake.update(
          "Patient",
          id,
          Json.of(
              "{'resourceType':'Patient','id':'%s','identifier':[{'system':'s','value':'1'}]}", id),
          Optional.empty());
    }

    Problem problem =
        refused(
            bundle(
                "transaction",
                "{'resource':{'resourceType':'Patient'},'request':{'method':'POST',"
                    + "'url':'Patient','ifNoneExist':'identifier=s|1'}}"));
    assertThat(problem.category()).isEqualTo(ProblemCategory.PRECONDITION_FAILED);
  }

  @Test
  void transactionDeletesAndHoldsVersions() {
    intake.take(bundle("transaction", PATIENT));
    String delete = "{'request':{'method':'DELETE','url':'Patient/new1','ifMatch':'W/\\'%s\\''}}";

    assertThat(refused(bundle("transaction", delete.formatted(2))).category())
        .isEqualTo(ProblemCategory.PRECONDITION_FAILED);
    assertThat(written(intake.take(bundle("transaction", delete.formatted(1)))).effect())
        .isEqualTo(Written.Effect.DELETED);
    assertThat(store.record("new1")).isEmpty();
  }

  private static void refuseEstimates(ObjectNode resource, String place) {
    if (resource.has("estimated")) {
      throw Problem.of(ProblemCategory.INCORRECT, "estimated", "No estimates.", place)
          .asException();
    }
  }

  private static ObjectNode bundle(String type, String... entries) {
    return Json.of(
        "{'resourceType':'Bundle','type':'%s','entry':[%s]}", type, String.join(",", entries));
  }

  private Problem refused(ObjectNode bundle) {
    try {
      intake.take(bundle);
    } catch (ProblemException e) {
      return e.problem();
    }
    throw new AssertionError("not refused");
  }

  private static Problem problem(EntryOutcome outcome) {
    return ((EntryOutcome.Refused) outcome).problem();
  }

  private static Written written(List<EntryOutcome> outcomes) {
    return ((EntryOutcome.Done) outcomes.get(0)).written();
  }

  private ObjectNode json(String type, String id) {
    return ((StoredResource) store.read(type, id).orElseThrow()).json();
  }
}
