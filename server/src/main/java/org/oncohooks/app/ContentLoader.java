package org.oncohooks.app;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.cql.CompiledCqlCache;
import org.oncohooks.cql.CompiledLibraries;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/** Reads the content of one folder, again and again. */
final class ContentLoader implements Supplier<Loaded> {

  private final Path folder;
  private final Optional<CompiledCqlCache> cache;
  private volatile Optional<CompiledLibraries> memory = Optional.empty();

  ContentLoader(Path folder, Optional<Path> cache) {
    this.folder = folder;
    this.cache = cache.map(CompiledCqlCache::new);
  }

  Path folder() {
    return folder;
  }

  @Override
  public Loaded get() {
    return memory
        .map(known -> KnowledgeLoader.load(folder, Optional.empty(), known))
        .orElseGet(() -> KnowledgeLoader.load(folder, cache));
  }

  /** Compiles everything once, so that from now on a change costs what it reaches. */
  void remember() {
    CompiledLibraries libraries = new CompiledLibraries();
    KnowledgeLoader.load(folder, Optional.empty(), libraries);
    memory = Optional.of(libraries);
  }
}
