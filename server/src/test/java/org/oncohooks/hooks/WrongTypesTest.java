package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Service;
import org.oncohooks.ledger.Ledger;

/**
 * A value of another JSON type than FHIR gives it, anywhere in a prefetch, is told or makes no
 * difference: it never takes a card away without a word, and is never called the service's fault.
 */
class WrongTypesTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final Set<ProblemCategory> THE_CALLERS =
      EnumSet.of(
          ProblemCategory.INCORRECT, ProblemCategory.DATA_MISSING, ProblemCategory.NOT_PROCESSABLE);
  private static final List<JsonNode> VALUES =
      List.of(json("7"), json("true"), json("\"CANARY\""), json("{\"a\":1}"), json("[\"CANARY\"]"));

  private static Knowledge knowledge;

  @BeforeAll
  static void loads() {
    knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"cord-compression,metastatic-pain", "up-to-date-mother,hereditary-cancer-referral"})
  void areToldOrMakeNoDifference(String patient, String service) throws IOException {
    ObjectNode prefetch = prefetch(patient, service);
    Answer whole = answer(service, patient, prefetch);
    assertThat(whole.told()).isFalse();
    assertThat(whole.cards()).isNotEmpty();
    List<String> wrong = new ArrayList<>();
    int[] calls = {0};
    walk(
        prefetch,
        "prefetch",
        place -> {
          calls[0]++;
          Answer answer = answer(service, patient, prefetch);
          if (!answer.told() && !answer.cards().equals(whole.cards())) {
            wrong.add(place + " gives " + answer.cards());
          }
          if (answer.text().contains("CANARY") && answer.cards().isEmpty()) {
            wrong.add(place + " is repeated in the error");
          }
        });
    assertThat(calls[0]).isGreaterThan(1_000);
    assertThat(wrong).isEmpty();
  }

  /** A chart in which each fact stands once: nothing else makes up for the code that is lost. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'G83.4'",
        "{}",
        "null",
        "7",
        "{'coding':[]}",
        "{'coding':[{}]}",
        "{'coding':{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'G83.4'}}",
        "{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':''}]}",
        "{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':7}]}",
        "{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','kode':'G83.4'}]}",
        "{'codings':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'G83.4'}]}",
        "{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'G83.4'}",
        "[{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'G83.4'}]}]",
      })
  void aCodeThatCanNotBeReadIsTold(String code) {
    assertThat(
            minimal("{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'G83.4'}]}"))
        .isEqualTo(new Answer(List.of("mscc critical"), false, ""));
    assertThat(
            minimal("{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':' G83.4 '}]}"))
        .as("blanks around a code")
        .isEqualTo(new Answer(List.of("mscc critical"), false, ""));
    assertThat(minimal(code).told()).isTrue();
  }

  private static Answer minimal(String code) {
    String condition =
        "{'resource':{'resourceType':'Condition','id':'%s','subject':{'reference':'Patient/p'},"
            + "'code':%s}}";
    String coded = "{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm','code':'%s'}]}";
    ObjectNode prefetch = JsonNodeFactory.instance.objectNode();
    Service service = knowledge.service("metastatic-pain").orElseThrow();
    service
        .prefetch("patient-view")
        .keyOfType()
        .forEach(
            (type, key) -> prefetch.set(key, json("{'resourceType':'Bundle','type':'searchset'}")));
    prefetch.set("patient", json("{'resourceType':'Patient','id':'p','birthDate':'1960-01-01'}"));
    prefetch.set(
        "conditions",
        json(
            "{'resourceType':'Bundle','type':'searchset','entry':["
                + condition.formatted("a", coded.formatted("C50.411"))
                + ","
                + condition.formatted("b", coded.formatted("M54.50"))
                + ","
                + condition.formatted("c", code)
                + "]}"));
    return answer("metastatic-pain", "p", prefetch);
  }

  /** Puts each value of another type at each place in turn, and the right one back. */
  private static void walk(JsonNode parent, String place, Consumer<String> call) {
    if (parent instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode right = object.get(name);
        for (JsonNode value : VALUES) {
          if (kind(value) != kind(right)) {
            object.set(name, value);
            call.accept(place + "." + name + " = " + value);
          }
        }
        object.set(name, right);
        walk(right, place + "." + name, call);
      }
    } else if (parent instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode right = array.get(i);
        for (JsonNode value : VALUES) {
          if (kind(value) != kind(right)) {
            array.set(i, value);
            call.accept(place + "[" + i + "] = " + value);
          }
        }
        array.set(i, right);
        walk(right, place + "[" + i + "]", call);
      }
    }
  }

  private static JsonNodeType kind(JsonNode node) {
    return node.getNodeType();
  }

  /**
   * @param cards topics and indicators
   * @param told whether an error or a recommendation that was not evaluated says that something is
   *     wrong
   */
  private record Answer(List<String> cards, boolean told, String text) {}

  private static Answer answer(String service, String patientId, ObjectNode prefetch) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("hook", "patient-view").put("hookInstance", "i");
    request.putObject("context").put("userId", "Practitioner/u").put("patientId", patientId);
    request.set("prefetch", prefetch);
    try {
      HookAnswer answer =
          hooks()
              .answer(
                  service,
                  request.toString().getBytes(StandardCharsets.UTF_8),
                  Deadline.after(Duration.ofSeconds(60)));
      List<String> cards = new ArrayList<>();
      for (JsonNode card : StrictJson.object(answer.json()).path("cards")) {
        cards.add(card.at("/source/topic/code").asText() + " " + card.path("indicator").asText());
      }
      return new Answer(cards, answer.notEvaluated() > 0, "");
    } catch (ProblemException e) {
      assertThat(e.problem().category()).as(e.problem().toString()).isIn(THE_CALLERS);
      return new Answer(List.of(), true, e.problem().toString());
    }
  }

  private static CdsHooks hooks() {
    return new CdsHooks(
        () -> knowledge,
        OnePatientStore.empty(),
        EhrClient.none(),
        new GuardedEngine(GuardedEngine.Limits.standard()),
        Mode.PRODUCTION,
        InstantSource.fixed(Instant.parse("2026-06-01T17:00:00Z")),
        ZoneId.of("America/Chicago"),
        Site.standard(),
        Ledger.inMemory(InstantSource.system()));
  }

  private static ObjectNode prefetch(String patient, String serviceId) throws IOException {
    JsonNode bundle =
        StrictJson.object(
            Files.readAllBytes(HOME.resolve("fhir-resources/patients").resolve(patient + ".json")));
    Service service = knowledge.service(serviceId).orElseThrow();
    ObjectNode prefetch = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, String> entry :
        service.prefetch("patient-view").keyOfType().entrySet()) {
      ArrayNode entries = JsonNodeFactory.instance.arrayNode();
      for (JsonNode candidate : bundle.path("entry")) {
        JsonNode resource = candidate.path("resource");
        if (resource.path("resourceType").asText().equals(entry.getKey())) {
          entries.addObject().set("resource", resource);
        }
      }
      if (entry.getKey().equals("Patient")) {
        prefetch.set(entry.getValue(), entries.get(0).get("resource"));
      } else {
        prefetch
            .putObject(entry.getValue())
            .put("resourceType", "Bundle")
            .put("type", "searchset")
            .set("entry", entries);
      }
    }
    return prefetch;
  }

  private static JsonNode json(String text) {
    return StrictJson.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
