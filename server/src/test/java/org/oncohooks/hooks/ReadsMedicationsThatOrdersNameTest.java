package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.oncohooks.ehr.FaultyFhirServer.json;
import static org.oncohooks.ehr.FaultyFhirServer.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.Deadline;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.ehr.FaultyFhirServer.Answer;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundPolicy;

/** An EHR may keep the medicine of an order in a resource of its own, and send it only if asked. */
@DisplayName("Medicines by reference are read from the call's FHIR server")
class ReadsMedicationsThatOrdersNameTest {

  private static final String PATIENT = "{'resourceType':'Patient','id':'p1'}";
  private static final String LETROZOLE =
      "{'resourceType':'Medication','id':'m1','code':{'text':'letrozole'}}";

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  private static final Service SERVICE =
      new Service(
          "s",
          "S",
          "A service",
          false,
          List.of(),
          Map.of(
              "patient-view",
              new PrefetchTemplates(
                  Map.of("medicines", "MedicationRequest?patient={{context.patientId}}"),
                  Map.of("Patient", "patient", "MedicationRequest", "medicines"))));

  private static String order(String id, String medication) {
    return "{'resourceType':'MedicationRequest','id':'"
        + id
        + "','status':'active','intent':'order','subject':{'reference':'Patient/p1'},"
        + "'medicationReference':{'reference':'"
        + medication
        + "'}}";
  }

  private static String searchset(String... orders) {
    return "{'resourceType':'Bundle','type':'searchset','entry':["
        + List.of(orders).stream()
            .map(order -> "{'resource':" + order + "}")
            .collect(Collectors.joining(","))
        + "]}";
  }

  /** What the orders say their medicine is: words, or the reference where it could not be read. */
  private List<String> medicines(Answer medication, boolean sent, String... references)
      throws Exception {
    String[] orders =
        IntStream.range(0, references.length)
            .mapToObj(i -> order("o" + i, references[i]))
            .toArray(String[]::new);
    Answer answer =
        (request, connection) -> {
          asked.add(request.target().substring(request.target().indexOf("/r4/") + 4));
          (request.target().contains("/Medication/") ? medication : json(searchset(orders)))
              .to(request, connection);
        };
    try (FaultyFhirServer server = FaultyFhirServer.answering(answer);
        EhrClient client =
            new EhrClient(
                new OutboundPolicy(
                    List.of(OutboundPolicy.base(server.base(), true)),
                    List.of(Network.of("127.0.0.1")),
                    InetAddress::getAllByName),
                FetchLimits.standard())) {
      for (int i = 0; i < orders.length; i++) {
        orders[i] = orders[i].replace("BASE", server.base());
      }
      Map<String, JsonNode> prefetch =
          sent
              ? Map.of("patient", node(PATIENT), "medicines", node(searchset(orders)))
              : Map.of("patient", node(PATIENT));
      PatientRecord record =
          new RecordReader(Site.standard(), Optional.empty(), client)
              .read(
                  SERVICE,
                  new HookRequest(
                      HookContext.of("patient-view", "p1"),
                      "i",
                      prefetch,
                      Optional.of(server.base()),
                      Optional.empty(),
                      Optional.empty(),
                      Map.of(),
                      false,
                      Optional.empty()),
                  Waiting.here(),
                  Deadline.after(Duration.ofSeconds(10)),
                  new Fetches());
      assertThat(record.gaps()).isEmpty();
      return record.resources("MedicationRequest").stream()
          .map(
              order ->
                  order.has("medicationReference")
                      ? "?"
                      : order.path("medicationCodeableConcept").path("text").asText())
          .toList();
    }
  }

  private static JsonNode node(String text) {
    return StrictJson.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsWhatFetchedOrdersName() throws Exception {
    assertThat(medicines(json(LETROZOLE), false, "Medication/m1")).containsExactly("letrozole");
    assertThat(asked).contains("Medication/m1");
  }

  @Test
  void readsWhatSentOrdersNameAndEachOnce() throws Exception {
    assertThat(medicines(json(LETROZOLE), true, "Medication/m1", "BASE/Medication/m1"))
        .containsExactly("letrozole", "letrozole");
    assertThat(asked).containsExactly("Medication/m1");
  }

  @Test
  void asksForNothingAtAnotherServerOrOutsideOfTheType() throws Exception {
    assertThat(
            medicines(
                json(LETROZOLE),
                true,
                "https://elsewhere.example/Medication/m1",
                "Medication/../Patient/p2",
                "Medication/m1?_format=xml",
                "#contained",
                "urn:uuid:9d9a0f3c-2f5e-4f0e-8a57-0f6f1c0e7b11"))
        .containsOnly("?");
    assertThat(asked).isEmpty();
  }

  @Test
  void leavesTheReferenceWhereTheMedicationIsNotHad() throws Exception {
    String fhir = "application/fhir+json";
    for (Answer answer :
        List.of(
            status(404, fhir, "{}"),
            status(403, fhir, "{}"),
            status(200, "text/html", "<html/>"),
            json(LETROZOLE.replace("m1", "m2")),
            json(PATIENT),
            json("{'resourceType':'OperationOutcome','issue':[{'severity':'error'}]}"))) {
      assertThat(medicines(answer, true, "Medication/m1")).containsExactly("?");
    }
  }

  @Test
  void asksForFiftyAtMost() throws Exception {
    String[] references =
        IntStream.range(0, 60).mapToObj(i -> "Medication/x" + i).toArray(String[]::new);
    medicines(status(404, "application/fhir+json", "{}"), true, references);
    assertThat(asked).hasSize(50);
  }
}
