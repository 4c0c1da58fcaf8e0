package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.DecisionEngine;
import org.oncohooks.decision.Outcome;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;

/**
 * What must not change an answer, and what must never add advice, over some hundred patients put
 * together at random from the resources of all cases. A failure names the seed.
 */
class ContentPropertiesTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-06-01T12:00:00-05:00");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "generated";
  private static final int PATIENTS = 400;
  private static final int MOST_RESOURCES = 14;

  private static Knowledge knowledge;
  private static List<ObjectNode> pool;

  /** One answer in the parts that have to agree. */
  private record Answer(
      Map<String, String> outcomes, Map<String, Set<String>> evidence, Set<String> incomplete) {}

  @BeforeAll
  static void readEverything() throws IOException {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    Set<ObjectNode> resources = new LinkedHashSet<>();
    for (Case each : CaseFolder.readAll(HOME.resolve("cql/tests"))) {
      for (ObjectNode resource : each.resources()) {
        if (!resource.path("resourceType").asText().equals("Patient")) {
          resources.add(owned(resource, patientOf(each)));
        }
      }
    }
    pool = List.copyOf(resources);
    assertThat(pool).hasSizeGreaterThan(500);
  }

  @Test
  void theGeneratedPatientsReachMostRecommendations() {
    Set<String> reached = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    forEach(
        (seed, resources) -> {
          for (Service service : knowledge.services()) {
            if (service.hooks().contains("patient-view")) {
              service.recommendations("patient-view").forEach(r -> all.add(r.topic().code()));
              reached.addAll(applying(decide(service, "patient-view", resources)));
            }
          }
        });
    assertThat(reached).hasSizeGreaterThan(all.size() * 2 / 3);
  }

  @Test
  void orderOfResourcesChangesNothing() {
    sameAnswers(
        (resources, random) -> {
          List<ObjectNode> shuffled = new ArrayList<>(resources);
          Collections.shuffle(shuffled, random);
          return shuffled;
        });
  }

  @Test
  void renamedResourcesChangeNothing() {
    sameAnswers(
        (resources, random) ->
            resources.stream()
                .map(r -> isPatient(r) ? r : r.deepCopy().put("id", "x-" + r.path("id").asText()))
                .toList());
  }

  @Test
  void aRecordThatStandsTwiceChangesNothing() {
    sameAnswers(
        (resources, random) -> {
          List<ObjectNode> twice = new ArrayList<>(resources);
          for (ObjectNode resource : resources) {
            // two sisters are two relatives, two scores two scores, two open orders two orders
            boolean counts =
                Set.of(
                        "Patient",
                        "FamilyMemberHistory",
                        "Observation",
                        "QuestionnaireResponse",
                        "ServiceRequest")
                    .contains(resource.path("resourceType").asText());
            if (!counts) {
              twice.add(resource.deepCopy().put("id", "x-" + resource.path("id").asText()));
            }
          }
          return twice;
        });
  }

  @Test
  void whatNoRuleReadsChangesNothing() {
    sameAnswers(
        (resources, random) -> {
          List<ObjectNode> more = new ArrayList<>(resources);
          more.add(0, irrelevant("Condition", "44054006"));
          more.add(irrelevant("Observation", "8302-2"));
          more.add(irrelevant("Procedure", "80146002"));
          more.add(irrelevant("DiagnosticReport", "24323-8"));
          return more;
        });
  }

  @Test
  void theSameRecordGivesTheSameAnswerAgain() {
    for (int seed = 0; seed < PATIENTS / 4; seed++) {
      List<ObjectNode> resources = patient(new Random(seed));
      for (Service service : knowledge.services()) {
        for (String hook : service.hooks()) {
          assertThat(decide(service, hook, resources).toString())
              .as("SAFE-65 seed " + seed)
              .isEqualTo(decide(service, hook, resources).toString());
        }
      }
    }
  }

  /** SAFE-66: 5,000 resources, of which 500 are copies, and a deadline with a wide margin. */
  @Test
  void manyResourcesAndCopiesAreAnsweredInTime() {
    List<ObjectNode> resources = new ArrayList<>(patient(new Random(1)));
    for (int i = 0; i < 4_500; i++) {
      resources.add(pool.get(i % pool.size()).deepCopy().put("id", "many-" + i));
    }
    for (int i = 0; i < 500; i++) {
      resources.add(resources.get(1 + i).deepCopy().put("id", "copy-" + i));
    }
    for (Service service : knowledge.services()) {
      for (String hook : service.hooks()) {
        Decision decision = decide(service, hook, resources);
        assertThat(decision.notEvaluated()).as(service.id()).isEmpty();
        decision
            .speaking()
            .ifPresent(
                card ->
                    assertThat(card.advice().evidence())
                        .as("SAFE-66 " + service.id())
                        .doesNotHaveDuplicates());
      }
    }
  }

  @Test
  void nobodyIsAdvisedAfterDeath() {
    forEach(
        (seed, resources) -> {
          List<ObjectNode> dead =
              resources.stream()
                  .map(r -> isPatient(r) ? r.deepCopy().put("deceasedDateTime", "2026-05-01") : r)
                  .toList();
          for (Service service : knowledge.services()) {
            for (String hook : service.hooks()) {
              assertThat(decide(service, hook, dead).speaking().map(ContentPropertiesTest::topic))
                  .as("SAFE-19 seed " + seed + " " + service.id())
                  .isEmpty();
            }
          }
        });
  }

  @Test
  void hospiceAndMissingBreastsNeverAddAdvice() {
    ObjectNode hospice = irrelevant("Condition", "");
    hospice.set("code", coded("http://hl7.org/fhir/sid/icd-10-cm", "Z51.5"));
    ObjectNode mastectomy = irrelevant("Condition", "");
    mastectomy.put("id", "no-breasts");
    mastectomy.set("code", coded("http://hl7.org/fhir/sid/icd-10-cm", "Z90.13"));
    Service screening = knowledge.service("breast-cancer-screening").orElseThrow();
    for (ObjectNode exclusion : List.of(hospice, mastectomy)) {
      forEach(
          (seed, resources) -> {
            List<ObjectNode> excluded = new ArrayList<>(resources);
            excluded.add(exclusion);
            Set<String> before = applying(decide(screening, "patient-view", resources));
            Set<String> after = applying(decide(screening, "patient-view", excluded));
            assertThat(before).as("seed " + seed + " " + exclusion).containsAll(after);
          });
    }
  }

  // --- Patients ----------------------------------------------------------------------------------

  private interface Change {
    List<ObjectNode> of(List<ObjectNode> resources, Random random);
  }

  private interface Check {
    void of(int seed, List<ObjectNode> resources);
  }

  private static void forEach(Check check) {
    for (int seed = 0; seed < PATIENTS; seed++) {
      check.of(seed, patient(new Random(seed)));
    }
  }

  private static void sameAnswers(Change change) {
    List<String> different = new ArrayList<>();
    forEach(
        (seed, resources) -> {
          List<ObjectNode> changed = change.of(resources, new Random(seed));
          for (Service service : knowledge.services()) {
            for (String hook : service.hooks()) {
              Answer before = answer(decide(service, hook, resources));
              Answer after = answer(decide(service, hook, changed));
              if (!before.equals(after)) {
                different.add(
                    "seed "
                        + seed
                        + " "
                        + service.id()
                        + " "
                        + hook
                        + "\n  "
                        + before
                        + "\n  "
                        + after);
              }
            }
          }
        });
    assertThat(different).isEmpty();
  }

  private static List<ObjectNode> patient(Random random) {
    ObjectNode patient = JSON.createObjectNode();
    patient.put("resourceType", "Patient").put("id", ID);
    patient.put("gender", random.nextInt(4) == 0 ? "male" : "female");
    LocalDate birth = NOW.toLocalDate().minusYears(20).minusDays(random.nextInt(25_000));
    patient.put("birthDate", birth.toString());
    List<ObjectNode> resources = new ArrayList<>();
    resources.add(patient);
    int count = random.nextInt(MOST_RESOURCES);
    for (int i = 0; i < count; i++) {
      ObjectNode resource = pool.get(random.nextInt(pool.size())).deepCopy();
      resources.add(resource.put("id", "r" + i));
    }
    return resources;
  }

  private static String patientOf(Case each) {
    return each.resources().stream()
        .filter(ContentPropertiesTest::isPatient)
        .map(r -> r.path("id").asText())
        .findFirst()
        .orElseThrow();
  }

  private static boolean isPatient(ObjectNode resource) {
    return resource.path("resourceType").asText().equals("Patient");
  }

  /** The same resource as one of the generated patient's. */
  private static ObjectNode owned(ObjectNode resource, String patientId) {
    String text =
        resource.toString().replace("\"Patient/" + patientId + "\"", "\"Patient/" + ID + "\"");
    try {
      return ((ObjectNode) JSON.readTree(text)).put("id", "pooled");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode irrelevant(String type, String code) {
    ObjectNode resource = JSON.createObjectNode();
    resource.put("resourceType", type).put("id", "irrelevant");
    resource.set(
        "code",
        coded(
            type.startsWith("D") || type.startsWith("O")
                ? "http://loinc.org"
                : "http://snomed.info/sct",
            code));
    resource.set("subject", JSON.createObjectNode().put("reference", "Patient/" + ID));
    if (type.equals("Procedure")) {
      resource.put("status", "completed").put("performedDateTime", "2020-01-01");
    } else if (!type.equals("Condition")) {
      resource.put("status", "final").put("effectiveDateTime", "2020-01-01");
    }
    return resource;
  }

  private static ObjectNode coded(String system, String code) {
    ObjectNode concept = JSON.createObjectNode();
    concept.putArray("coding").addObject().put("system", system).put("code", code);
    return concept;
  }

  // --- Answers -----------------------------------------------------------------------------------

  private static Decision decide(Service service, String hook, List<ObjectNode> resources) {
    PatientRecord.Builder record = PatientRecord.builder(ID);
    resources.forEach(r -> record.add(r, r.path("resourceType").asText()));
    HookContext context =
        HookContext.read(hook, ID, java.util.Optional.empty(), JSON.createObjectNode());
    return new DecisionEngine()
        .decide(
            knowledge,
            service,
            context,
            record.build(),
            NOW,
            Map.of(),
            Deadline.after(Duration.ofSeconds(30)));
  }

  private static Answer answer(Decision decision) {
    Map<String, String> outcomes = new LinkedHashMap<>();
    Map<String, Set<String>> evidence = new LinkedHashMap<>();
    for (Outcome outcome : decision.outcomes()) {
      String topic = outcome.recommendation().id();
      if (outcome instanceof Outcome.Applies applies) {
        outcomes.put(topic, "applies " + words(applies.advice()));
        evidence.put(topic, facts(applies.advice()));
      } else if (outcome instanceof Outcome.Superseded superseded) {
        outcomes.put(topic, "superseded " + words(superseded.advice()));
        evidence.put(topic, facts(superseded.advice()));
      } else if (outcome instanceof Outcome.NotEvaluated missed) {
        outcomes.put(topic, "not evaluated " + missed.problem().code());
      } else {
        outcomes.put(topic, "no");
      }
    }
    return new Answer(outcomes, evidence, new TreeSet<>(decision.dataIncomplete()));
  }

  private static String words(Advice advice) {
    return advice.indicator()
        + " "
        + advice.summary()
        + " | "
        + advice.text()
        + " | "
        + new TreeSet<>(advice.notRecorded())
        + advice.suggestions().stream().map(s -> s.id()).toList();
  }

  private static Set<String> facts(Advice advice) {
    Set<String> facts = new TreeSet<>();
    advice.evidence().forEach(e -> facts.add(e.fact() + " " + e.date().orElse("")));
    return facts;
  }

  private static Set<String> applying(Decision decision) {
    Set<String> topics = new TreeSet<>();
    decision.outcomes().stream()
        .filter(o -> o instanceof Outcome.Applies || o instanceof Outcome.Superseded)
        .forEach(o -> topics.add(o.recommendation().topic().code()));
    return topics;
  }

  private static String topic(Outcome outcome) {
    return outcome.recommendation().topic().code();
  }
}
