package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.oncohooks.ehr.FaultyFhirServer.json;
import static org.oncohooks.ehr.FaultyFhirServer.send;
import static org.oncohooks.ehr.FaultyFhirServer.status;
import static org.oncohooks.ehr.FaultyFhirServer.write;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.ehr.EhrClient;
import org.oncohooks.ehr.FaultyFhirServer;
import org.oncohooks.ehr.FaultyFhirServer.Answer;
import org.oncohooks.ehr.FetchLimits;
import org.oncohooks.json.StrictJson;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.patient.DataGap.Reason;
import org.oncohooks.security.Network;
import org.oncohooks.security.OutboundPolicy;

/**
 * Whatever an EHR's FHIR server does wrong is told with its reason, in time, and is not the answer
 * that an empty searchset gives (F1 to F5).
 */
@DisplayName("F1-F5, R-21, R-22, R-46, R-47: fetching what a call does not bring")
class NeverReadsAFaultAsNoDataTest {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z"));

  @TempDir private Path folder;

  private static final String TOKEN = "TOKEN-CANARY-51e0";
  private static final String PATIENT =
      "{'resourceType':'Patient','id':'p1','birthDate':'1970-01-01'}";
  private static final String NONE = "{'resourceType':'Bundle','type':'searchset','entry':[]}";
  private static final String FHIR = "application/fhir+json";

