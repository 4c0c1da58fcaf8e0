package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.json.StrictJson;

/** The answers of the whole service with its own content are what {@code /openapi.yaml} says. */
class KeepsToItsDescriptionTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));
  private static final String CALL =
      """
      {"hook":"%s","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "context":{"userId":"Practitioner/u","patientId":"%s"%s}%s}
      """;

  @TempDir private static Path folder;
  private static RunningService open;
  private static RunningService closed;
  private static OpenApi api;

  /** Answers to every sample patient from every service, by patient and service. */
  private static final Map<String, JsonNode> ANSWERS = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    open = RunningService.withOwnContent();
    Files.writeString(folder.resolve("keys.json"), TestTokens.KEYS);
    Path config =
        Files.writeString(
            folder.resolve("site.yaml"),
            """
            tenants:
              - id: st-elsewhere
                issuer: https://ehr.example.org
                jwks-file: keys.json
                local-store: true
              - id: hasty
                issuer: https://hasty.example.org
                jwks-file: keys.json
                calls-per-second: 1
              - id: none
                issuer: https://none.example.org
                jwks-file: keys.json
                services: []
            """);
    closed = RunningService.withTenants(config, InstantSource.fixed(RunningService.NOW));
    api = OpenApi.own();
    for (String patient : patients()) {
      for (String service : services()) {
        HttpResponse<String> answer =
            call(service, CALL.formatted("patient-view", patient, "", ""));
        assertThat(answer.statusCode()).as(patient + service + answer.body()).isEqualTo(200);
        ANSWERS.put(patient + " " + service, RunningService.json(answer));
      }
    }
  }

  @AfterAll
  static void stop() {
    closed.close();
    open.close();
  }

  private static List<String> patients() throws Exception {
    try (Stream<Path> files = Files.list(HOME.resolve("fhir-resources/patients"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  private static Set<String> services() throws Exception {
    Set<String> ids = new TreeSet<>();
    for (JsonNode service : discovery().path("services")) {
      if (service.path("hook").asText().equals("patient-view")) {
        ids.add(service.path("id").asText());
      }
    }
    return ids;
  }

  private static JsonNode discovery() throws Exception {
    return RunningService.json(open.get("/cds-services"));
  }

  private static HttpResponse<String> call(String service, String body) throws Exception {
    return open.post("/cds-services/" + service, body);
  }

  // ---- what it says of itself

  @Test
  void isServedAsItIs() throws Exception {
    HttpResponse<String> answer = open.get("/openapi.yaml");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("application/yaml");
    assertThat(new OpenApi(answer.body()).document()).isEqualTo(api.document());
    assertThat(closed.get("/openapi.yaml").statusCode()).isEqualTo(200);
    assertThat(api.document().path("openapi").asText()).startsWith("3.1.");
    assertThat(api.document().at("/info/version").asText())
        .isEqualTo(
            Files.readString(HOME.resolve("pom.xml"))
                .replaceFirst("(?s).*?<version>([0-9.]+)(-SNAPSHOT)?</version>.*", "$1"));
  }

  @Test
  void refersToNothingThatIsNotThereAndHasNothingThatIsNotUsed() {
    Set<String> named = new HashSet<>();
    refs(api.document(), named);
    assertThat(named)
        .allSatisfy(
            ref -> assertThat(api.document().at(ref.substring(1)).isMissingNode()).isFalse());
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      api.document()
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(
              name -> assertThat(named).contains("#/components/" + kind + "/" + name));
    }
  }

  private static void refs(JsonNode node, Set<String> into) {
    if (node.path("$ref").isTextual()) {
      into.add(node.path("$ref").asText());
    }
    node.forEach(child -> refs(child, into));
  }

  /** Routes and mounts as the sources make them. */
  @Test
  void hasEveryPlaceOfTheService() throws Exception {
    Set<String> served = new TreeSet<>();
    try (Stream<Path> files = Files.list(HOME.resolve("server/src/main/java/org/oncohooks/app"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Matcher routes =
            Pattern.compile("Route\\s*\\.(get|post)\\(\\s*\"([^\"]+)\"")
                .matcher(Files.readString(file));
        while (routes.find()) {
          served.add(routes.group(1) + " " + routes.group(2));
        }
      }
    }
    Set<String> described = new TreeSet<>();
    api.document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                Stream.of("get", "post")
                    .filter(path.getValue()::has)
                    .forEach(method -> described.add(method + " " + path.getKey())));
    assertThat(described)
        .as("a route that is new belongs into openapi.yaml")
        .containsAll(served)
        .contains("get /fhir/metadata");
    for (String place : described) {
      if (place.startsWith("get ")) {
        String path = place.substring("get ".length()).replace("{id}", idOf(place));
        assertThat(open.get(path).statusCode()).as(place).isNotIn(404, 405);
      }
    }
  }

  /** Of something that is there. */
  private static String idOf(String place) {
    return place.contains("/ValueSet/")
        ? "breast-malignancy"
        : place.contains("/Library/") ? "ScreeningDue" : "breast-cancer-screening-service";
  }

  private static final Pattern OPERATION =
      Pattern.compile("/fhir(/[A-Z][A-Za-z]+)?(/\\{id})?/\\$.+");

  private static List<String> operations() {
    List<String> places = new ArrayList<>();
    api.document().path("paths").fieldNames().forEachRemaining(places::add);
    places.removeIf(place -> !OPERATION.matcher(place).matches());
    return places;
  }

  @Test
  void listsTheOperationsThatTheServerStates() throws Exception {
    JsonNode rest = RunningService.json(open.get("/fhir/metadata")).at("/rest/0");
    Set<String> stated = new TreeSet<>();
    rest.path("operation").forEach(each -> stated.add("/fhir/$" + each.path("name").asText()));
    for (JsonNode type : rest.path("resource")) {
      if (!type.path("type").asText().equals("Patient")) {
        for (JsonNode each : type.path("operation")) {
          String name = "/$" + each.path("name").asText();
          stated.add("/fhir/" + type.path("type").asText() + name);
          stated.add("/fhir/" + type.path("type").asText() + "/{id}" + name);
        }
      }
    }
    assertThat(operations()).hasSize(11).containsExactlyInAnyOrderElementsOf(stated);
  }

  /** A parameter that is not taken is refused with those that are. */
  @Test
  void listsTheParametersThatOperationsTake() throws Exception {
    for (String place : operations()) {
      String unknown =
          "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"nonsense\",\"valueString\":\"x\"}]}";
      Called refused = operation(open, place, unknown);
      String said = RunningService.json(refused.answer()).at("/issue/0/diagnostics").asText();
      JsonNode methods = api.document().path("paths").path(place);
      JsonNode schema =
          methods.at("/post/requestBody/content/application~1fhir+json").path("schema");
      Set<String> described = new TreeSet<>();
      api.resolve(schema)
          .at("/properties/parameter/items/properties/name/enum")
          .forEach(name -> described.add(name.asText()));
      assertThat(said).as(place).contains("those taken are " + String.join(", ", described) + ".");
      List<String> byGet = new ArrayList<>();
      for (JsonNode parameter : methods.at("/get/parameters")) {
        byGet.add(api.resolve(parameter).path("name").asText());
      }
      assertThat(byGet).as(place).isNotEmpty().doesNotHaveDuplicates().isSubsetOf(described);
    }
  }

  private static Called operation(RunningService service, String place, String body)
      throws Exception {
    String path = place.replace("{id}", idOf(place));
    return post(service, path, place, body, "Content-Type", "application/fhir+json");
  }

  private static String inputs(String... namesAndValues) {
    ObjectNode parameters = new ObjectMapper().createObjectNode().put("resourceType", "Parameters");
    parameters.putArray("parameter");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters
          .withArray("parameter")
          .addObject()
          .put("name", namesAndValues[i])
          .put("valueString", namesAndValues[i + 1]);
    }
    return parameters.toString();
  }

  /** What each operation takes to answer, beside the resource's id or URL. */
  private static final Map<String, String[]> ENOUGH =
      Map.of(
          "$expand", new String[] {"count", "5"},
          "$validate-code", new String[] {"system", "http://snomed.info/sct", "code", "254837009"},
          "$data-requirements", new String[] {"expression", "Data Incomplete"},
          "$evaluate", new String[] {"subject", "screening-overdue"},
          "$apply", new String[] {"subject", "Patient/screening-overdue"},
          "$cql", new String[] {"expression", "1 + 1"});

  /** The end of parameters with a condition that may mean something else than it says. */
  private static final String UNREADABLE =
      """
      ,{"name":"subject","valueString":"p"},
       {"name":"data","resource":{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1970-01-01"}},
        {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},
         "modifierExtension":[{"url":"https://e.org/m","valueBoolean":true}]}}]}}]}
      """;

  /** The end of parameters with data of a patient, and no Patient. */
  private static final String WITHOUT_PATIENT =
      """
      {"name":"subject","valueString":"p"},{"name":"useServerData","valueBoolean":false},
       {"name":"data","resource":{"resourceType":"Bundle","type":"collection","entry":[
        {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"}}}]}}]}
      """;

  private static List<Called> operationCalls() throws Exception {
    List<Called> all = new ArrayList<>();
    for (String place : operations()) {
      String name = place.substring(place.lastIndexOf('/') + 1);
      List<String> given = new ArrayList<>(List.of(ENOUGH.get(name)));
      List<String> unknown = new ArrayList<>(given);
      String path = place.replace("{id}", idOf(place));
      String lost = place.replace("{id}", "nothing");
      if (name.equals("$cql")) {
        unknown.addAll(List.of("subject", "Patient/nobody"));
      } else if (!place.contains("{id}")) {
        String type = place.split("/")[2];
        String url = type.equals("PlanDefinition") ? "planDefinition" : "url";
        given.addAll(List.of(url, "https://oncohooks.org/" + type + "/" + idOf(place)));
        unknown.addAll(List.of(url, "https://oncohooks.org/" + type + "/nothing"));
      }
      String wrong = inputs("nonsense", "x");
      for (List<String> values : List.of(given, unknown)) {
        String at = values == unknown ? lost : path;
        String body = inputs(values.toArray(String[]::new));
        all.add(post(open, at, place, body, "Content-Type", "application/fhir+json"));
        all.add(get(open, at + query(values), place));
      }
      if (api.document().path("paths").path(place).at("/post/responses").has("422")) {
        List<String> with = new ArrayList<>(given);
        with.removeAll(List.of("subject", "screening-overdue", "Patient/screening-overdue"));
        String body = inputs(with.toArray(String[]::new)).replace("]}", UNREADABLE);
        body = body.replace("[,", "[");
        all.add(post(open, path, place, body, "Content-Type", "application/fhir+json"));
      }
      if (name.equals("$apply")) {
        List<String> with = new ArrayList<>(given);
        with.removeAll(List.of("subject", "Patient/screening-overdue"));
        String body = inputs(with.toArray(String[]::new));
        body = body.replace("]}", (with.isEmpty() ? "" : ",") + WITHOUT_PATIENT);
        all.add(post(open, path, place, body, "Content-Type", "application/fhir+json"));
      }
      all.add(get(open, path + "?nonsense=x", place));
      all.add(operation(open, place, wrong));
      all.add(get(closed, path, place));
      all.add(operation(closed, place, wrong));
      all.add(operation(open, place, "x".repeat(5 << 20)));
      all.add(post(open, path, place, wrong, "Content-Type", "text/plain"));
    }
    return all;
  }

  private static String query(List<String> namesAndValues) {
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      query
          .append(i == 0 ? '?' : '&')
          .append(namesAndValues.get(i))
          .append('=')
          .append(URLEncoder.encode(namesAndValues.get(i + 1), StandardCharsets.UTF_8));
    }
    return query.toString();
  }

  private record Called(String method, String path, int status, HttpResponse<String> answer) {}

  private static Called get(RunningService service, String path, String place, String... headers)
      throws Exception {
    var request = service.request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> answer = service.send(request);
    return new Called("get", place, answer.statusCode(), answer);
  }

  private static Called post(
      RunningService service, String path, String place, String body, String... headers)
      throws Exception {
    var request = service.request(path).POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    } else {
      request.header("Content-Type", "application/json");
    }
    HttpResponse<String> answer = service.send(request);
    return new Called("post", place, answer.statusCode(), answer);
  }

  private static String bearer(String issuer, String path) {
    return "Bearer "
        + TestTokens.good(
                RunningService.NOW,
                "https://" + issuer + ".example.org",
                RunningService.BASE_URL + path)
            .signed();
  }

  private static final String PLACE = "/cds-services/{id}";
  private static final String FEEDBACK = "/cds-services/{id}/feedback";

  private static List<Called> calls() throws Exception {
    String service = "/cds-services/breast-cancer-screening";
    String feedback = service + "/feedback";
    String good = CALL.formatted("patient-view", "screening-overdue", "", "");
    String entry =
        "{\"feedback\":[{\"card\":\"c\",\"outcome\":\"overridden\","
            + "\"outcomeTimestamp\":\"2026-06-01T17:00:00Z\"}]}";
    String changed =
        CALL.formatted(
            "order-sign",
            "screening-overdue",
            ",\"draftOrders\":{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{"
                + "\"resourceType\":\"ServiceRequest\",\"id\":\"a\",\"implicitRules\":\"https://e.org/r\","
                + "\"subject\":{\"reference\":\"Patient/screening-overdue\"}}}]}",
            "");
    String large = "x".repeat(5 << 20);
    List<Called> all = new ArrayList<>();
    all.add(get(open, "/cds-services", "/cds-services"));
    all.add(get(closed, "/cds-services", "/cds-services"));
    for (int i = 0; i < 4; i++) {
      String token = bearer("hasty", "/cds-services");
      all.add(get(closed, "/cds-services", "/cds-services", "Authorization", token));
    }
    for (Map.Entry<String, String> place : Map.of(service, PLACE, feedback, FEEDBACK).entrySet()) {
      String path = place.getKey();
      String body = place.getValue().equals(FEEDBACK) ? entry : good;
      all.add(post(open, path, place.getValue(), body));
      all.add(post(open, path, place.getValue(), "{}"));
      all.add(post(open, path, place.getValue(), large));
      all.add(post(open, path, place.getValue(), body, "Content-Type", "text/plain"));
      String unknown = path.replace("breast-cancer-screening", "nothing");
      all.add(post(open, unknown, place.getValue(), body));
      all.add(post(closed, path, place.getValue(), body));
      // one a second is let in: on a slow machine the first ones may all be
      for (int i = 0; i < 4; i++) {
        all.add(
            post(
                closed,
                path,
                place.getValue(),
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                bearer("hasty", path)));
      }
    }
    all.add(post(open, service, PLACE, CALL.formatted("patient-view", "nobody", "", "")));
    all.add(post(open, service, PLACE, changed));
    String fails = "/cds-services/all-fail";
    all.add(
        post(
            closed,
            fails,
            PLACE,
            CALL.formatted("patient-view", "anna", "", ""),
            "Content-Type",
            "application/json",
            "Authorization",
            bearer("ehr", fails)));
    all.add(get(open, "/fhir/metadata", "/fhir/metadata"));
    String audit = "/fhir/AuditEvent";
    all.add(get(open, audit + "?_count=5&date=ge2026-01-01", audit));
    all.add(get(open, audit + "?outcome=0&action=E", audit));
    all.add(get(open, audit + "?patient=Patient/p&agent=x&entity=Condition/c&type=rest", audit));
    all.add(get(open, audit + "?policy=p", audit));
    all.add(get(closed, audit, audit));
    all.addAll(operationCalls());
    all.add(get(open, "/health/live", "/health/live"));
    all.add(get(open, "/health/ready", "/health/ready"));
    all.add(get(open, "/health/details", "/health/details"));
    return all;
  }

  /** What it takes more than a call to get, and where that is done. */
  private static final Set<String> ELSEWHERE = Set.of("403", "408", "503");

  @Test
  @DisplayName("R-01, R-02, R-53: every status that is described comes, with the body described")
  void answersWhatIsDescribedAndNothingElse() throws Exception {
    Map<String, Set<String>> seen = new HashMap<>();
    for (Called called : calls()) {
      String operation = called.method() + " " + called.path();
      String status = Integer.toString(called.status());
      JsonNode responses =
          api.document().path("paths").path(called.path()).path(called.method()).path("responses");
      assertThat(responses.has(status)).as(operation + " " + status).isTrue();
      seen.computeIfAbsent(operation, key -> new HashSet<>()).add(status);
      requireDescribed(operation + " " + status, responses.get(status), called.answer());
    }
    api.document()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          String operation = method.getKey() + " " + path.getKey();
                          if (seen.containsKey(operation)) {
                            Set<String> described = new TreeSet<>();
                            method
                                .getValue()
                                .path("responses")
                                .fieldNames()
                                .forEachRemaining(described::add);
                            described.removeAll(ELSEWHERE);
                            if (operation.startsWith("get ") && operation.endsWith("$apply")) {
                              // of a FHIR server that is the store, and has no such type
                              described.remove("412");
                            }
                            assertThat(seen.get(operation)).as(operation).containsAll(described);
                          }
                        }));
  }

  private static void requireDescribed(
      String what, JsonNode response, HttpResponse<String> answer) {
    JsonNode resolved = api.resolve(response);
    Map.Entry<String, JsonNode> content = resolved.path("content").properties().iterator().next();
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .as(what)
        .startsWith(content.getKey());
    assertThat(answer.headers().firstValue("cache-control").orElse("")).as(what).contains("no-");
    resolved
        .path("headers")
        .fieldNames()
        .forEachRemaining(
            name -> assertThat(answer.headers().firstValue(name)).as(what + name).isPresent());
    JsonNode body = RunningService.json(answer);
    JsonNode schema = content.getValue().path("schema");
    if (schema.has("$ref")) {
      assertThat(api.at(schema.get("$ref").asText().substring(1)).validate(body))
          .as(what + " " + answer.body())
          .isEmpty();
    }
    if (!what.contains("metadata") && !what.contains("feedback 200")) {
      requireNothingEmpty(body, what);
    }
  }

  private static void requireNothingEmpty(JsonNode node, String what) {
    node.properties()
        .forEach(
            member -> {
              JsonNode value = member.getValue();
              boolean list = Set.of("cards", "services").contains(member.getKey());
              boolean empty =
                  value.isNull()
                      || value.isTextual() && value.textValue().isEmpty()
                      || value.isContainerNode() && value.isEmpty();
              assertThat(empty && !list).as(what + " " + member.getKey()).isFalse();
            });
    node.forEach(child -> requireNothingEmpty(child, what));
  }

  // ---- discovery

  @Test
  @DisplayName("R-05, R-07, R-08, R-40, R-41, R-43: discovery is as described")
  void describesItsServices() throws Exception {
    JsonNode discovery = discovery();
    assertThat(api.errors("Discovery", discovery)).isEmpty();
    requireNothingEmpty(discovery, "discovery");
    assertThat(discovery.path("services")).hasSizeGreaterThan(4);
    for (JsonNode service : discovery.path("services")) {
      assertThat(service.at("/prefetch/patient").asText())
          .isEqualTo("Patient/{{context.patientId}}");
    }
  }

  @Test
  @DisplayName("R-06: no services are an empty list")
  void describesNoServicesByAnEmptyList() throws Exception {
    HttpResponse<String> answer =
        closed.send(
            closed
                .request("/cds-services")
                .header("Authorization", bearer("none", "/cds-services")));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"services\":[]}");
  }

  // ---- cards

  @Test
  @DisplayName("R-51, R-56..R-66, R-68, R-74..R-77, R-101, R-103: cards are as described")
  void answersCardsAsDescribed() {
    Set<String> uuids = new HashSet<>();
    ANSWERS.forEach(
        (what, answer) -> {
          assertThat(api.errors("HookResponse", answer)).as(what + answer).isEmpty();
          requireNothingEmpty(answer, what);
          for (JsonNode card : answer.path("cards")) {
            String summary = card.path("summary").asText();
            assertThat(summary.codePointCount(0, summary.length())).isLessThan(140);
            assertThat(card.path("detail").asText())
                .doesNotContainPattern("<(?!https://)[a-zA-Z/!]");
            assertThat(uuids.add(card.path("uuid").asText())).isTrue();
            card.path("suggestions")
                .forEach(s -> assertThat(uuids.add(s.path("uuid").asText())).isTrue());
          }
        });
    assertThat(uuids).hasSizeGreaterThan(20);
  }

  @Test
  @DisplayName("R-12, R-67, R-72, R-78: nothing that a client has to agree to first")
  void usesNothingThatAClientMayNotKnow() {
    ANSWERS.forEach(
        (what, answer) ->
            assertThat(answer.toString())
                .as(what)
                .doesNotContain("actionSelectionBehavior", "systemActions", "autolaunchable"));
  }

  @Test
  @DisplayName("R-73: what a card would create is a draft for this patient, and FHIR R4")
  void proposesDraftsForThisPatient() {
    IParser parser = FhirContext.forR4Cached().newJsonParser();
    parser.setParserErrorHandler(new StrictErrorHandler());
    int created = 0;
    for (Map.Entry<String, JsonNode> answer : ANSWERS.entrySet()) {
      List<JsonNode> actions = new ArrayList<>();
      answer.getValue().findValues("actions").forEach(list -> list.forEach(actions::add));
      for (JsonNode action : actions) {
        if (action.path("type").asText().equals("create")) {
          ServiceRequest order =
              parser.parseResource(ServiceRequest.class, action.path("resource").toString());
          assertThat(order.getStatus()).isEqualTo(ServiceRequest.ServiceRequestStatus.DRAFT);
          assertThat(order.getIntent()).isEqualTo(ServiceRequest.ServiceRequestIntent.PROPOSAL);
          assertThat(order.getSubject().getReference())
              .isEqualTo("Patient/" + answer.getKey().split(" ")[0]);
          assertThat(order.hasId()).isFalse();
          assertThat(order.getCode().isEmpty()).isFalse();
          created++;
        }
      }
    }
    assertThat(created).isGreaterThan(3);
  }

  // ---- calls

  @Test
  @DisplayName("R-19: the same call again gets the same cards")
  void answersTheSameCallAlike() throws Exception {
    String call = CALL.formatted("patient-view", "cord-compression", "", "");
    assertThat(withoutUuids(RunningService.json(call("metastatic-pain", call))))
        .isEqualTo(withoutUuids(RunningService.json(call("metastatic-pain", call))));
  }

  private static JsonNode withoutUuids(JsonNode answer) {
    answer.findParents("uuid").forEach(parent -> ((ObjectNode) parent).remove("uuid"));
    return answer;
  }

  @Test
  @DisplayName("R-44: a missing key, null, an empty Bundle and one without entry are two things")
  void tellsMissingDataFromNone() throws Exception {
    String patient =
        "\"patient\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"gender\":\"female\","
            + "\"birthDate\":\"1970-01-01\"}";
    Map<String, String> templates = new LinkedHashMap<>();
    for (JsonNode service : discovery().path("services")) {
      if (service.path("id").asText().equals("hereditary-cancer-referral")) {
        service.path("prefetch").fieldNames().forEachRemaining(key -> templates.put(key, ""));
      }
    }
    templates.remove("patient");
    Map<String, Integer> status = new LinkedHashMap<>();
    for (String value :
        List.of(
            "",
            "null",
            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[]}",
            "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}")) {
      StringBuilder prefetch = new StringBuilder(",\"prefetch\":{").append(patient);
      if (!value.isEmpty()) {
        templates.keySet().forEach(key -> prefetch.append(",\"" + key + "\":" + value));
      }
      String call = CALL.formatted("patient-view", "p", "", prefetch.append('}'));
      status.put(value, call("hereditary-cancer-referral", call).statusCode());
    }
    assertThat(status.values()).containsExactly(412, 412, 200, 200);
  }

  /** Offered from 50: not on the evening before, in the zone of the call, and then so. */
  @Test
  @DisplayName("F10: born on 29 February, 50 from 1 March of a year without one")
  void countsYearsFromALeapDay() throws Exception {
    StringBuilder prefetch =
        new StringBuilder(",\"prefetch\":{\"patient\":{\"resourceType\":\"Patient\",\"id\":\"p\",")
            .append("\"gender\":\"female\",\"birthDate\":\"1976-02-29\"}");
    for (JsonNode service : discovery().path("services")) {
      if (service.path("id").asText().equals("breast-cancer-screening")
          && service.path("hook").asText().equals("patient-view")) {
        service
            .path("prefetch")
            .fieldNames()
            .forEachRemaining(
                key -> {
                  if (!key.equals("patient")) {
                    prefetch.append(
                        ",\"" + key + "\":{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}");
                  }
                });
      }
    }
    prefetch.append("},\"extension\":{\"org.oncohooks.evaluationTime\":\"%s\"}");
    Map<String, Boolean> offered = new LinkedHashMap<>();
    for (String time :
        List.of(
            "2026-02-28T23:59:59-05:00",
            "2026-03-01T00:00:00-05:00",
            "2026-02-28T23:59:59+14:00",
            "2026-03-01T00:00:00+14:00",
            "2028-02-28T23:59:59Z")) {
      String call = CALL.formatted("patient-view", "p", "", prefetch.toString().formatted(time));
      JsonNode answer = RunningService.json(call("breast-cancer-screening", call));
      assertThat(answer.at("/extension/org.oncohooks/evaluatedAt").asText())
          .startsWith(time.substring(0, 16));
      offered.put(time, answer.at("/cards/0/source/topic/code").asText().equals("scr-due"));
    }
    assertThat(offered.values()).containsExactly(false, true, false, true, true);
  }

  @Test
  @DisplayName("R-14, R-15, R-17: hook, hookInstance and context have to be there")
  void namesRequiredMembers() throws Exception {
    String good = CALL.formatted("patient-view", "anna", "", "");
    for (String member : List.of("hook", "hookInstance", "context")) {
      HttpResponse<String> answer =
          call("metastatic-pain", good.replace("\"" + member + "\"", "\"other\""));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(RunningService.json(answer).at("/issue/0/expression/0").asText())
          .isEqualTo(member);
    }
    HttpResponse<String> blank =
        call("metastatic-pain", good.replace("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", " "));
    assertThat(blank.statusCode()).isEqualTo(400);
  }

  @Test
  @DisplayName("R-15: a hookInstance that is no UUID is taken")
  void takesAnyHookInstance() throws Exception {
    String call =
        CALL.formatted("patient-view", "cord-compression", "", "")
            .replace("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "call 17");
    assertThat(call("metastatic-pain", call).statusCode()).isEqualTo(200);
  }

  @Test
  void thatWhatIsSentInTestsIsDescribedToo() {
    String call = CALL.formatted("patient-view", "p", "", "");
    JsonNode json = StrictJson.object(call.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(api.errors("HookRequest", json)).isEmpty();
    ((ObjectNode) json).remove("context");
    assertThat(api.errors("HookRequest", json)).isNotEmpty();
  }
}
