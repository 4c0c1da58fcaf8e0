package org.oncohooks.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browser pages of the origins listed may call and read every answer, others may not. */
@DisplayName("B14: pages of other origins")
class CrossOriginTest {

  private static final String EHR = "https://ehr.example.org";
  private static final String ALLOWED = "access-control-allow-origin";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static HttpServer server;

  @BeforeAll
  static void start() {
    server =
        new HttpServer(
            HttpSettings.of("127.0.0.1", 0),
            List.of(
                Route.get("/hello", call -> "{}".getBytes(StandardCharsets.UTF_8)),
                Route.post("/echo", call -> call.body()),
                Route.get(
                    "/fails",
                    call -> {
                      throw new IllegalStateException("secret");
                    })),
            List.of(new Mount("/fhir", own -> new HttpServlet() {}, path -> 1_000)),
            Set.of(EHR));
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop();
  }

  private static HttpRequest.Builder request(String path, String origin) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("Origin", origin);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder preflight(String path, String origin) {
    return request(path, origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type")
        .method("OPTIONS", BodyPublishers.noBody());
  }

  @Test
  @DisplayName("R-98: a preflight of a listed origin is answered 204")
  void answersAPreflight() throws Exception {
    HttpResponse<String> answer = send(preflight("/echo", EHR));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue(ALLOWED)).contains(EHR);
    assertThat(answer.headers().firstValue("access-control-allow-methods").orElse(""))
        .contains("GET", "POST", "OPTIONS");
    assertThat(answer.headers().firstValue("access-control-allow-headers").orElse(""))
        .contains("Accept", "Authorization", "Content-Type");
    assertThat(answer.headers().firstValue("access-control-allow-credentials")).isEmpty();
  }

  @Test
  @DisplayName("R-98: a preflight names the methods of the place")
  void offersToWriteWhereThereIsSomethingToWrite() throws Exception {
    assertThat(methods("/echo")).isEqualTo("GET,POST,OPTIONS");
    assertThat(methods("/none")).isEqualTo("GET,POST,OPTIONS");
    assertThat(methods("/fhir/Patient/p")).contains("PUT");
    assertThat(methods("/fhirs")).doesNotContain("PUT");
  }

  private static String methods(String path) throws Exception {
    return send(preflight(path, EHR))
        .headers()
        .firstValue("access-control-allow-methods")
        .orElse("");
  }

  @Test
  @DisplayName("R-98: on the error about a head that is too large, too")
  void letsPagesReadThatTheirHeadersAreTooLarge() throws Exception {
    HttpResponse<String> answer =
        send(request("/hello", EHR).header("Authorization", "Bearer " + "a".repeat(9_000)));
    assertThat(answer.statusCode()).isEqualTo(431);
    assertThat(answer.headers().firstValue(ALLOWED)).contains("*");
    assertThat(answer.body()).contains("OperationOutcome");
  }

  @ParameterizedTest
  @DisplayName("R-98: on GET, POST and on every error as well")
  @CsvSource({
    "GET,/hello,200",
    "POST,/echo,200",
    "GET,/none,404",
    "GET,/echo,405",
    "PUT,/hello,405",
    "GET,/fails,500",
    "POST,/echo?xml,415"
  })
  void marksEveryAnswer(String method, String path, int status) throws Exception {
    String type = path.endsWith("xml") ? "text/xml" : "application/json";
    HttpResponse<String> answer =
        send(
            request(path, EHR)
                .header("Content-Type", type)
                .method(
                    method,
                    method.equals("GET")
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue(ALLOWED)).contains(EHR);
    assertThat(answer.headers().firstValue("access-control-expose-headers")).isPresent();
  }

  @ParameterizedTest
  @DisplayName("R-98: no other origin is let in")
  @CsvSource({
    "https://evil.example",
    "https://ehr.example.org.evil.example",
    "https://ehrXexample.org",
    "http://ehr.example.org",
    "null"
  })
  void marksNothingForOtherOrigins(String origin) throws Exception {
    HttpResponse<String> preflight = send(preflight("/echo", origin));
    assertThat(preflight.headers().firstValue(ALLOWED)).isEmpty();
    assertThat(preflight.headers().firstValue("access-control-allow-methods")).isEmpty();
    assertThat(send(request("/hello", origin)).headers().firstValue(ALLOWED)).isEmpty();
  }

  @Test
  void answersOptionsWithTheMethodsOfThePlace() throws Exception {
    HttpResponse<String> answer =
        send(request("/hello", EHR).method("OPTIONS", BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS");
  }
}
