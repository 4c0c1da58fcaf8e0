package org.oncohooks.fhirapi;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.IResourceProvider;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
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
import org.oncohooks.ProblemException;
import org.oncohooks.records.Criterion;
import org.oncohooks.records.SearchParameter;
import org.oncohooks.records.SearchQuery;
import org.oncohooks.records.SearchReader;
import org.oncohooks.records.SearchValue;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredTypes;

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

  /** HAPI calls this for {@code GET [type]/[id]} and {@code [type]/[id]/_history/[version]}. */
  @Read(version = true)
  public IBaseResource read(@IdParam IdType id, ServletRequestDetails request) {
    boolean current = !id.hasVersionIdPart();
    if (!current && !id.getVersionIdPart().matches("\\d{1,18}")) {
      throw unknown("version");
    }
    ObjectNode found =
        (current
                ? shelf.read(type.type(), id.getIdPart())
                : shelf.read(type.type(), id.getIdPart(), id.getVersionIdPartAsLong()))
            .orElseThrow(() -> unknown(current ? "id" : "id and version"));
    AccessNote note = AccessNote.of(request.getServletRequest());
    note.about(found);
    note.answering(1, List.of());
    return json.model(found);
  }

  private ProblemException unknown(String by) {
    return Problem.of(
            ProblemCategory.NOT_FOUND,
            "resource-unknown",
            "There is no " + type.type() + " with this " + by + ".")
        .asException();
  }

  /** HAPI calls this for {@code GET [type]?...} and {@code POST [type]/_search}. */
  @Search(allowUnknownParams = true)
  public Bundle search(ServletRequestDetails request) {
    SearchQuery query = reader.read(type, parameters(request, SHAPE));
    SearchQuery.Page<ObjectNode> page = shelf.search(query);
    SearchLinks links =
        new SearchLinks(
            request.getFhirServerBase(), type.type(), parameters(request, Set.of(FORMAT)));
    Bundle bundle = new Bundle().setType(Bundle.BundleType.SEARCHSET);
    if (page.total() != AuditShelf.UNCOUNTED) {
      bundle.setTotal(Math.toIntExact(page.total()));
    } else if (SummaryEnum.COUNT.getCode().equals(first(request, Constants.PARAM_SUMMARY))) {
      throw AuditShelf.uncounted();
    }
    bundle.addLink().setRelation("self").setUrl(links.self());
    page.next()
        .ifPresent(start -> bundle.addLink().setRelation("next").setUrl(links.next(start.text())));
    page.matches().forEach(match -> add(bundle, match, links, Bundle.SearchEntryMode.MATCH));
    if (query.withPatients()) {
      patients(page.matches())
          .forEach(patient -> add(bundle, patient, links, Bundle.SearchEntryMode.INCLUDE));
    }
    AccessNote note = AccessNote.of(request.getServletRequest());
    note.about(asked(query));
    page.matches().forEach(note::about);
    note.answering(bundle.getEntry().size(), parameters(request, Set.of(FORMAT)).keySet());
    // HAPI would write the page's size as the total of a Bundle that has none
    request.removeParameter(Constants.PARAM_COUNT);
    return bundle;
  }

  private static String first(ServletRequestDetails request, String parameter) {
    return request.getParameters().getOrDefault(parameter, new String[] {""})[0];
  }

  /** The patients whom a search names. */
  private static List<String> asked(SearchQuery query) {
    List<String> patients = new ArrayList<>();
    for (Criterion criterion : query.criteria()) {
      for (SearchValue value : criterion.anyOf()) {
        if (value instanceof SearchValue.PatientReference named) {
          patients.add(named.patientId());
        } else if (value instanceof SearchValue.Id id && query.type().equals("Patient")) {
          patients.add(id.id());
        }
      }
    }
    return patients;
  }

  private void add(
      Bundle bundle, ObjectNode resource, SearchLinks links, Bundle.SearchEntryMode mode) {
    bundle
        .addEntry()
        .setFullUrl(links.resource(resource))
        .setResource(json.model(resource))
        .getSearch()
        .setMode(mode);
  }

  /** The patients that a page's matches are about; fewer than it has matches. */
  private List<ObjectNode> patients(List<ObjectNode> matches) {
    List<SearchValue> ids =
        matches.stream()
            .flatMap(match -> StoredTypes.patientOf(match).stream())
            .distinct()
            .<SearchValue>map(SearchValue.Id::new)
            .toList();
    if (ids.isEmpty()) {
      return List.of();
    }
    SearchParameter byId = type.parameter("_id").orElseThrow();
    return shelf
        .search(new SearchQuery("Patient", List.of(new Criterion(byId, ids)), ids.size()))
        .matches();
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
