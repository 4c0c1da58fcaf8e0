package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.oncohooks.records.SearchQuery;

/** Where resources are read from, as JSON that is not to be changed. */
interface Shelf {

  /**
   * @throws org.oncohooks.ProblemException {@code GONE} if it was deleted
   */
  Optional<ObjectNode> read(String type, String id);

  /**
   * One version; where none are kept, the current one alone can be read.
   *
   * @throws org.oncohooks.ProblemException {@code GONE} if this version is the deletion
   */
  Optional<ObjectNode> read(String type, String id, long version);

  SearchQuery.Page<ObjectNode> search(SearchQuery query);
}
