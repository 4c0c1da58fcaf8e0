package org.oncohooks.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.ProblemException;

class StrictJsonTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":1,\"a\":2} | json-malformed | same member name twice",
        "{\"a\":1} {} | json-malformed | followed by something else",
        "{\"a\":1 | json-malformed | ends too early",
        "{'a':1} | json-malformed | malformed",
        "{\"a\":NaN} | json-malformed | malformed",
        "{\"a\":1,} | json-malformed | malformed",
        "{/*c*/\"a\":1} | json-malformed | malformed",
        "[1] | json-not-object | has to be an object",
        "\"CANARY\" | json-not-object | has to be an object",
      })
  void refusesWhatIsNotOneJsonObject(String json, String code, String words) {
    assertProblem(json.getBytes(StandardCharsets.UTF_8), code, words);
  }

  @Test
  void refusesAnEmptyBody() {
    assertProblem(new byte[0], "json-empty", "empty");
    assertProblem("  ".getBytes(StandardCharsets.UTF_8), "json-empty", "empty");
  }

  @Test
  void refusesDeepNestingWithoutOverflowingTheStack() {
    String deep = "{\"a\":" + "[".repeat(1_000_000);
    assertProblem(deep.getBytes(StandardCharsets.UTF_8), "json-limit", "nesting 100");
  }

  @Test
  void acceptsNestingUpToTheLimit() {
    String deep = "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";
    assertThat(StrictJson.object(deep.getBytes(StandardCharsets.UTF_8)).has("a")).isTrue();
  }

  @Test
  void refusesLongNumbersNamesAndStrings() {
    assertProblem(
        ("{\"a\":" + "1".repeat(101) + "}").getBytes(StandardCharsets.UTF_8),
        "json-limit",
        "number");
    assertProblem(
        ("{\"" + "n".repeat(257) + "\":1}").getBytes(StandardCharsets.UTF_8), "json-limit", "name");
    assertProblem(
        ("{\"a\":\"" + "s".repeat((1 << 20) + 1) + "\"}").getBytes(StandardCharsets.UTF_8),
        "json-limit",
        "string");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e401",
        "-1E+401",
        "1e-401",
        "0e999999999",
        "1e999999999",
        "1e-999999999",
        "1e2147483648",
        "1e400178033313",
        "333333333333e33333333333333333333333"
      })
  void refusesNumbersThatWouldFillTheMemoryWhenWrittenOut(String number) {
    byte[] json = ("{\"a\":[{\"b\":" + number + "}]}").getBytes(StandardCharsets.UTF_8);
    assertProblem(json, "json-limit", "exponent 400");
    assertThatThrownBy(
            () -> {
              try (JsonParser parser = StrictJson.stream(new ByteArrayInputStream(json))) {
                parser.nextToken();
                parser.readValueAsTree();
              }
            })
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "-1.5E-390", "0.000", "0e0", "12345678901234567890.123"})
  void readsOtherNumbers(String number) {
    byte[] json = ("{\"a\":" + number + "}").getBytes(StandardCharsets.UTF_8);
    assertThat(StrictJson.object(json).get("a").decimalValue())
        .isEqualByComparingTo(new BigDecimal(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud83d",
        "\\ude00",
        "\\ud83dx",
        "\\ud83d\\n",
        "\\ud83d\\ud83d\\ude00",
        "\\ud83d\\u0041",
        "\\ude00\\ud83d",
        "\\uD83D\\uDE00\\uDE00",
        "\\\\\\ud83d"
      })
  void refusesHalfACharacter(String half) {
    for (String json : new String[] {"{\"a\":[\"%s\"]}", "{\"%s\":1}"}) {
      assertProblem(
          json.formatted(half).getBytes(StandardCharsets.UTF_8), "json-malformed", "surrogate");
    }
    byte[] json = "{\"a\":[\"%s\"]}".formatted(half).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(
            () -> {
              try (JsonParser parser = StrictJson.stream(new ByteArrayInputStream(json))) {
                parser.nextToken();
                parser.readValueAsTree();
              }
            })
        .isInstanceOf(IOException.class);
  }

  /** Texts are looked through eight bytes at a time. */
  @Test
  void seesEachCharacterWhereverItStands() {
    for (int before = 0; before < 20; before++) {
      for (int after = 0; after < 10; after++) {
        String text = "x".repeat(before) + "%s" + "y".repeat(after);
        for (String whole : List.of("\u00e9", "\ud83d\ude00", "\\ud83d\\ude00", "\\n", "[]")) {
          byte[] json =
              text.formatted(whole)
                  .transform("[\"%s\"]"::formatted)
                  .getBytes(StandardCharsets.UTF_8);
          assertThat(StrictJson.read(json).get(0).textValue()).contains("x".repeat(before));
        }
        for (String half : List.of("\\ud83d", "\\ude00", "\\ud83d\\n")) {
          byte[] json =
              text.formatted(half)
                  .transform("[\"%s\"]"::formatted)
                  .getBytes(StandardCharsets.UTF_8);
          assertProblem(json, "json-malformed", "surrogate");
        }
        byte[] json =
            text.formatted("\u0001")
                .transform("[\"%s\"]"::formatted)
                .getBytes(StandardCharsets.UTF_8);
        json[before + 2] = (byte) 0xc3;
        assertProblem(json, "json-malformed", "UTF-8");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\ud83d\\ude00", "\\\\ud83d", "\\u00e9", "\\\\\\\\ude00", "😀", "\\\\u12"})
  void readsWholeCharacters(String text) {
    byte[] json = "{\"a\":\"%s\"}".formatted(text).getBytes(StandardCharsets.UTF_8);
    assertThat(StrictJson.object(json).get("a").textValue()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "c080",
        "c1bf",
        "c3",
        "c328",
        "e08080",
        "e09fbf",
        "eda080",
        "edbfbf",
        "e282",
        "e28228",
        "f0808080",
        "f08fbfbf",
        "f4908080",
        "f7acacac",
        "f09f98",
        "f8888080",
        "ff"
      })
  void refusesBytesThatAreNoUtf8(String hex) {
    byte[] bytes = HexFormat.of().parseHex("7b2261223a22" + hex + "227d");
    assertProblem(bytes, "json-malformed", "UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "f0908080", "f48fbfbf"})
  void readsEveryCharacter(String hex) {
    byte[] bytes = HexFormat.of().parseHex("7b2261223a22" + hex + "227d");
    String text = new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    assertThat(StrictJson.object(bytes).get("a").textValue()).isEqualTo(text);
  }

  @Test
  void refusesOtherEncodings() {
    assertProblem("{\"a\":1}".getBytes(StandardCharsets.UTF_16), "json-encoding", "UTF-8");
    assertProblem("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), "json-encoding", "UTF-8");
    assertProblem("\uFEFF{\"a\":1}".getBytes(StandardCharsets.UTF_8), "json-encoding", "UTF-8");
    assertProblem(
        new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xC3, '"', '}'}, "json-malformed", "");
  }

  @Test
  void namesThePlaceAndNeverQuotesTheInput() {
    assertThatThrownBy(
            () -> StrictJson.object("{\n \"CANARY\": tru }".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem().text()).contains("line 2").doesNotContain("CANARY", "tru "));
  }

  @Test
  void keepsTheWrittenPrecisionOfDecimals() {
    assertThat(
            StrictJson.object("{\"a\":7.50}".getBytes(StandardCharsets.UTF_8))
                .get("a")
                .decimalValue())
        .hasToString("7.50");
  }

  private static void assertProblem(byte[] bytes, String code, String words) {
    assertThatThrownBy(() -> StrictJson.object(bytes))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(code);
              assertThat(e.problem().text()).contains(words).doesNotContain("CANARY");
            });
  }

  @Test
  void refusesABodyOfNothingButBrackets() {
    String many = "{\"a\":[" + "{},".repeat(300_000) + "{}]}";
    assertProblem(many.getBytes(StandardCharsets.UTF_8), "json-limit", "500000 tokens");
  }
}
