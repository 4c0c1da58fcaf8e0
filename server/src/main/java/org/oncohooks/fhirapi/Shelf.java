package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.oncohooks.records.SearchQuery;

/** Where resources are read from, as JSON that is not to be changed. */
interface Shelf {

  /**
   * @param total how many match on all pages
   * @param matches this page's, by ascending id
   * @param next the id after which the next page begins; empty on the last page
   */
  record Page(long total, List<ObjectNode> matches, Optional<String> next) {}

  Optional<ObjectNode> read(String type, String id);

  Page search(SearchQuery query);
}
