package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.oncohooks.hooks.Mode;

/**
 * More than a hundred bodies that are no hook call: each is 400, at once, with nothing repeated.
 */
class RefusesBadBodiesTest {

  private static final String SERVICE = "/cds-services/two-alerts";
  private static final String CANARY = "PHI-CANARY-90b1";
  private static final Duration AT_MOST = Duration.ofSeconds(5);

  private static RunningService running;

  @BeforeAll
  static void start() {
    running = RunningService.withTestContent(Mode.PRODUCTION);
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static final String GOOD =
      "{\"hook\":\"patient-view\",\"hookInstance\":\"i\",\"context\":{\"userId\":"
          + "\"Practitioner/1\",\"patientId\":\"anna\"},\"note\":%s}";

  /** Where a value stands that should be JSON. */
  private static final List<String> NO_VALUES =
      List.of(
          "NaN",
          "Infinity",
          "-Infinity",
          "+1",
          "01",
          "-01",
          ".5",
          "5.",
          "1e",
          "1e+",
          "0x10",
          "1_000",
          "-",
          "--1",
          "1.2.3",
          "1e5e5",
          "\u0661",
          "undefined",
          "True",
          "TRUE",
          "nul",
          "nulll",
          "tru",
          "'" + CANARY + "'",
          "\"",
          "\"" + CANARY,
          "\"\\x41\"",
          "\"\\u12\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\uzzzz\"",
          "\"\\\"",
          "\"a\nb\"",
          "\"a\tb\"",
          "\"a\u0000b\"",
          "\"a\u001fb\"",
          "\"a\" \"b\"",
          "[1,]",
          "[,1]",
          "[1 2]",
          "[1,,2]",
          "[",
          "]",
          "{",
          "}",
          "{]",
          "[}",
          "{\"a\"}",
          "{\"a\":}",
          "{\"a\":1,}",
          "{,\"a\":1}",
          "{\"a\" 1}",
          "{a:1}",
          "{'a':1}",
          "{1:1}",
          "{null:1}",
          "{\"a\":1 \"b\":2}",
          "{\"a\"=1}",
          "{\"a\":1,\"a\":2}",
          "{\"a\":1,\"\\u0061\":2}",
          "{\"x\":{\"a\":1,\"b\":2,\"a\":1}}",
          "{\"__proto__\":1,\"__proto__\":2}",
          "1 // " + CANARY,
          "/* " + CANARY + " */ 1",
          "# x\n1",
          "1;",
          "<!-- x -->1",
          "\ufeff1",
          "\u00a01",
          "\u20281",
          "`x`",
          "b\"x\"",
          "/x/",
          "new Date()",
          "1e401",
          "-1e401",
          "1e-401",
          "1e999999999",
          "1e2147483648",
          "1e99999999999999999999",
          "9".repeat(101),
          "9".repeat(100_000),
          "-" + "9".repeat(100_000),
          "0." + "1".repeat(100_000),
          "\"" + "x".repeat((1 << 20) + 1) + "\"",
          "{\"" + "n".repeat(257) + "\":1}");

  private static final List<String> NO_OBJECTS =
      List.of(
          "",
          " ",
          "\n\n",
          "null",
          "true",
          "1",
          "\"" + CANARY + "\"",
          "[]",
          "[{}]",
          "{}{}",
          "{} {}",
          "{}x",
          "{},",
          "{}\u0000",
          "\u0000{}",
          "\u000b{}",
          "\f{}",
          "<html>" + CANARY + "</html>",
          "<?xml version='1.0'?><a>" + CANARY + "</a>",
          "hook=patient-view&patient=" + CANARY,
          "--boundary\r\n\r\n" + CANARY,
          "%PDF-1.4 " + CANARY,
          "PK\u0003\u0004",
          "GIF89a",
          "--- a: 1",
          "{}]",
          "({})",
          "while(1);{}",
          ")]}',\n{}");

  private static final List<String> NO_CALLS =
      List.of(
          "{}",
          "{\"hook\":null}",
          "{\"hook\":1}",
          "{\"hook\":\"\"}",
          "{\"hook\":\" \"}",
          "{\"hook\":[]}",
          "{\"Hook\":\"patient-view\"}",
          "{\"hook\":\"" + CANARY + "\"}",
          "{\"hook\":\"patient-view\",\"hookInstance\":1}",
          "{\"hook\":\"patient-view\",\"hookInstance\":\"i\",\"context\":[]}",
          "{\"hook\":\"patient-view\",\"hookInstance\":\"i\",\"context\":\"" + CANARY + "\"}",
          "{\"hook\":\"patient-view\",\"hookInstance\":\"i\",\"context\":{}}",
          "{\"resourceType\":\"Patient\",\"id\":\"" + CANARY + "\"}");

  private static void add(List<Arguments> all, String text, Charset charset) {
    String name =
        text.codePoints()
            .limit(40)
            .filter(c -> c >= ' ' && c < 127)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    all.add(arguments(all.size() + " " + charset + " " + name, text.getBytes(charset)));
  }

  static Stream<Arguments> bodies() {
    List<Arguments> all = new ArrayList<>();
    NO_VALUES.forEach(value -> add(all, GOOD.formatted(value), StandardCharsets.UTF_8));
    NO_OBJECTS.forEach(body -> add(all, body, StandardCharsets.UTF_8));
    NO_CALLS.forEach(body -> add(all, body, StandardCharsets.UTF_8));
    String good = GOOD.formatted("1");
    add(all, good, StandardCharsets.UTF_16);
    add(all, good, StandardCharsets.UTF_16LE);
    add(all, good, StandardCharsets.UTF_16BE);
    add(all, good, Charset.forName("UTF-32"));
    add(all, "\ufeff" + good, StandardCharsets.UTF_8);
    add(all, GOOD.formatted("\"\u00e9\""), StandardCharsets.ISO_8859_1);
    add(all, GOOD.formatted("[" + "1,".repeat(600_000) + "1]"), StandardCharsets.UTF_8);
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; i < 300_000; i++) {
      names.append("\"").append(i).append("\":1,");
    }
    add(all, GOOD.formatted(names + "\"x\":1}"), StandardCharsets.UTF_8);
    for (int depth : new int[] {101, 10_000, 1_000_000}) {
      add(all, GOOD.formatted("[".repeat(depth) + "]".repeat(depth)), StandardCharsets.UTF_8);
      add(all, GOOD.formatted("{\"a\":".repeat(depth / 2)), StandardCharsets.UTF_8);
    }
    for (int cut = 1; cut < good.length() - 1; cut += 12) {
      add(all, good.substring(0, cut), StandardCharsets.UTF_8);
    }
    byte[][] ill = {
      {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'}, // NUL in two bytes
      {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'}, // half a pair
      {'{', '"', (byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"', '}'},
      {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'},
      {(byte) 0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0}, // gzip without saying so
    };
    for (byte[] bytes : ill) {
      all.add(arguments(all.size() + " bytes that are not UTF-8", bytes));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("B3: bodies that are no hook call")
  @MethodSource("bodies")
  void thatAreNoHookCall(String name, byte[] body) throws Exception {
    long began = System.nanoTime();
    HttpResponse<String> answer =
        running.post(SERVICE, BodyPublishers.ofByteArray(body), "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_MOST);
    JsonNode outcome = RunningService.json(answer);
    assertThat(outcome.path("resourceType").asText()).isEqualTo("OperationOutcome");
    assertThat(outcome.at("/issue/0/diagnostics").asText()).isNotBlank();
    assertThat(answer.body()).doesNotContain(CANARY, "Exception", "fasterxml");
  }

  @Test
  void areManyAndBesideThemAGoodOne() throws Exception {
    assertThat(bodies()).hasSizeGreaterThan(120);
    assertThat(running.post(SERVICE, GOOD.formatted("1")).statusCode()).isEqualTo(200);
    for (String lone :
        List.of(
            "\"\\ud83d\\ude00\"",
            "{\"__proto__\":{\"a\":1}}",
            "1e400",
            "\"" + "x".repeat(1 << 20) + "\"")) {
      assertThat(running.post(SERVICE, GOOD.formatted(lone)).statusCode()).isEqualTo(200);
    }
  }
}
