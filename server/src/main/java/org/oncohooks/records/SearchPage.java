package org.oncohooks.records;

import java.util.List;
import java.util.Optional;

/**
 * A page of what a search found.
 *
 * @param total how many resources match at present, on all pages
 * @param matches this page's, in the query's order
 * @param next where the next page begins, for {@link SearchQuery#after}; empty on the last page
 */
public record SearchPage(long total, List<StoredResource> matches, Optional<PageStart> next) {

  public SearchPage {
    matches = List.copyOf(matches);
  }
}
