package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/** The small content of the tests in {@code src/test/resources/content}, compiled once. */
public final class TestContent {

  private static final Knowledge KNOWLEDGE = load();

  private TestContent() {}

  public static Knowledge knowledge() {
    return KNOWLEDGE;
  }

  /** The folder that holds its {@code cql} and {@code fhir-resources}. */
  public static Path folder() {
    try {
      return Path.of(TestContent.class.getResource("/content").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Knowledge load() {
    Loaded loaded = KnowledgeLoader.load(folder());
    assertThat(loaded.findings()).isEmpty();
    return loaded.knowledge().orElseThrow();
  }
}