  /** The deadline of a call, and what it may take at most on a machine that is busy. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private static final Duration AT_MOST = DEADLINE.multipliedBy(3);

  private static String observation(String id, String patient) {
    return "{'resourceType':'Observation','id':'"
        + id
        + "','status':'final','subject':{'reference':'Patient/"
        + patient
        + "'}}";
  }

  private static String page(String entries, String more) {
    return "{'resourceType':'Bundle','type':'searchset','entry':[" + entries + "]" + more + "}";
  }

  private static String entry(String resource) {
    return "{'resource':" + resource + "}";
  }

  private static String next(String url) {
    return ",'link':[{'relation':'next','url':'" + url + "'}]";
  }

  record Fault(String name, Reason reason, Answer answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(
            "never answers", Reason.FETCH_TIMED_OUT, (request, connection) -> Thread.sleep(20_000)),
        new Fault("sends a byte a second", Reason.FETCH_TIMED_OUT, (r, c) -> dribble(c)),
        new Fault("sends headers, then nothing", Reason.FETCH_TIMED_OUT, (r, c) -> headersOnly(c)),
        new Fault("closes at once", Reason.BROKEN_OFF, (request, connection) -> {}),
        new Fault("speaks no HTTP", Reason.BROKEN_OFF, (r, c) -> write(c, "SSH-2.0\r\n\r\n")),
        new Fault(
            "says twice that it begins",
            Reason.BROKEN_OFF,
            (r, c) -> write(c, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(2) + empty("0"))),
        new Fault("has less than no body", Reason.BROKEN_OFF, (r, c) -> write(c, empty("-5"))),
        new Fault(
            "has a status below zero",
            Reason.BROKEN_OFF,
            (r, c) -> write(c, empty("0").replace("200", "-12"))),
        new Fault("breaks off a chunked body", Reason.BROKEN_OFF, (r, c) -> chunked(c)),
        new Fault("breaks off a counted body", Reason.BROKEN_OFF, (r, c) -> shorter(c)),
        new Fault("resets the connection", Reason.BROKEN_OFF, (r, c) -> reset(c)),
        new Fault("never ends the body", Reason.FETCH_TOO_LARGE, (r, c) -> endless(c)),
        new Fault("announces 10 GB", Reason.FETCH_TOO_LARGE, (r, c) -> announce(c)),
        new Fault("sends a million entries", Reason.FETCH_TOO_LARGE, json(page(many(), ""))),
        new Fault("sends 5,001 resources", Reason.FETCH_TOO_LARGE, json(page(resources(), ""))),
        new Fault(
            "never ends its pages",
            Reason.FETCH_TOO_LARGE,
            (r, c) ->
                json(page("", next(r.base() + "/Observation?page=" + System.nanoTime()))).to(r, c)),
        new Fault(
            "has its next page elsewhere",
            Reason.NEXT_PAGE_ELSEWHERE,
            json(page("", next("http://127.0.0.2/fhir/r4/Observation?page=2")))),
        new Fault(
            "has its next page outside of its base",
            Reason.NEXT_PAGE_ELSEWHERE,
            (r, c) -> json(page("", next(r.base() + "/../admin"))).to(r, c)),
        new Fault(
            "has a next page without address",
            Reason.NEXT_PAGE_ELSEWHERE,
            json(page("", ",'link':[{'relation':'next'}]"))),
        new Fault("sends HTML", Reason.NOT_FHIR, status(200, "text/html", "<html>Log in</html>")),
        new Fault("sends FHIR as HTML", Reason.NOT_FHIR, status(200, "text/html", quoted(NONE))),
        new Fault("sends XML", Reason.NOT_FHIR, status(200, "application/fhir+xml", "<Bundle/>")),
        new Fault("sends nothing", Reason.NOT_FHIR, status(200, FHIR, "")),
        new Fault("sends an empty object", Reason.NOT_FHIR, json("{}")),
        new Fault("sends null", Reason.NOT_FHIR, json("null")),
        new Fault("sends half an object", Reason.NOT_FHIR, json("{'resourceType':'Bundle'")),
        new Fault("sends no searchset", Reason.NOT_FHIR, json("{'resourceType':'Bundle'}")),
        new Fault(
            "sends entries that are none",
            Reason.NOT_FHIR,
            json("{'resourceType':'Bundle','type':'searchset','entry':{}}")),
        new Fault("sends no content", Reason.STATUS_UNEXPECTED, status(204, FHIR, "")),
        new Fault("refuses the question", Reason.STATUS_UNEXPECTED, status(400, FHIR, "{}")),
        new Fault("says 401", Reason.UNAUTHORIZED, status(401, FHIR, "{}")),
        new Fault("says 403", Reason.FORBIDDEN, status(403, FHIR, "{}")),
        new Fault("says 404", Reason.NOT_FOUND, status(404, FHIR, "{}")),
        new Fault("says 429", Reason.TOO_MANY_REQUESTS, status(429, FHIR, "{}")),
        new Fault("says 500", Reason.SERVER_ERROR, status(500, FHIR, "{}")),
        new Fault("says 503", Reason.SERVER_ERROR, status(503, FHIR, "{}")),
        new Fault(
            "points elsewhere",
            Reason.REDIRECTED,
            (r, c) ->
                write(
                    c,
                    "HTTP/1.1 302 Found\r\nLocation: "
                        + r.base()
                        + "/elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
        new Fault(
            "reports an error",
            Reason.SENT_AS_ERROR,
            json("{'resourceType':'OperationOutcome','issue':[{'severity':'error'}]}")),
        new Fault(
            "reports an error beside data",
            Reason.SENT_WITH_ERROR,
            json(
                page(
                    entry("{'resourceType':'OperationOutcome','issue':[{'severity':'error'}]}"),
                    ""))),
        new Fault(
            "sends less than its total", Reason.FEWER_THAN_TOTAL, json(page("", ",'total':3"))),
        new Fault(
            "sends another patient's data",
            Reason.FETCHED_OF_OTHER_PATIENT,
            json(page(entry(observation("o1", "other")), ""))),
        new Fault(
            "sends nobody's data",
            Reason.FETCHED_OF_OTHER_PATIENT,
            json(page(entry("{'resourceType':'Observation','id':'o1'}"), ""))),
        new Fault("sends another type", Reason.FETCHED_INVALID, json(page(entry(PATIENT), ""))),
        new Fault(
            "sends a date that is none",
            Reason.FETCHED_INVALID,
            json(
                page(
                    entry(observation("o1", "p1").replace("'final'", "'final','issued':'PHI'")),
                    ""))),
        new Fault(
            "changes its mind between two pages",
            Reason.FETCHED_INVALID,
            (r, c) ->
                json(r.target().contains("page=2")
                        ? page(entry(observation("o1", "p1").replace("final", "amended")), "")
                        : page(
                            entry(observation("o1", "p1")), next(r.base() + "/Observation?page=2")))
                    .to(r, c)));
  }

  private static String empty(String length) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static void dribble(Socket connection) throws IOException, InterruptedException {
    write(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n");
    for (char letter : quoted(NONE).toCharArray()) {
      write(connection, String.valueOf(letter));
      Thread.sleep(1_000);
    }
  }

  private static void headersOnly(Socket connection) throws IOException, InterruptedException {
    write(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 60\r\n\r\n");
    Thread.sleep(20_000);
  }

  private static void chunked(Socket connection) throws IOException {
    write(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(NONE.length())
            + "\r\n"
            + quoted(NONE)
            + "\r\n");
  }

  private static void shorter(Socket connection) throws IOException {
    write(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 5000\r\n\r\n"
            + quoted(NONE));
  }

  private static void reset(Socket connection) throws IOException {
    write(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 5000\r\n\r\n{");
    connection.setSoLinger(true, 0);
  }

  private static void endless(Socket connection) throws IOException {
    write(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n\r\n{\"a\":\"");
    String part = "x".repeat(1 << 16);
    while (true) {
      write(connection, part);
    }
  }

  private static void announce(Socket connection) throws IOException, InterruptedException {
    write(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\n"
            + "Content-Length: 10000000000\r\n\r\n{");
    Thread.sleep(20_000);
  }

  private static String many() {
    return "{},".repeat(999_999) + "{}";
  }

  private static String resources() {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < 5_001; i++) {
      entries.add(entry(observation("o" + i, "p1")));
    }
    return String.join(",", entries);
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  /** Patient and conditions as they should be; {@code answer} for the observations. */
  private static Answer healthyBut(Answer answer) {
    return (request, connection) -> {
      if (request.target().contains("/Observation") || request.target().contains("/elsewhere")) {
        answer.to(request, connection);
      } else {
        json(request.target().contains("/Patient/") ? PATIENT : NONE).to(request, connection);
      }
    };
  }

