package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

  /** Copies it to a folder in which a test may change it. */
  public static void copyTo(Path target) throws IOException {
    Path from = folder();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static Knowledge load() {
    Loaded loaded = KnowledgeLoader.load(folder());
    assertThat(loaded.findings()).isEmpty();
    return loaded.knowledge().orElseThrow();
  }
}
