package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.ledger.Entry;

class FeedbackCodecTest {

  private static final String ACCEPTED =
      "{'card':'4e0a3a1e-3283-4575-ab82-028d55fe2719','outcome':'accepted',"
          + "'acceptedSuggestions':[{'id':'e56e1945-20b3-4393-8503-a1a20fd73152'}],"
          + "'outcomeTimestamp':'2026-06-01T17:00:00Z'}";
  private static final String OVERRIDDEN =
      "{'card':'9368d37b-283f-44a0-93ea-547cebab93ed','outcome':'overridden',"
          + "'overrideReason':{'reason':{'code':'done','system':'https://example.org/reasons',"
          + "'display':'Done elsewhere'},'userComment':'in May'},"
          + "'outcomeTimestamp':'2026-06-01T12:00:00.5-05:00'}";

  private static List<Entry.Feedback> decode(String... entries) {
    String body = "{'feedback':[" + String.join(",", entries) + "]}";
    return FeedbackCodec.decode(
        body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "open", "s");
  }

  private static Problem problem(String... entries) {
    return catchThrowableOfType(ProblemException.class, () -> decode(entries)).problem();
  }

  @Test
  @DisplayName("R-80, R-82: an accepted card names the suggestions")
  void readsAcceptance() {
    assertThat(decode(ACCEPTED))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.card()).isEqualTo("4e0a3a1e-3283-4575-ab82-028d55fe2719");
              assertThat(entry.outcome()).isEqualTo("accepted");
              assertThat(entry.suggestions())
                  .containsExactly("e56e1945-20b3-4393-8503-a1a20fd73152");
              assertThat(entry.at()).isEqualTo(Instant.parse("2026-06-01T17:00:00Z"));
              assertThat(entry.service()).isEqualTo("s");
            });
  }

  @Test
  @DisplayName("R-83: an overridden card may have a reason and a comment")
  void readsOverrides() {
    assertThat(decode(OVERRIDDEN))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.outcome()).isEqualTo("overridden");
              assertThat(entry.reason().orElseThrow().code()).isEqualTo("done");
              assertThat(entry.reason().orElseThrow().display()).contains("Done elsewhere");
              assertThat(entry.comment()).contains("in May");
              assertThat(entry.at()).isEqualTo(Instant.parse("2026-06-01T17:00:00.5Z"));
            });
    String bare = "{'card':'c','outcome':'overridden','outcomeTimestamp':'2026-06-01T17:00:00Z'}";
    assertThat(decode(bare).get(0).reason()).isEmpty();
  }

  @Test
  @DisplayName("R-83: Epic writes overrideReasons, a reason without display, or an extension")
  void readsEpicsSpelling() {
    Entry.Feedback entry =
        decode(
                OVERRIDDEN
                    .replace("overrideReason'", "overrideReasons'")
                    .replace(",'display':'Done elsewhere'", ""))
            .get(0);
    assertThat(entry.reason().orElseThrow().code()).isEqualTo("done");
    assertThat(entry.comment()).contains("in May");
    String extension =
        "{'card':'not-a-uuid','outcome':'overridden','outcomeTimestamp':'2026-06-01T17:00:00Z',"
            + "'overrideReasons':{'extension':{'com.epic.reason':{'code':'1'}}}}";
    assertThat(decode(extension).get(0).reason()).isEmpty();
  }

  @Test
  @DisplayName("R-84: a batch may hold several cards, or none")
  void readsBatches() {
    assertThat(decode(ACCEPTED, OVERRIDDEN)).hasSize(2);
    assertThat(decode()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("R-81, R-82, R-83: what is wrong is named with its place")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'card':'4e0a3a1e-3283-4575-ab82-028d55fe2719', 'x':1, feedback[1].card",
        "'card':'4e0a3a1e-3283-4575-ab82-028d55fe2719', 'card':'a b', feedback[1].card",
        "'card':'4e0a3a1e-3283-4575-ab82-028d55fe2719', 'card':'\\u0000', feedback[1].card",
        "'outcome':'accepted', 'outcome':'ignored', feedback[1].outcome",
        "'outcome':'accepted', 'outcome':1, feedback[1].outcome",
        "2026-06-01T17:00:00Z, 2026-06-01T17:00:00, feedback[1].outcomeTimestamp",
        "2026-06-01T17:00:00Z, 2026-06-01, feedback[1].outcomeTimestamp",
        "2026-06-01T17:00:00Z, 0001-06-01T17:00:00Z, feedback[1].outcomeTimestamp",
        "2026-06-01T17:00:00Z, 2999-01-01T00:00:00Z, feedback[1].outcomeTimestamp",
        "[{'id':'e56e1945-20b3-4393-8503-a1a20fd73152'}], [], feedback[1].acceptedSuggestions",
        "[{'id':'e56e1945-20b3-4393-8503-a1a20fd73152'}], 'x', feedback[1].acceptedSuggestions",
        "'e56e1945-20b3-4393-8503-a1a20fd73152', 7, feedback[1].acceptedSuggestions[0].id",
      })
  void refusesWhatIsWrong(String right, String wrong, String place) {
    String entry = ACCEPTED.replace(right, wrong);
    assertThat(entry).isNotEqualTo(ACCEPTED);
    Problem problem = problem(OVERRIDDEN, entry);
    assertThat(problem.category()).isEqualTo(ProblemCategory.INCORRECT);
    assertThat(problem.places()).containsExactly(place);
    assertThat(problem.text()).contains(place);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{} | feedback[0].overrideReason",
        "{'reason':{'code':'done'}} | feedback[0].overrideReason.reason.system",
        "{'reason':[]} | feedback[0].overrideReason.reason",
        "{'userComment':{}} | feedback[0].overrideReason.userComment",
        "[] | feedback[0].overrideReason",
      })
  void refusesAWrongReason(String reason, String place) {
    assertThat(
            problem(
                    "{'card':'c','outcome':'overridden','outcomeTimestamp':'2026-06-01T17:00:00Z',"
                        + "'overrideReason':"
                        + reason
                        + "}")
                .places())
        .containsExactly(place);
  }

  @Test
  void refusesWhatIsNoListAndWhatIsTooMuch() {
    assertThat(problem("7").places()).containsExactly("feedback[0]");
    String[] many = new String[201];
    java.util.Arrays.fill(many, ACCEPTED);
    assertThat(problem(many).code()).isEqualTo("feedback-too-many");
    assertThat(problem(OVERRIDDEN.replace("in May", "x".repeat(4001))).code())
        .isEqualTo("member-too-long");
    Problem missing =
        catchThrowableOfType(
                ProblemException.class, () -> FeedbackCodec.decode("{}".getBytes(), "open", "s"))
            .problem();
    assertThat(missing.places()).containsExactly("feedback");
  }
}
