package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.oncohooks.Problem;
import org.oncohooks.json.StrictJson;
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

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final HttpClient client = HttpClient.newHttpClient();

  FhirTestServer(Map<String, List<ObjectNode>> knowledge) {
    this(new MemoryPatientStore(InstantSource.system()), knowledge);
  }

  FhirTestServer(PatientStore store, Map<String, List<ObjectNode>> knowledge) {
    ServletContextHandler context =
        new ServletContextHandler("/fhir", ServletContextHandler.NO_SESSIONS);
    // else Jetty answers POST /fhir with a redirect to /fhir/
    context.setAllowNullPathInContext(true);
    FhirApi api =
        new FhirApi(
            store,
            () -> knowledge,
            FhirTestServer::answer,
            InstantSource.system(),
            ZoneOffset.UTC,
            "0.1.0-test");
    context.addServlet(new ServletHolder(api), "/*");
    server.addConnector(connector);
    server.setHandler(context);
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/fhir" + pathAndQuery);
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
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stands in for the table of the HTTP edge. */
  private static ProblemAnswers.Answer answer(Problem problem) {
    int status =
        switch (problem.category()) {
          case INCORRECT -> 400;
          case NOT_FOUND -> 404;
          case METHOD_NOT_ALLOWED -> 405;
          case CONFLICT -> 409;
          case DATA_MISSING -> 412;
          case TOO_LARGE -> 413;
          case UNSUPPORTED_MEDIA_TYPE -> 415;
          case TIMED_OUT, UNAVAILABLE -> 503;
          case FAULT -> 500;
        };
    ObjectNode outcome = JsonNodeFactory.instance.objectNode();
    outcome.put("resourceType", "OperationOutcome");
    ObjectNode issue = outcome.putArray("issue").addObject();
    issue.put("severity", "error").put("code", "invalid").put("diagnostics", problem.text());
    issue.putObject("details").putArray("coding").addObject().put("code", problem.code());
    problem.places().forEach(issue.withArray("expression")::add);
    return new ProblemAnswers.Answer(status, outcome.toString().getBytes(StandardCharsets.UTF_8));
  }
}
