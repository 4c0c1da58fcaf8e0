package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * A search in one type. Pages are ordered by id and begin after an id, so that what is written
 * between two pages neither repeats nor hides a resource that was there before.
 *
 * @param type FHIR type
 * @param criteria all have to be met
 * @param count most matches on a page, 0 to {@value #MAX_COUNT}; 0 asks for the total alone
 * @param after the id after which the page begins; empty for the first page
 */
public record SearchQuery(
    String type, List<Criterion> criteria, int count, Optional<String> after) {

  /** The largest page. */
  public static final int MAX_COUNT = 200;

  public SearchQuery {
    criteria = List.copyOf(criteria);
    if (count < 0 || count > MAX_COUNT) {
      throw new IllegalArgumentException("count out of range: " + count);
    }
  }

  /** Whether a resource of the query's type meets all criteria. */
  public boolean matches(ObjectNode resource) {
    return criteria.stream().allMatch(criterion -> criterion.matches(resource));
  }
}