  private static EhrClient client(FaultyFhirServer server, FetchLimits limits) {
    return new EhrClient(
        new OutboundPolicy(
            List.of(OutboundPolicy.base(server.base(), true)),
            List.of(Network.of("127.0.0.1")),
            InetAddress::getAllByName),
        limits);
  }

  private static CdsHooks hooks(EhrClient client) {
    return new CdsHooks(
        TestContent::knowledge,
        OnePatientStore.empty(),
        client,
        new GuardedEngine(GuardedEngine.Limits.standard()),
        Mode.PRODUCTION,
        CLOCK,
        ZoneOffset.UTC,
        Site.standard(),
        Ledger.inMemory(CLOCK));
  }

  private static byte[] call(String fhirServer, String authorization, String prefetch) {
    return quoted(
            "{'hook':'patient-view','hookInstance':'i','fhirServer':'"
                + fhirServer
                + "',"
                + authorization
                + "'context':{'userId':'Practitioner/u','patientId':'p1'},'prefetch':{"
                + prefetch
                + "}}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String authorization(String members) {
    return "'fhirAuthorization':{'access_token':'"
        + TOKEN
        + "','token_type':'Bearer'"
        + members
        + "},";
  }

  private static JsonNode answer(EhrClient client, byte[] call) {
    return StrictJson.object(
        hooks(client).answer("two-alerts", call, Deadline.after(DEADLINE)).json());
  }

  private static Problem problem(EhrClient client, byte[] call) {
    return catchThrowableOfType(ProblemException.class, () -> answer(client, call)).problem();
  }

  private static List<String> topics(JsonNode response) {
    List<String> topics = new ArrayList<>();
    response.path("cards").forEach(c -> topics.add(c.at("/source/topic/code").asText()));
    return topics;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void whenTheServer(Fault fault) throws Exception {
    JsonNode empty;
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      empty = answer(client, call(server.base(), "", ""));
    }
    assertThat(topics(empty)).doesNotContain("not-evaluated");

    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(fault.answer()));
        EhrClient client = client(server, FetchLimits.standard())) {
      long begun = System.nanoTime();
      JsonNode response = answer(client, call(server.base(), authorization(""), ""));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(AT_MOST);
      assertThat(topics(response)).contains("not-evaluated");
      assertThat(response.path("cards").findValuesAsText("detail").toString())
          .contains("observations " + fault.reason().words());
      assertThat(response.toString()).doesNotContain(TOKEN, "PHI");
      assertThat(server.requests()).allSatisfy(r -> assertThat(r.target()).doesNotContain("else"));
    }
  }

  @Test
  void whenNobodyListens() throws Exception {
    FaultyFhirServer gone = FaultyFhirServer.answering(json(NONE));
    gone.close();
    try (EhrClient client = client(gone, FetchLimits.standard())) {
      Problem problem = problem(client, call(gone.base(), "", ""));
      assertThat(problem.category()).isEqualTo(ProblemCategory.DATA_MISSING);
      assertThat(problem.places())
          .containsExactly("prefetch.conditions", "prefetch.observations", "prefetch.patient");
      assertThat(problem.text()).contains("conditions " + Reason.UNREACHABLE.words());
    }
  }

  @Test
  void whenTheServerIsSlowTheCardsThatNeedNothingOfItStillCome() throws Exception {
    try (FaultyFhirServer server =
            FaultyFhirServer.answering((request, connection) -> Thread.sleep(20_000));
        EhrClient client = client(server, FetchLimits.standard())) {
      String sent =
          "'patient':"
              + PATIENT
              + ",'conditions':"
              + page(
                  entry(
                      "{'resourceType':'Condition','id':'c1','subject':{'reference':'Patient/p1'},"
                          + "'code':{'coding':[{'system':'http://snomed.info/sct',"
                          + "'code':'254837009'}]}}"),
                  "");
      JsonNode response = answer(client, call(server.base(), "", sent));
      assertThat(topics(response)).containsExactly("alert", "not-evaluated");
    }
  }

  @Test
  @DisplayName("R-23: the token is shown with every question, to that server alone")
  void asksOnlyForWhatIsMissingAndShowsTheTokenToThatServerAlone() throws Exception {
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      String sent = "'patient':" + PATIENT + ",'conditions':null";
      answer(client, call(server.base() + "/", authorization(",'expires_in':300"), sent));
      assertThat(server.requests())
          .extracting(FaultyFhirServer.Request::target)
          .containsExactlyInAnyOrder(
              "/fhir/r4/Condition?patient=p1&code=http%3A%2F%2Fsnomed.info%2Fsct%7C254837009"
                      .replace("%3A", ":")
                      .replace("%2F", "/")
                  + "&_count=500",
              "/fhir/r4/Observation?patient=p1&_count=500");
      assertThat(server.requests())
          .extracting(FaultyFhirServer.Request::authorization)
          .containsOnly("Bearer " + TOKEN);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        ",'expires_in':0|TOKEN_EXPIRED",
        ",'expires_in':-5|TOKEN_EXPIRED",
        ",'expires_in':'0'|TOKEN_EXPIRED",
        ",'patient':'other'|TOKEN_OF_OTHER_PATIENT",
        ",'scope':'patient/Patient.read patient/Condition.read'|NOT_IN_SCOPE",
        ",'scope':'patient/Patient.rs patient/Condition.s patient/Observation.r'|NOT_IN_SCOPE",
        ",'scope':'patient/Patient.* patient/Condition.* patient/Observation.write'|NOT_IN_SCOPE",
        ",'scope':'patient/*.rs?_tag=a'|NOT_IN_SCOPE"
      })
  @DisplayName("R-21, R-24: nothing is asked with a token that does not open it")
  void doesNotAskWithATokenThatDoesNotOpenTheData(String members, Reason reason) throws Exception {
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      String sent = "'patient':" + PATIENT + ",'conditions':" + NONE;
      JsonNode response = answer(client, call(server.base(), authorization(members), sent));
      assertThat(response.at("/cards/0/detail").asText())
          .contains("observations " + reason.words());
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",'scope':'patient/*.read launch'",
        ",'scope':'user/*.*'",
        ",'scope':''",
        ",'scope':' '",
        ",'scope':null",
        ",'scope':['patient/*.rs']",
        ",'expires_in':'300'",
        ",'expires_in':'soon'",
        ",'expires_in':1e300",
        ",'expires_in':300.5",
        ",'expires_in':true",
        ",'scope':'system/Patient.r system/Condition.rs system/Observation.cruds'",
        ",'scope':'Appointment.Read (R4) Patient.Read (R4)'",
        ",'scope':'patient/*.rs','patient':'p1','expires_in':300,'subject':'us'"
      })
  @DisplayName("R-24: scopes of both versions, and words that are none")
  void asksWithATokenThatMayOpenTheData(String members) throws Exception {
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      JsonNode response = answer(client, call(server.base(), authorization(members), ""));
      assertThat(topics(response)).doesNotContain("not-evaluated");
      assertThat(server.requests()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'token_type':'Bearer'}|fhirAuthorization.access_token",
        "{'access_token':7,'token_type':'Bearer'}|fhirAuthorization.access_token",
        "{'access_token':'TOKEN-CANARY a','token_type':'Bearer'}|fhirAuthorization.access_token",
        "{'access_token':'TOKEN-CANARY\\r\\nX: y','token_type':'Bearer'}|fhirAuthorization.access_token",
        "{'access_token':'TOKEN-CANARY'}|fhirAuthorization.token_type",
        "{'access_token':'TOKEN-CANARY','token_type':'mac'}|fhirAuthorization.token_type",
        "{'access_token':'TOKEN-CANARY','token_type':'Bearer','patient':'a b'}|fhirAuthorization.patient",
        "'TOKEN-CANARY'|fhirAuthorization"
      })
  @DisplayName("R-16, R-20: an authorization that is none is refused")
  void refusesAnAuthorizationThatIsNone(String authorization, String place) throws Exception {
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      byte[] call = call(server.base(), "'fhirAuthorization':" + authorization + ",", "");
      Problem problem = problem(client, call);
      assertThat(problem.category()).isEqualTo(ProblemCategory.INCORRECT);
      assertThat(problem.places()).containsExactly(place);
      assertThat(problem.toString()).doesNotContain("TOKEN-CANARY");
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:1/fhir", "https://ehr.example.org", "PHI", "//x", "?"})
  @DisplayName("R-25: nobody is asked who is not listed")
  void asksNoServerThatIsNotListed(String fhirServer) throws Exception {
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(NONE)));
        EhrClient client = client(server, FetchLimits.standard())) {
      Problem problem = problem(client, call(fhirServer, authorization(""), ""));
      assertThat(problem.text()).contains("patient " + Reason.SERVER_NOT_ALLOWED.words());
      assertThat(problem.toString()).doesNotContain("PHI", TOKEN);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void followsPagesOnTheSameBase() throws Exception {
    Answer pages =
        (request, connection) ->
            json(request.target().contains("page=2")
                    ? page(entry(observation("o2", "p1")), ",'total':2")
                    : page(
                        entry(observation("o1", "p1")),
                        ",'total':2" + next(request.base() + "/Observation?page=2")))
                .to(request, connection);
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(pages));
        EhrClient client = client(server, FetchLimits.standard())) {
      HookAnswer answer =
          hooks(client).answer("two-alerts", call(server.base(), "", ""), Deadline.after(DEADLINE));
      assertThat(answer.resources()).isEqualTo(3);
      assertThat(answer.notEvaluated()).isZero();
    }
  }

  private static final String SENT_BUT_OBSERVATIONS =
      "'patient':" + PATIENT + ",'conditions':" + NONE + ",'observations':";

  private static String firstPage(String nextUrl) {
    return SENT_BUT_OBSERVATIONS
        + page(entry(observation("o1", "p1")), ",'total':2" + next(nextUrl));
  }

  @Test
  @DisplayName("R-46: asks for the further pages of what was sent in part, and for nothing else")
  void followsPagesOfWhatWasSent() throws Exception {
    Answer second = json(page(entry(observation("o2", "p1")), ",'total':2"));
    try (FaultyFhirServer server = FaultyFhirServer.answering(second);
        EhrClient client = client(server, FetchLimits.standard())) {
      String sent = firstPage(server.base() + "/Observation?page=2");
      HookAnswer answer =
          hooks(client)
              .answer(
                  "two-alerts",
                  call(server.base(), authorization(""), sent),
                  Deadline.after(DEADLINE));
      assertThat(answer.resources()).isEqualTo(3);
      assertThat(answer.notEvaluated()).isZero();
      assertThat(server.requests())
          .extracting(FaultyFhirServer.Request::target, FaultyFhirServer.Request::authorization)
          .containsExactly(tuple("/fhir/r4/Observation?page=2", "Bearer " + TOKEN));
    }
  }

  @ParameterizedTest
  @DisplayName("R-46: half a list stays a gap where the other half can't be had")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "%s/Observation?page=2|,'expires_in':0|MORE_PAGES|0",
        "%s/Observation?page=2|,'scope':'patient/Condition.rs'|MORE_PAGES|0",
        "http://127.0.0.2/fhir/r4/Observation?page=2||NEXT_PAGE_ELSEWHERE|0",
        "%s/../admin||NEXT_PAGE_ELSEWHERE|0",
        "http://[::2222222222222222.2222222222222222]||NEXT_PAGE_ELSEWHERE|0",
        "%s/Observation?fails||SERVER_ERROR|1",
        "%s/Observation?other||FETCHED_OF_OTHER_PATIENT|1",
        "%s/Observation?short||FEWER_THAN_TOTAL|1"
      })
  void namesWhyPagesOfWhatWasSentCouldNotBeHad(
      String next, String members, Reason reason, int requests) throws Exception {
    Answer answer =
        (request, connection) ->
            (request.target().contains("fails")
                    ? status(500, FHIR, "{}")
                    : json(
                        request.target().contains("other")
                            ? page(entry(observation("o2", "other")), "")
                            : page("", "")))
                .to(request, connection);
    try (FaultyFhirServer server = FaultyFhirServer.answering(answer);
        EhrClient client = client(server, FetchLimits.standard())) {
      String sent = firstPage(next.formatted(server.base()));
      String authorization = authorization(members == null ? "" : members);
      JsonNode told = answer(client, call(server.base(), authorization, sent));
      assertThat(told.at("/extension/org.oncohooks/notEvaluated/0/text").asText())
          .contains("observations " + reason.words());
      assertThat(server.requests()).hasSize(requests);
    }
  }

  @Test
  void asksOnceMoreAfterA503() throws Exception {
    Answer secondTime =
        new Answer() {
          private boolean asked;

          @Override
          public synchronized void to(FaultyFhirServer.Request request, Socket connection)
              throws IOException {
            send(connection, asked ? 200 : 503, FHIR, quoted(NONE));
            asked = true;
          }
        };
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(secondTime));
        EhrClient client = client(server, FetchLimits.standard())) {
      JsonNode response = answer(client, call(server.base(), "", ""));
      assertThat(topics(response)).doesNotContain("not-evaluated");
      assertThat(server.requests()).hasSize(4);
    }
  }

  @Test
  void leavesAServerAloneThatFailsAgainAndAgainAndComesBackToIt() throws Exception {
    boolean[] well = {false};
    Answer answer =
        (request, connection) -> {
          if (well[0]) {
            healthyBut(json(NONE)).to(request, connection);
          } else {
            send(connection, 500, FHIR, "{}");
          }
        };
    try (FaultyFhirServer server = FaultyFhirServer.answering(answer);
        EhrClient client = client(server, FetchLimits.standard())) {
      byte[] call = call(server.base(), "", "");
      problem(client, call);
      problem(client, call);
      int asked = server.requests().size();
      assertThat(asked).isBetween(5, 6);
      assertThat(problem(client, call).text()).contains(Reason.SERVER_FAILING.words());
      assertThat(server.requests()).hasSize(asked);
      well[0] = true;
      Thread.sleep(5_200);
      String sent = "'patient':" + PATIENT + ",'conditions':" + NONE;
      answer(client, call(server.base(), "", sent));
      assertThat(topics(answer(client, call))).doesNotContain("not-evaluated");
    }
  }

  @Test
  void neverAsksMoreAtOnceThanItMay() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Answer slow =
        (request, connection) -> {
          most.accumulateAndGet(asked.incrementAndGet(), Math::max);
          Thread.sleep(50);
          asked.decrementAndGet();
          healthyBut(json(NONE)).to(request, connection);
        };
    ExecutorService callers = Executors.newFixedThreadPool(6);
    try (FaultyFhirServer server = FaultyFhirServer.answering(slow);
        EhrClient client = client(server, FetchLimits.standard().withAtOnce(2))) {
      List<Future<HookAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(
            callers.submit(
                () ->
                    hooks(client)
                        .answer(
                            "two-alerts",
                            call(server.base(), "", ""),
                            Deadline.after(DEADLINE.multipliedBy(10)))));
      }
      for (Future<HookAnswer> answer : answers) {
        assertThat(answer.get().notEvaluated()).isZero();
      }
      assertThat(most).hasValue(2);
    } finally {
      callers.shutdownNow();
    }
  }

  /** What an oncology chart holds, on pages of 200 as some EHRs give them at most. */
  @Test
  void readsALongChartWhole() throws Exception {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 4_000; i++) {
      all.add(
          entry(
              observation("o" + i, "p1")
                  .replace("'final'", "'final','note':[{'text':'" + "x".repeat(900) + "'}]")));
    }
    Answer pages =
        (request, connection) -> {
          String target = request.target();
          int page =
              target.contains("page=") ? Integer.parseInt(target.replaceFirst(".*page=", "")) : 0;
          String more = page == 19 ? "" : next(request.base() + "/Observation?page=" + (page + 1));
          json(page(String.join(",", all.subList(page * 200, page * 200 + 200)), more))
              .to(request, connection);
        };
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(pages));
        EhrClient client = client(server, FetchLimits.standard())) {
      JsonNode response =
          StrictJson.object(
              hooks(client)
                  .answer(
                      "two-alerts",
                      call(server.base(), "", ""),
                      Deadline.after(DEADLINE.multipliedBy(10)))
                  .json());
      assertThat(topics(response)).doesNotContain("not-evaluated");
      assertThat(server.requests()).hasSize(22);
    }
  }

  @Test
  void readsNoMoreThanALimitForAllOfACall() throws Exception {
    String large =
        page(
            entry(
                observation("o1", "p1")
                    .replace("'final'", "'final','note':[{'text':'" + "x".repeat(900_000) + "'}]")),
            "");
    FetchLimits small = new FetchLimits(Duration.ofMillis(500), 1 << 20, 5, 2_000, 500_000, 8, 256);
    try (FaultyFhirServer server = FaultyFhirServer.answering(healthyBut(json(large)));
        EhrClient client = client(server, small)) {
      JsonNode response = answer(client, call(server.base(), "", ""));
      assertThat(response.path("cards").findValuesAsText("detail").toString())
          .contains(Reason.FETCH_TOO_LARGE.words());
    }
  }

  @Test
  @DisplayName("F3: a certificate that is trusted, and is another host's")
  void doesNotTrustACertificateOfAnotherHost() throws Exception {
    Path trusted = folder.resolve("trusted.p12");
    for (String name : List.of("dns:ehr.example.org", "ip:127.0.0.1")) {
      try (ServerSocket tls = UntrustedTls.listen(name, trusted);
          FaultyFhirServer server = FaultyFhirServer.on(tls, healthyBut(json(NONE)));
          EhrClient client = UntrustedTls.trusting(trusted, () -> tlsClient(tls))) {
        String base = server.base().replace("http://", "https://");
        byte[] call = call(base, "", "'patient':" + PATIENT);
        if (name.startsWith("dns")) {
          assertThat(problem(client, call).text()).contains(Reason.NOT_TRUSTED.words());
          assertThat(server.requests()).isEmpty();
        } else {
          assertThat(topics(answer(client, call))).doesNotContain("not-evaluated");
          assertThat(server.requests()).hasSize(2);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Observation?page=2",
        "/fhir/r4/Observation?page=2",
        "?page=2&_getpages=x",
        "./Observation?page=2"
      })
  void readsFurtherPagesWhoseAddressIsRelative(String address) throws Exception {
    Answer pages =
        (request, connection) ->
            json(request.target().contains("page=2")
                    ? page(entry(observation("o2", "p1")), "")
                    : page("", next(address)))
                .to(request, connection);
    Answer all =
        (request, connection) ->
            (request.target().contains("page=2") ? pages : healthyBut(pages))
                .to(request, connection);
    try (FaultyFhirServer server = FaultyFhirServer.answering(all);
        EhrClient client = client(server, FetchLimits.standard())) {
      JsonNode response = answer(client, call(server.base(), "", ""));
      assertThat(topics(response)).doesNotContain("not-evaluated").isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../admin",
        "/admin",
        "//elsewhere.example.org/fhir/r4/Observation",
        "",
        " ",
        "a b",
        "Observation/%2e%2e/%2e%2e/x",
        "javascript:x",
        "/fhir/r4;/x"
      })
  void followsNoRelativeAddressOutOfTheBase(String address) throws Exception {
    try (FaultyFhirServer server =
            FaultyFhirServer.answering(healthyBut(json(page("", next(address)))));
        EhrClient client = client(server, FetchLimits.standard())) {
      JsonNode response = answer(client, call(server.base(), "", ""));
      assertThat(response.path("cards").findValuesAsText("detail").toString())
          .contains(Reason.NEXT_PAGE_ELSEWHERE.words());
      assertThat(server.requests()).hasSize(3);
    }
  }

  private static EhrClient tlsClient(ServerSocket tls) {
    String base = "https://127.0.0.1:" + tls.getLocalPort() + "/fhir/r4";
    return new EhrClient(
        new OutboundPolicy(
            List.of(OutboundPolicy.base(base, false)),
            List.of(Network.of("127.0.0.1")),
            InetAddress::getAllByName),
        FetchLimits.standard());
  }

  @Test
  void doesNotTrustACertificateThatNobodyVouchesFor() throws Exception {
    try (ServerSocket tls = UntrustedTls.listen();
        FaultyFhirServer server = FaultyFhirServer.on(tls, healthyBut(json(NONE)));
        EhrClient client =
            new EhrClient(
                new OutboundPolicy(
                    List.of(
                        OutboundPolicy.base(
                            "https://localhost:" + tls.getLocalPort() + "/fhir", false)),
                    List.of(Network.of("127.0.0.1"), Network.of("::1")),
                    host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")}),
                FetchLimits.standard())) {
      Problem problem =
          problem(
              client,
              call("https://localhost:" + tls.getLocalPort() + "/fhir", authorization(""), ""));
      assertThat(problem.text()).contains(Reason.NOT_TRUSTED.words());
      assertThat(server.requests()).isEmpty();
    }
  }
}
