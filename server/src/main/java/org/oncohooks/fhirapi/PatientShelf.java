package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.DeletedResource;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceVersion;
import org.oncohooks.records.SearchPage;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.StoredResource;

/** The patients' resources. */
record PatientShelf(PatientStore store) implements Shelf {

  @Override
  public Optional<ObjectNode> read(String type, String id) {
    return store.read(type, id).map(PatientShelf::readable);
  }

  @Override
  public Optional<ObjectNode> read(String type, String id, long version) {
    return version == Long.MAX_VALUE
        ? Optional.empty()
        : store.history(type, id, version + 1, 1).stream()
            .filter(found -> found.version() == version)
            .findFirst()
            .map(PatientShelf::readable);
  }

  private static ObjectNode readable(ResourceVersion found) {
    if (found instanceof DeletedResource) {
      throw Problem.of(
              ProblemCategory.GONE,
              "resource-deleted",
              "The resource has been deleted; _history lists its earlier versions.")
          .asException();
    }
    return ((StoredResource) found).json();
  }

  @Override
  public SearchQuery.Page<ObjectNode> search(SearchQuery query) {
    SearchPage page = store.search(query);
    return new SearchQuery.Page<>(
        page.total(), page.matches().stream().map(StoredResource::json).toList(), page.next());
  }
}
