package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.hooks.TestContent;
import picocli.CommandLine;

/** An EHR that takes no search for all of a patient's observations, as Epic does not. */
class SearchParametersTest {

  private static final String PATH = "/cds-services/two-alerts";
  private static final String NONE =
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[]}";
  private static final String PATIENT =
      "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1970-01-01\"}";
  private static final String CANCER =
      """
      {"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Condition",
      "id":"c1","code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]},
      "subject":{"reference":"Patient/p1"}}}]}
      """;

  @TempDir private static Path folder;
  private static FaultyFhirServer ehr;
  private static RunningService running;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    ehr = FaultyFhirServer.answering(SearchParametersTest::answer);
    running =
        RunningService.withTenants(
            config(
                tenant("all", "")
                    + tenant("one", "{Observation: \"category=laboratory,exam\"}")
                    + tenant(
                        "two",
                        "{Observation: [category=laboratory, category=exam&date=ge2016-01-01]}")),
            InstantSource.fixed(RunningService.NOW));
  }

  private static void answer(FaultyFhirServer.Request request, Socket connection)
      throws IOException {
    String target = request.target();
    boolean refused = target.contains("/Observation?") && !target.contains("category=");
    String body =
        target.contains("/Patient/") ? PATIENT : target.contains("/Condition?") ? CANCER : NONE;
    FaultyFhirServer.send(
        connection,
        refused ? 400 : 200,
        "application/fhir+json",
        refused ? "{\"resourceType\":\"OperationOutcome\"}" : body);
  }

  private static Path config(String tenants) throws Exception {
    Path file = Files.createTempFile(folder, "site", ".yaml");
    return Files.writeString(file, "tenants:\n" + tenants);
  }

  private static String tenant(String id, String searches) {
    return """
      - id: %s
        issuer: https://%s.example.org
        jwks-file: keys.json
        fhir-bases: ["%s"]
        networks: [127.0.0.0/8]
        plain-http: true
    """
            .formatted(id, id, ehr.base())
        + (searches.isEmpty() ? "" : "    search-parameters: " + searches + "\n");
  }

  @AfterAll
  static void stop() {
    running.close();
    ehr.close();
  }

  private static HttpResponse<String> send(String tenant, String path, String body)
      throws Exception {
    String token =
        TestTokens.good(
                RunningService.NOW,
                "https://" + tenant + ".example.org",
                RunningService.BASE_URL + path)
            .signed();
    HttpRequest.Builder request = running.request(path).header("Authorization", "Bearer " + token);
    return running.send(
        body.isEmpty()
            ? request
            : request
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> call(String tenant, String prefetch) throws Exception {
    return send(
        tenant,
        PATH,
        """
        {"hook":"patient-view","hookInstance":"i","fhirServer":"%s",
        "context":{"userId":"Practitioner/u","patientId":"p1"},"prefetch":{%s}}
        """
            .formatted(ehr.base(), prefetch));
  }

  private static JsonNode prefetch(String tenant) throws Exception {
    for (JsonNode service :
        RunningService.json(send(tenant, "/cds-services", "")).path("services")) {
      if (service.path("id").asText().equals("two-alerts")) {
        return service.path("prefetch");
      }
    }
    throw new AssertionError("no such service");
  }

  private static List<String> askedFor(String tenant) throws Exception {
    int before = ehr.requests().size();
    assertThat(call(tenant, "").statusCode()).isEqualTo(200);
    return ehr.requests().stream()
        .skip(before)
        .map(FaultyFhirServer.Request::target)
        .filter(target -> target.contains("/Observation"))
        .sorted()
        .toList();
  }

  @Test
  void asksWhatTheTenantsEhrTakes() throws Exception {
    assertThat(call("all", "").body()).contains("refused the question");
    assertThat(askedFor("one"))
        .containsExactly("/fhir/r4/Observation?patient=p1&category=laboratory,exam&_count=500");
    assertThat(askedFor("two"))
        .containsExactly(
            "/fhir/r4/Observation?patient=p1&category=exam&date=ge2016-01-01&_count=500",
            "/fhir/r4/Observation?patient=p1&category=laboratory&_count=500");
  }

  @Test
  void offersTheSameQueriesInItsDiscoveryAlone() throws Exception {
    String plain = "Observation?patient={{context.patientId}}";
    assertThat(prefetch("all").path("observations").asText()).isEqualTo(plain);
    assertThat(prefetch("one").path("observations").asText())
        .isEqualTo(plain + "&category=laboratory,exam");
    assertThat(prefetch("two").path("observations").asText())
        .isEqualTo(plain + "&category=laboratory");
    assertThat(prefetch("two").path("observations2").asText())
        .isEqualTo(plain + "&category=exam&date=ge2016-01-01");
  }

  @Test
  void saysInTheAnswerThatTheRestIsNotKnown() throws Exception {
    String sentence =
        "Of Observation only what matches category=laboratory,exam was asked for; what else is"
            + " recorded is not known here.";
    JsonNode fetched = RunningService.json(call("one", ""));
    assertThat(fetched.at("/extension/org.oncohooks/notSeen").toString()).contains(sentence);
    assertThat(fetched.at("/cards/0/detail").asText())
        .doesNotContain("Not looked at"); // conditions
    String observed =
        "\"patient\":"
            + PATIENT
            + ",\"conditions\":"
            + NONE
            + ",\"observations\":"
            + CANCER
                .replace("Condition", "Observation")
                .replace("\"c1\"", "\"o1\",\"status\":\"final\"");
    assertThat(RunningService.json(call("one", observed)).at("/cards/0/detail").asText())
        .contains("**Not looked at:**", "category", "what else is recorded is not known here");
    String sent =
        "\"patient\":" + PATIENT + ",\"conditions\":" + NONE + ",\"observations\":" + NONE;
    JsonNode silent = RunningService.json(call("one", sent));
    assertThat(silent.path("cards")).isEmpty();
    assertThat(silent.at("/extension/org.oncohooks/notSeen").toString()).contains(sentence);
    assertThat(call("all", sent).body()).doesNotContain("notSeen");
  }

  @Test
  void needsEveryOneOfSeveralQueries() throws Exception {
    String part =
        "\"patient\":" + PATIENT + ",\"conditions\":" + CANCER + ",\"observations\":" + NONE;
    assertThat(
            call("two", part + ",\"observations2\":{\"resourceType\":\"OperationOutcome\"}").body())
        .contains("observations2 was sent as an OperationOutcome");
    assertThat(call("two", part + ",\"observations2\":" + NONE).body())
        .doesNotContain("not-evaluated")
        .contains("category=laboratory or category=exam");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{Observation: \"patient=other\"}",
        "{Observation: \"category=x&patient=other\"}",
        "{Observation: \"subject=Patient/other\"}",
        "{Observation: \"subject:Patient=other\"}",
        "{Observation: \"patient.name=x\"}",
        "{Observation: \"category=x&_count=1\"}",
        "{Observation: \"_sort=date\"}",
        "{Observation: \"_include=Observation:patient\"}",
        "{Observation: \"category=\"}",
        "{Observation: \"category\"}",
        "{Observation: \"category={{context.userId}}\"}",
        "{Observation: \"category=x#y\"}",
        "{Observation: \"category=x%26patient=other\"}",
        "{Observation: \"\"}",
        "{Observation: []}",
        "{Observation: [category=x, category=x]}",
        "{Observation: {category: x}}",
        "{Patient: \"identifier=1\"}",
        "{Nonsense: \"category=x\"}"
      })
  void refusesAtStartWhatCouldMeanAnotherPatientOrPage(String searches) throws Exception {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    Path config = config(tenant("one", searches));
    Files.writeString(
        config,
        "port: 0\nledger-in-memory: true\nbase-url: https://cds.example.org\n"
            + Files.readString(config));
    String[] arguments = {
      "--config",
      config.toString(),
      "--content",
      TestContent.folder().toString(),
      "--stop-when-ready"
    };
    assertThat(Main.execute(line, arguments, Map.of())).isNotZero();
    assertThat(err.toString()).contains("tenants[0].search-parameters.");
  }

  @Test
  void printsATenantsQueries() throws Exception {
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(new StringWriter()));
    String[] arguments = {
      "prefetch",
      "two-alerts",
      "--content",
      TestContent.folder().toString(),
      "--config",
      config(tenant("one", "{Observation: \"category=laboratory,exam\"}")).toString(),
      "--tenant",
      "one"
    };
    assertThat(Main.execute(line, arguments, Map.of())).isZero();
    assertThat(out.toString())
        .contains(
            "observations: Observation?patient={{context.patientId}}&category=laboratory,exam");
  }
}
