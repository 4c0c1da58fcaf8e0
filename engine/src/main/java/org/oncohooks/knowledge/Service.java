package org.oncohooks.knowledge;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A CDS Hooks service: a PlanDefinition that names its hooks and, in order of precedence, the
 * recommendations that may speak.
 *
 * @param id path segment of the service
 * @param title for people
 * @param description for people
 * @param offByDefault whether it answers only where a site switches it on
 * @param entries recommendations in order of precedence
 * @param prefetchOfHook for each hook on which the service answers, what its recommendations there
 *     read (CDS Hooks 2.0, prefetch templates)
 */
public record Service(
    String id,
    String title,
    String description,
    boolean offByDefault,
    List<Entry> entries,
    Map<String, PrefetchTemplates> prefetchOfHook) {

  /**
   * @param recommendation what may speak
   * @param hooks on which hooks
   */
  public record Entry(Recommendation recommendation, Set<String> hooks) {}

  /** The hooks on which the service answers, in the order of its entries. */
  public List<String> hooks() {
    return entries.stream().flatMap(e -> e.hooks().stream().sorted()).distinct().toList();
  }

  /** The recommendations that may speak on a hook, in order of precedence. */
  public List<Recommendation> recommendations(String hook) {
    return entries.stream()
        .filter(e -> e.hooks().contains(hook))
        .map(Entry::recommendation)
        .toList();
  }

  /**
   * What a call brings.
   *
   * @param hook one on which the service answers
   */
  public PrefetchTemplates prefetch(String hook) {
    return prefetchOfHook.get(hook);
  }
}
