package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A search in one type. Pages begin after a place in the order of the matches, so that what is
 * written between two pages neither repeats nor hides a resource that was there before.
 *
 * @param type FHIR type
 * @param criteria all have to be met
 * @param sort the order of the matches
 * @param count most matches on a page, 0 to {@value #MAX_COUNT}; 0 asks for the total alone
 * @param after the place after which the page begins; empty for the first page
 * @param withPatients whether the patients that the matches are about are wanted too
 */
public record SearchQuery(
    String type,
    List<Criterion> criteria,
    SortOrder sort,
    int count,
    Optional<PageStart> after,
    boolean withPatients) {

  /** The largest page. */
  public static final int MAX_COUNT = 200;

  public SearchQuery {
    criteria = List.copyOf(criteria);
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count out of range: " + count);
    }
  }

  /** A first page by ascending id. */
  public SearchQuery(String type, List<Criterion> criteria, int count) {
    this(type, criteria, SortOrder.byId(ZoneOffset.UTC), count, Optional.empty(), false);
  }

  /** Whether a resource of the query's type meets all criteria. */
  public boolean matches(ObjectNode resource) {
    return criteria.stream().allMatch(criterion -> criterion.matches(resource));
  }

  /**
   * A page.
   *
   * @param total how many match on all pages
   * @param matches this page's, in the query's order
   * @param next the place after which the next page begins; empty on the last page
   */
  public record Page<T>(long total, List<T> matches, Optional<PageStart> next) {}

  /**
   * This query's page of resources that are all at hand.
   *
   * @param candidates of the query's type
   * @param json the resource of a candidate
   */
  public <T> Page<T> page(Collection<T> candidates, Function<T, ObjectNode> json) {
    record Placed<T>(PageStart place, T resource) {}
    Comparator<PageStart> order = sort.comparator();
    List<Placed<T>> found =
        candidates.stream()
            .filter(candidate -> matches(json.apply(candidate)))
            .map(candidate -> new Placed<>(sort.position(json.apply(candidate)), candidate))
            .sorted(Comparator.comparing(Placed::place, order))
            .toList();
    List<Placed<T>> rest =
        found.stream()
            .filter(r -> after.map(start -> order.compare(r.place(), start) > 0).orElse(true))
            .toList();
    List<Placed<T>> page = rest.subList(0, Math.min(count, rest.size()));
    Optional<PageStart> next =
        page.isEmpty() || page.size() == rest.size()
            ? Optional.empty()
            : Optional.of(page.get(page.size() - 1).place());
    return new Page<>(found.size(), page.stream().map(Placed::resource).toList(), next);
  }
}
