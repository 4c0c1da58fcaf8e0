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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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
 * What must not change an answer, and what must never add advice, over some hundred patients: half
 * of them those of a case and a few resources of others, half put together at random from the
 * resources of all cases; on hooks for orders, with orders at hand. A failure names the seed.
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
  private static List<List<ObjectNode>> begun;
  private static ObjectNode atHand;

  /** One answer in the parts that have to agree. */
  private record Answer(
      Map<String, String> outcomes, Map<String, Set<String>> evidence, Set<String> incomplete) {}

  @BeforeAll
  static void readEverything() throws IOException {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    Set<ObjectNode> resources = new LinkedHashSet<>();
    List<Case> all = CaseFolder.readAll(HOME.resolve("cql/tests"));
    for (Case each : all) {
      for (ObjectNode resource : each.resources()) {
        if (!resource.path("resourceType").asText().equals("Patient")) {
          resources.add(owned(resource, patientOf(each)));
        }
      }
    }
    pool = List.copyOf(resources);
    assertThat(pool).hasSizeGreaterThan(500);
    begun = positive(all);
    assertThat(begun).hasSizeGreaterThan(100);
    atHand = atHand();
  }

  @Test
  void theGeneratedPatientsReachEveryRecommendation() {
    Set<String> reached = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    forEach(
        (seed, resources) -> {
          for (Service service : knowledge.services()) {
            for (String hook : service.hooks()) {
              service.recommendations(hook).forEach(r -> all.add(r.id()));
              reached.addAll(applyingIds(decide(service, hook, resources)));
            }
          }
        });
    assertThat(reached).isEqualTo(all);
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
            resources.stream().map(r -> isPatient(r) ? r : renamed(r, resources)).toList());
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

  /**
   * What ends or narrows advice, in each service and on each hook. Pregnancy is none: discharge is
   * then no symptom, and the card that the symptom kept away speaks.
   */
  @Test
  void anExclusionNeverAddsAdvice() {
    Map<String, ObjectNode> exclusions = new LinkedHashMap<>();
    exclusions.put("hospice", condition("Z51.5"));
    exclusions.put("no breasts", condition("Z90.13"));
    exclusions.put("nursing home", condition("Z59.3"));
    forEach(
        (seed, resources) ->
            exclusions.forEach(
                (name, exclusion) -> {
                  List<ObjectNode> excluded = new ArrayList<>(resources);
                  excluded.add(exclusion);
                  for (Service service : knowledge.services()) {
                    for (String hook : service.hooks()) {
                      Set<String> after = applyingIds(decide(service, hook, excluded));
                      // speaks against an order that something explained before
                      after.remove("screening-not-recommended");
                      assertThat(applyingIds(decide(service, hook, resources)))
                          .as("seed " + seed + " " + service.id() + " " + hook + " " + name)
                          .containsAll(after);
                    }
                  }
                }));
  }

  /**
   * What stands on no problem list is of its day: an old visit for the same sign makes nothing of
   * today known of old. Of bladder and bowel what was written down otherwise may add up to trouble
   * that comes again and again, which asks instead of calling.
   */
  @Test
  void anOldVisitSilencesNoNewSign() {
    List<String> signs =
        List.of("R29.898", "G82.20", "R20.2", "R26.89", "M21.371", "G81.94", "M54.50", "R29.810");
    List<String> others = List.of("R56.9", "R06.02", "R17", "R63.4", "R50.9", "G95.20", "M84.58XA");
    List<String> addingUp = List.of("R32", "R33.9", "R15.9");
    List<String> all = new ArrayList<>();
    List.of(signs, others, addingUp).forEach(all::addAll);
    List<Service> services =
        knowledge.services().stream().filter(s -> s.id().startsWith("metastatic-")).toList();
    assertThat(services).hasSize(2);
    Set<String> spoke = new TreeSet<>();
    forEach(
        (seed, resources) -> {
          String code = all.get(seed % all.size());
          List<ObjectNode> before = new ArrayList<>(resources);
          before.removeIf(r -> r.toString().contains("encounter-diagnosis"));
          before.add(visit("now", code, "2026-05-28"));
          List<ObjectNode> after = new ArrayList<>(before);
          after.add(visit("old", code, "2021-03-04"));
          for (Service service : services) {
            for (String hook : service.hooks()) {
              Set<String> expected = applyingIds(decide(service, hook, before));
              Set<String> found = applyingIds(decide(service, hook, after));
              String where = "seed " + seed + " " + service.id() + " " + hook + " " + code;
              if (!expected.isEmpty()) {
                spoke.add(code);
                assertThat(found).as(where).isNotEmpty();
              }
              if (!addingUp.contains(code)) {
                assertThat(found).as(where).containsAll(expected);
              }
            }
          }
        });
    assertThat(spoke).containsExactlyInAnyOrderElementsOf(all);
  }

  /** The diagnosis of a visit, as EHRs send it: active for ever. */
  private static ObjectNode visit(String id, String code, String day) {
    ObjectNode visit = condition(code).put("id", id).put("recordedDate", day);
    visit.set(
        "clinicalStatus",
        coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"));
    return ofVisit(visit);
  }

  private static ObjectNode ofVisit(ObjectNode condition) {
    condition
        .putArray("category")
        .add(
            coded(
                "http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis"));
    return condition;
  }

  private static ObjectNode condition(String code) {
    ObjectNode condition = irrelevant("Condition", "");
    condition.put("id", "exclusion");
    condition.set("code", coded("http://hl7.org/fhir/sid/icd-10-cm", code));
    return condition;
  }

  /** With another id, and other ids of the resources that it names. */
  private static ObjectNode renamed(ObjectNode resource, List<ObjectNode> all) {
    String text = resource.toString();
    for (ObjectNode named : all) {
      String id = named.path("id").asText();
      String type = named.path("resourceType").asText();
      if (!isPatient(named)) {
        text = text.replace("\"" + type + "/" + id + "\"", "\"" + type + "/x-" + id + "\"");
      }
    }
    try {
      return ((ObjectNode) JSON.readTree(text)).put("id", "x-" + resource.path("id").asText());
    } catch (IOException e) {
      throw new IllegalStateException(e);
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
    boolean fromCase = random.nextBoolean();
    if (fromCase) {
      begun.get(random.nextInt(begun.size())).forEach(r -> resources.add(r.deepCopy()));
    } else {
      resources.add(patient);
    }
    int count = random.nextInt(fromCase ? 4 : MOST_RESOURCES);
    for (int i = 0; i < count; i++) {
      ObjectNode resource = pool.get(random.nextInt(pool.size())).deepCopy();
      if (resource.path("resourceType").asText().equals("Condition") && random.nextInt(3) == 0) {
        ofVisit(resource).put("recordedDate", NOW.toLocalDate().minusDays(days(random)).toString());
        if (random.nextBoolean()) {
          resource.remove(List.of("onsetDateTime", "onsetPeriod", "onsetAge"));
        }
      }
      resources.add(resource.put("id", "r" + i));
    }
    return resources;
  }

  /** About the window, half a year, a year or many. */
  private static int days(Random random) {
    return List.of(5, 89, 91, 180, 190, 360, 800, 4_000).get(random.nextInt(8)) + random.nextInt(3);
  }

  /** The patients of cases of this instant that expect a card, by turns of the recommendations. */
  private static List<List<ObjectNode>> positive(List<Case> all) {
    Map<String, List<List<ObjectNode>>> byLibrary = new TreeMap<>();
    for (Case each : all) {
      boolean plain =
          each.evaluatedAt().toInstant().equals(NOW.toInstant())
              && each.parameters().isEmpty()
              && each.missing().isEmpty()
              && each.cards().map(cards -> !cards.isEmpty()).orElse(false);
      if (plain) {
        byLibrary
            .computeIfAbsent(each.library(), l -> new ArrayList<>())
            .add(each.resources().stream().map(r -> owned(r, patientOf(each), r)).toList());
      }
    }
    List<List<ObjectNode>> patients = new ArrayList<>();
    for (List<List<ObjectNode>> some : byLibrary.values()) {
      patients.addAll(some.subList(0, Math.min(12, some.size())));
    }
    return patients;
  }

  /** A screening mammogram and physiotherapy, about to be ordered or booked. */
  private static ObjectNode atHand() {
    ObjectNode context = JSON.createObjectNode();
    ObjectNode orders = context.putObject("draftOrders");
    orders.put("resourceType", "Bundle").put("type", "collection");
    for (String code : List.of("77067", "97110")) {
      ObjectNode order = orders.withArray("entry").addObject().putObject("resource");
      order.put("resourceType", "ServiceRequest").put("id", "at-hand-" + code);
      order.put("status", "draft").put("intent", "order");
      order.set("code", coded("http://www.ama-assn.org/go/cpt", code));
      order.putObject("subject").put("reference", "Patient/" + ID);
      context.withArray("selections").add("ServiceRequest/at-hand-" + code);
    }
    return context;
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
    return owned(resource, patientId, resource).put("id", "pooled");
  }

  private static ObjectNode owned(ObjectNode resource, String patientId, ObjectNode named) {
    String text =
        resource.toString().replace("\"Patient/" + patientId + "\"", "\"Patient/" + ID + "\"");
    try {
      return ((ObjectNode) JSON.readTree(text))
          .put("id", isPatient(named) ? ID : named.path("id").asText());
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
        HookContext.read(
            hook,
            ID,
            Optional.empty(),
            hook.startsWith("order-") ? atHand : JSON.createObjectNode());
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

  private static Set<String> applyingIds(Decision decision) {
    Set<String> ids = new TreeSet<>();
    decision.outcomes().stream()
        .filter(o -> o instanceof Outcome.Applies || o instanceof Outcome.Superseded)
        .forEach(o -> ids.add(o.recommendation().id()));
    return ids;
  }

  private static String topic(Outcome outcome) {
    return outcome.recommendation().topic().code();
  }
}
