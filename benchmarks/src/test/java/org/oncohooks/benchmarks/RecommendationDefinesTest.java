package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecommendationDefinesTest {

  @Test
  void readsWhatTheServerAsksForFromThePlanDefinitions() throws IOException {
    List<RecommendationDefines> recommendations =
        RecommendationDefines.of(Home.folder(), "metastatic-pain");
    assertThat(recommendations).hasSizeGreaterThan(1);
    RecommendationDefines first = recommendations.get(0);
    assertThat(first.always()).containsExactly("Data Incomplete", first.condition());
    assertThat(first.whenApplicable()).contains("Reason", "Evidence", "Card Summary");
    assertThat(Home.folder().resolve("cql/" + first.library() + ".cql")).exists();
  }
}
