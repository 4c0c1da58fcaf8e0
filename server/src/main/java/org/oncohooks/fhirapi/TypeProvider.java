package org.oncohooks.fhirapi;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.SearchReader;
import org.oncohooks.records.SearchableType;

/** Read and search of one type, off a {@link Shelf}. */
public final class TypeProvider implements IResourceProvider {

  private static final String FORMAT = "_format";

  /** What shapes the answer and not the match; HAPI sees to it. */
  private static final Set<String> SHAPE =
      Set.of(FORMAT, "_pretty", "_summary", "_elements", "_total");

  private final SearchableType type;
  private final Class<? extends IBaseResource> model;
  private final Shelf shelf;
  private final SearchReader reader;
  private final StoredJson json;

  TypeProvider(SearchableType type, Shelf shelf, SearchReader reader, StoredJson json) {
    this.type = type;
    this.model = json.model(type.type());
    this.shelf = shelf;
    this.reader = reader;
    this.json = json;
  }

  @Override
  public Class<? extends IBaseResource> getResourceType() {
    return model;
  }

  /** HAPI calls this for {@code GET [type]/[id]}. */
  @Read
  public IBaseResource read(@IdParam IdType id) {
    ObjectNode found =
        shelf
            .read(type.type(), id.getIdPart())
            .orElseThrow(
                () ->
                    Problem.of(
                            ProblemCategory.NOT_FOUND,
                            "resource-unknown",
                            "There is no " + type.type() + " with this id.")
                        .asException());
    return json.model(found);
  }

  /** HAPI calls this for {@code GET [type]?...} and {@code POST [type]/_search}. */
  @Search(allowUnknownParams = true)
  public Bundle search(RequestDetails request) {
    SearchQuery query = reader.read(type, parameters(request, SHAPE));
    Shelf.Page page = shelf.search(query);
    SearchLinks links =
        new SearchLinks(
            request.getFhirServerBase(), type.type(), parameters(request, Set.of(FORMAT)));
    Bundle bundle = new Bundle().setType(Bundle.BundleType.SEARCHSET);
    bundle.setTotal(Math.toIntExact(page.total()));
    bundle.addLink().setRelation("self").setUrl(links.self());
    page.next().ifPresent(id -> bundle.addLink().setRelation("next").setUrl(links.next(id)));
    for (ObjectNode match : page.matches()) {
      bundle
          .addEntry()
          .setFullUrl(links.resource(match.path("id").asText()))
          .setResource(json.model(match))
          .getSearch()
          .setMode(Bundle.SearchEntryMode.MATCH);
    }
    return bundle;
  }

  private static Map<String, List<String>> parameters(
      RequestDetails request, Set<String> leaveOut) {
    Map<String, List<String>> parameters = new TreeMap<>();
    request
        .getParameters()
        .forEach(
            (name, values) -> {
              if (!leaveOut.contains(name)) {
                parameters.put(name, Arrays.asList(values));
              }
            });
    return parameters;
  }
}
