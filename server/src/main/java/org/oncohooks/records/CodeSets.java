package org.oncohooks.records;

import java.util.Optional;

/** The value sets that a search may name with {@code :in}. */
@FunctionalInterface
public interface CodeSets {

  /** None at all. */
  CodeSets NONE = url -> Optional.empty();

  /**
   * @param url canonical URL
   * @return empty if there is no such value set
   */
  Optional<CodeSet> find(String url);
}
