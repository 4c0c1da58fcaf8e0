package org.oncohooks.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.oncohooks.knowledge.KnowledgeLoader;

/** Each value set says what it means, in which version, and where its codes come from. */
class ValueSetHeadersTest {

  private static final Path CONTENT = Path.of(System.getProperty("oncohooks.home"));

  @Test
  void everyValueSetHasAVersionAMeaningASourceAndAnExpansion() {
    List<ObjectNode> valueSets =
        KnowledgeLoader.load(CONTENT).knowledge().orElseThrow().resources().get("ValueSet");
    assertThat(valueSets).hasSizeGreaterThan(150);
    SoftAssertions softly = new SoftAssertions();
    for (ObjectNode valueSet : valueSets) {
      String id = valueSet.path("id").asText();
      softly
          .assertThat(valueSet.path("url").asText())
          .as(id)
          .isEqualTo("https://oncohooks.org/ValueSet/" + id);
      softly.assertThat(valueSet.path("version").asText()).as(id + " version").isNotBlank();
      softly.assertThat(valueSet.path("description").asText()).as(id + " meaning").isNotBlank();
      softly
          .assertThat(valueSet.path("purpose").asText())
          .as(id + " source")
          .startsWith("Source of the codes: ");
      softly.assertThat(valueSet.at("/expansion/contains")).as(id + " expansion").isNotEmpty();
    }
    softly.assertAll();
  }
}
