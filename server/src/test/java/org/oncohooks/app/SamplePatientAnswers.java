package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.json.StrictJson;

/** The sample patients on an EHR's FHIR server: reads, and searches by patient in small pages. */
final class SamplePatientAnswers implements FaultyFhirServer.Answer {

  private static final int PAGE = 8;
  private static final String JSON = "application/fhir+json";

  private final Map<String, JsonNode> patients = new ConcurrentHashMap<>();
  private final Map<String, List<JsonNode>> charts = new ConcurrentHashMap<>();

  static SamplePatientAnswers of(Path home) throws IOException {
    SamplePatientAnswers answers = new SamplePatientAnswers();
    try (Stream<Path> files = Files.list(home.resolve("fhir-resources/patients"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        answers.add(StrictJson.object(Files.readAllBytes(file)));
      }
    }
    return answers;
  }

  /** Adds the patients of a Bundle, with all else that stands in it. */
  void add(ObjectNode bundle) {
    List<JsonNode> chart = new ArrayList<>();
    bundle.path("entry").forEach(entry -> chart.add(entry.path("resource")));
    for (JsonNode resource : chart) {
      if (type(resource).equals("Patient")) {
        patients.put(resource.path("id").asText(), resource);
        charts.put(resource.path("id").asText(), chart);
      }
    }
  }

  private static String type(JsonNode resource) {
    return resource.path("resourceType").asText();
  }

  @Override
  public void to(FaultyFhirServer.Request request, Socket connection) throws IOException {
    URI target = URI.create(request.target());
    String[] path = target.getPath().substring("/fhir/r4/".length()).split("/");
    if (path.length == 2) {
      FaultyFhirServer.send(connection, 200, JSON, patients.get(path[1]).toString());
      return;
    }
    Map<String, String> query =
        Arrays.stream(target.getQuery().split("&"))
            .map(parameter -> parameter.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    List<JsonNode> found =
        charts.get(query.get("patient")).stream().filter(r -> type(r).equals(path[0])).toList();
    int from = Integer.parseInt(query.getOrDefault("_from", "0"));
    int to = Math.min(from + PAGE, found.size());
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    page.put("resourceType", "Bundle").put("type", "searchset").put("total", found.size());
    if (to < found.size()) {
      String next = path[0] + "?patient=" + query.get("patient") + "&_from=" + to;
      page.putArray("link")
          .addObject()
          .put("relation", "next")
          .put("url", request.base() + "/" + next);
    }
    ArrayNode entries = page.putArray("entry");
    found.subList(from, to).forEach(resource -> entries.addObject().set("resource", resource));
    FaultyFhirServer.send(connection, 200, JSON, page.toString());
  }
}
