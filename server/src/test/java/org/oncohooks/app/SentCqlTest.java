package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.oncohooks.hooks.Mode;

/** CQL that callers send, in its own process: what it gives, and that it can't harm the service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SentCqlTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CPU =
      "Matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '(a*)*\\\\1b')";

  private RunningService service;

  @BeforeAll
  void start() {
    service = RunningService.withTestContent(Mode.DEVELOPMENT);
  }

  @AfterAll
  void stop() throws Exception {
    List<ProcessHandle> last = children();
    service.close();
    assertThat(last).isNotEmpty();
    for (ProcessHandle child : last) {
      child.onExit().get(20, TimeUnit.SECONDS);
    }
  }

  private static List<ProcessHandle> children() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  private HttpResponse<String> post(String path, String parameters) throws Exception {
    HttpRequest.Builder request =
        service
            .request("/fhir/" + path)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/fhir+json")
            .POST(
                BodyPublishers.ofString(
                    "{\"resourceType\":\"Parameters\",\"parameter\":[" + parameters + "]}"));
    return service.send(request);
  }

  private HttpResponse<String> cql(String expression, String more) throws Exception {
    return post(
        "$cql",
        "{\"name\":\"expression\",\"valueString\":"
            + JSON.writeValueAsString(expression)
            + "}"
            + more);
  }

  private JsonNode value(String expression, String more) throws Exception {
    HttpResponse<String> answer = cql(expression, more);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode parameter = JSON.readTree(answer.body()).at("/parameter/0");
    assertThat(parameter.path("name").asText()).isEqualTo("return");
    return parameter;
  }

  @Test
  @Order(1)
  void evaluatesExpressions() throws Exception {
    assertThat(value("2 + 2", "").path("valueInteger").asInt()).isEqualTo(4);
    String subject = ",{\"name\":\"subject\",\"valueString\":\"Patient/anna\"}";
    assertThat(
            value("Alert.\"Is Recommendation Applicable\"", subject)
                .path("valueBoolean")
                .asBoolean())
        .isTrue();
    assertThat(value("Patient", subject).at("/resource/id").asText()).isEqualTo("anna");
    assertThat(
            value(
                    "2 + X + Y.Z",
                    ",{\"name\":\"parameters\",\"resource\":{\"resourceType\":\"Parameters\",\"parameter\":["
                        + "{\"name\":\"X\",\"valueInteger\":3},"
                        + "{\"name\":\"Y\",\"part\":[{\"name\":\"Z\",\"valueInteger\":4}]},"
                        + "{\"name\":\"Alert.Urgency\",\"valueString\":\"stat\"}]}}")
                .path("valueInteger")
                .asInt())
        .isEqualTo(9);
    assertThat(children()).hasSize(1);
  }

  @Test
  @Order(2)
  void saysWhereAnExpressionIsWrong() throws Exception {
    HttpResponse<String> wrong = cql("1 +\n  Alert.\"Nonsense\"", "");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("expression:2:").contains("has no");
  }

  @Test
  @Order(3)
  void evaluatesALibraryThatIsSent() throws Exception {
    String text =
        "library Sent version '1'\nusing FHIR version '4.0.1'\ninclude FHIRHelpers version '4.0.1'\n"
            + "include Alert version '0.1.0'\ncontext Patient\ndefine \"Both\": Alert.\"Inclusion Criteria\" and true\n";
    String data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        post(
            "Library/$evaluate",
            "{\"name\":\"library\",\"resource\":{\"resourceType\":\"Library\",\"name\":\"Sent\",\"content\":["
                + "{\"contentType\":\"text/cql\",\"data\":\""
                + data
                + "\"}]}},{\"name\":\"subject\",\"valueString\":\"Patient/anna\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).at("/parameter/0/valueBoolean").asBoolean()).isTrue();
  }

  @Test
  @Order(3)
  void takesNoLibraryBesideTheOneThatTheUrlNames() throws Exception {
    HttpResponse<String> answer =
        post(
            "Library/Alert/$evaluate",
            "{\"name\":\"library\",\"resource\":{\"resourceType\":\"Library\"}},"
                + "{\"name\":\"subject\",\"valueString\":\"Patient/anna\"}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("library-twice");
  }

  @Test
  @Order(4)
  void killsWhatRunsAwayAndGoesOn() throws Exception {
    ProcessHandle child = children().get(0);
    HttpResponse<String> runaway = cql(CPU, "");
    assertThat(runaway.statusCode()).as(runaway.body()).isEqualTo(503);
    assertThat(runaway.body()).contains("cql-killed");
    child.onExit().get(20, TimeUnit.SECONDS);
    assertThat(value("1 + 1", "").path("valueInteger").asInt()).isEqualTo(2);
  }

  @Test
  @Order(5)
  void endsWhatNeedsTooMuchMemory() throws Exception {
    HttpResponse<String> hungry =
        cql(
            "Count(expand { Interval[@2000-01-01T00:00:00.000, @2999-01-01T00:00:00.000] } per millisecond)",
            "");
    assertThat(hungry.statusCode()).as(hungry.body()).isIn(400, 422, 500, 503);
    assertThat(value("1 + 1", "").path("valueInteger").asInt()).isEqualTo(2);
    assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
    assertThat(service.logged()).doesNotContain("@2000-01-01");
  }

  @Test
  @Order(6)
  void saysWhatOverflowed() throws Exception {
    ProcessHandle child = children().get(0);
    HttpResponse<String> chained = cql("1" + " + 1".repeat(3_000), "");
    assertThat(chained.statusCode()).as(chained.body()).isEqualTo(422);
    assertThat(chained.body()).contains("cql-too-deep");
    // before, the compiler took more than its time for these, and was killed with 503
    HttpResponse<String> nested = cql("(".repeat(20_000) + "1" + ")".repeat(20_000), "");
    assertThat(nested.statusCode()).as(nested.body()).isEqualTo(400);
    assertThat(nested.body()).contains("brackets nest more than 60 deep here", "expression:1:61");
    assertThat(value("1 + 1", "").path("valueInteger").asInt()).isEqualTo(2);
    assertThat(child.isAlive()).isTrue();
  }
}
