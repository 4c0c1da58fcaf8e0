package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.TestContent;
import org.oncohooks.http.HttpServer;
import org.oncohooks.http.HttpSettings;
import org.oncohooks.http.Mount;
import org.oncohooks.http.Refusal;
import org.oncohooks.json.StrictJson;
import org.oncohooks.operations.FhirOperations;
import org.oncohooks.records.CodeSet;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;

/** The FHIR face on a real socket, with an empty store, and a client to talk to it. */
final class FhirTestServer implements AutoCloseable {

  record Answer(HttpResponse<String> http) {

    int status() {
      return http.statusCode();
    }

    String text() {
      return http.body();
    }

    JsonNode json() {
      return StrictJson.read(http.body().getBytes(StandardCharsets.UTF_8));
    }
  }

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  FhirTestServer(Map<String, List<ObjectNode>> knowledge) {
    this(new MemoryPatientStore(InstantSource.system()), knowledge);
  }

  FhirTestServer(PatientStore store, Map<String, List<ObjectNode>> knowledge) {
    Mount fhir =
        new Mount(
            "/fhir",
            own ->
                new FhirApi(
                    store,
                    () -> knowledge,
                    AuditTrail.none(),
                    AccessLog.none(),
                    new FhirOperations(
                        TestContent::knowledge,
                        store,
                        new GuardedEngine(GuardedEngine.Limits.standard()),
                        Map.of(),
                        InstantSource.system(),
                        ZoneOffset.UTC,
                        Optional.empty()),
                    FhirTestServer::codeSet,
                    Optional.empty(),
                    FhirTestServer::answer,
                    InstantSource.system(),
                    ZoneOffset.UTC,
                    "0.1.0-test",
                    own),
            FhirApi::maxBody);
    server = new HttpServer(HttpSettings.of("127.0.0.1", 0), List.of(), List.of(fhir));
    server.start();
  }

  /** One value set, of codes that begin with C50 whatever their system. */
  private static Optional<CodeSet> codeSet(String url) {
    return url.equals("https://oncohooks.org/ValueSet/breast-malignancy")
        ? Optional.of((system, code) -> code.startsWith("C50"))
        : Optional.empty();
  }

  URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + server.port() + "/fhir" + pathAndQuery);
  }

  Answer get(String pathAndQuery) {
    return send(HttpRequest.newBuilder(uri(pathAndQuery)));
  }

  Answer post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/fhir+json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  Answer put(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/fhir+json")
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private static ProblemAnswers.Answer answer(Problem problem) {
    Refusal refusal = Refusal.of(problem);
    return new ProblemAnswers.Answer(refusal.status(), refusal.json());
  }
}
