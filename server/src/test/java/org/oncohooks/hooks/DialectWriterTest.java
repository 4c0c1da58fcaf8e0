package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.oncohooks.json.StrictJson;

@DisplayName("Dialects of EHRs")
class DialectWriterTest {

  private static final String RESPONSE =
      """
      {"cards":[{"summary":"s","source":{"label":"l","topic":{"system":"x","code":"scr-due-2"}},
      "selectionBehavior":"at-most-one",
      "suggestions":[
        {"label":"Replace","uuid":"u1","isRecommended":true,"actions":[
          {"type":"delete","description":"Remove the order","resourceId":"ServiceRequest/1"},
          {"type":"create","description":"Order MRI","resource":{"resourceType":"ServiceRequest"}}]},
        {"label":"Order","uuid":"u2","actions":[{"type":"create","description":"Order it"}]}],
      "links":[{"label":"App","url":"https://a.org","type":"smart","appContext":"c"}]},
      {"summary":"t","source":{"label":"l"}}]}
      """;

  private static ObjectNode written(Dialect dialect) {
    ObjectNode response = StrictJson.object(RESPONSE.getBytes(StandardCharsets.UTF_8));
    DialectWriter writer = new DialectWriter(dialect, () -> "new");
    writer.offer(response);
    writer.spell(response);
    return response;
  }

  @Test
  void leavesTheStandardAlone() {
    assertThat(written(Dialect.STANDARD))
        .isEqualTo(StrictJson.object(RESPONSE.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void givesEpicOneActionForEachSuggestion() {
    JsonNode card = written(Dialect.EPIC).at("/cards/0");
    assertThat(card.path("suggestions")).hasSize(3).allMatch(s -> s.path("actions").size() == 1);
    assertThat(card.at("/suggestions/0/label").asText()).isEqualTo("Replace (1 of 2)");
    assertThat(card.at("/suggestions/0/uuid").asText()).isEqualTo("u1");
    assertThat(card.at("/suggestions/0/actions/0/description").asText())
        .isEqualTo("Remove the order (1 of 2)");
    assertThat(card.at("/suggestions/1/actions/0/description").asText())
        .isEqualTo("Order MRI (2 of 2)");
    assertThat(card.at("/suggestions/1/uuid").asText()).isEqualTo("new");
    assertThat(card.at("/suggestions/1/isRecommended").asBoolean()).isTrue();
    assertThat(card.at("/suggestions/2/label").asText()).isEqualTo("Order");
    assertThat(card.path("selectionBehavior").asText()).isEqualTo("any");
  }

  @Test
  void givesEpicTopicsOfLettersAndDigits() {
    assertThat(written(Dialect.EPIC).at("/cards/0/source/topic/code").asText())
        .isEqualTo("scrdue2");
  }

  @Test
  void givesOracleHealthNoAppContext() {
    JsonNode link = written(Dialect.ORACLE_HEALTH).at("/cards/0/links/0");
    assertThat(link.has("appContext")).isFalse();
    assertThat(link.path("url").asText()).isEqualTo("https://a.org");
  }

  @Test
  void isKnownByItsName() {
    Set<String> names = new TreeSet<>();
    Arrays.stream(Dialect.values()).forEach(dialect -> names.add(dialect.code()));
    assertThat(names).containsExactly("epic", "oracle-health", "standard");
    assertThat(Dialect.of("oracle-health")).contains(Dialect.ORACLE_HEALTH);
    assertThat(Dialect.of("EPIC")).isEmpty();
  }
}
