package org.oncohooks.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.Finding;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.TestContent;

class CurrentKnowledgeTest {

  @TempDir private Path root;

  @Test
  void servesWhatWasReadAnew() {
    TestContent content = TestContent.in(root, "lump");
    CurrentKnowledge current =
        new CurrentKnowledge(content.knowledge(), content::load, knowledge -> {});
    Knowledge before = current.get();
    content.replace("cql/Lump.cql", "lump applies", "there is a lump");

    Loaded loaded = current.reload();

    assertThat(current.get()).isSameAs(loaded.knowledge().orElseThrow());
    assertThat(current.get().version()).isNotEqualTo(before.version());
  }

  @Test
  void keepsTheOldContentWhileTheNewDoesNotCheckAndSaysWhy() {
    TestContent content = TestContent.in(root, "lump");
    CurrentKnowledge current =
        new CurrentKnowledge(content.knowledge(), content::load, knowledge -> {});
    Knowledge before = current.get();
    content.replace("cql/Lump.cql", "'lump applies'", "'lump applies");

    assertThat(current.reload().knowledge()).isEmpty();

    assertThat(current.get()).isSameAs(before);
    assertThat(current.rejected()).isNotEmpty().allMatch(Finding::isError);
    content.replace("cql/Lump.cql", "'lump applies", "'lump applies again'");
    assertThat(current.reload().knowledge()).isPresent();
    assertThat(current.rejected()).isEmpty();
  }

  @Test
  void keepsTheOldContentWhereTheNewDoesNotGoWithTheSite() {
    TestContent content = TestContent.in(root, "lump");
    CurrentKnowledge current =
        new CurrentKnowledge(
            content.knowledge(),
            content::load,
            knowledge -> {
              throw Problem.of(ProblemCategory.INCORRECT, "setting-invalid", "No such setting: x.")
                  .asException();
            });
    Knowledge before = current.get();

    assertThat(current.reload().knowledge()).isEmpty();

    assertThat(current.get()).isSameAs(before);
    assertThat(current.rejected())
        .extracting(Finding::message)
        .containsExactly("No such setting: x.");
  }
}
