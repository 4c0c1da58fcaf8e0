package org.oncohooks.knowledge;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.oncohooks.Finding;
import org.oncohooks.ProblemException;

/**
 * The content that is served now, and the one way to put another in its place. A call asks once, at
 * its beginning, and holds what it got to its end; what does not check never replaces what does.
 * Thread-safe.
 */
public final class CurrentKnowledge implements Supplier<Knowledge> {

  private final Supplier<Loaded> loader;
  private final Consumer<Knowledge> acceptance;
  private volatile Knowledge knowledge;
  private volatile List<Finding> rejected = List.of();

  /**
   * @param first what is served to begin with
   * @param loader reads the content anew; used by one thread at a time
   * @param acceptance throws a {@link ProblemException} if content that checks can't be served
   *     here, such as with the site's settings
   */
  public CurrentKnowledge(
      Knowledge first, Supplier<Loaded> loader, Consumer<Knowledge> acceptance) {
    this.knowledge = first;
    this.loader = loader;
    this.acceptance = acceptance;
  }

  /** The snapshot that is served. */
  @Override
  public Knowledge get() {
    return knowledge;
  }

  /** What kept the last reload from being served; empty if it is, or none was asked for. */
  public List<Finding> rejected() {
    return rejected;
  }

  /**
   * Reads the content anew and serves it from now on, if it checks.
   *
   * @return what loading gave; its knowledge is empty if the old content stays
   */
  public synchronized Loaded reload() {
    Loaded loaded = accepted(loader.get());
    loaded
        .knowledge()
        .ifPresentOrElse(
            fresh -> {
              knowledge = fresh;
              rejected = List.of();
            },
            () -> rejected = loaded.findings().stream().filter(Finding::isError).toList());
    return loaded;
  }

  private Loaded accepted(Loaded loaded) {
    try {
      loaded.knowledge().ifPresent(acceptance);
      return loaded;
    } catch (ProblemException e) {
      return new Loaded(Optional.empty(), List.of(Finding.error("settings", e.problem().text())));
    }
  }
}
