package org.oncohooks.records;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.records.SearchParameter.Kind;

/**
 * A FHIR type and what it can be searched by. Immutable.
 *
 * <p>Built by chaining: {@code of("Procedure").patient("subject").token("code", "clinical-code",
 * "code")}. A definition is the last segment of a SearchParameter URL of FHIR R4; {@link #OURS}
 * where FHIR R4 defines none and this service does.
 */
public final class SearchableType {

  /** In place of a definition: this service's own parameter. */
  public static final String OURS = "";

  private static final String DEFINITIONS = "http://hl7.org/fhir/SearchParameter/";

  private final String type;
  private final Optional<String> subject;
  private final Map<String, SearchParameter> parameters;

  private SearchableType(
      String type, Optional<String> subject, Map<String, SearchParameter> parameters) {
    this.type = type;
    this.subject = subject;
    this.parameters = parameters;
  }

  /** A type that can be searched by {@code _id}. */
  public static SearchableType of(String type) {
    return new SearchableType(type, Optional.empty(), Map.of())
        .with("_id", Kind.ID, "Resource-id", Optional.empty(), "id");
  }

  /** A type of resources that a store writes, which can be searched by {@code _lastUpdated} too. */
  static SearchableType stored(String type) {
    return of(type).date("_lastUpdated", "Resource-lastUpdated", "meta.lastUpdated");
  }

  /** Adds {@code patient} and {@code subject}, which both look at the element given. */
  SearchableType patient(String element, String patientDefinition, String subjectDefinition) {
    return new SearchableType(type, Optional.of(element), parameters)
        .with("patient", Kind.REFERENCE, patientDefinition, Optional.empty(), element)
        .with("subject", Kind.REFERENCE, subjectDefinition, Optional.empty(), element);
  }

  /** A reference to resources that need not be kept here. */
  public SearchableType resource(String name, String definition, String path) {
    return with(name, Kind.RESOURCE, definition, Optional.empty(), path);
  }

  public SearchableType token(String name, String definition, String... paths) {
    return with(name, Kind.TOKEN, definition, Optional.empty(), paths);
  }

  /** A token parameter on an element of type {@code code}, whose system is implied. */
  public SearchableType code(String name, String definition, String path, String system) {
    return with(name, Kind.TOKEN, definition, Optional.of(system), path);
  }

  public SearchableType date(String name, String definition, String... paths) {
    return with(name, Kind.DATE, definition, Optional.empty(), paths);
  }

  public SearchableType string(String name, String definition, String path) {
    return with(name, Kind.STRING, definition, Optional.empty(), path);
  }

  public SearchableType uri(String name, String definition, String path) {
    return with(name, Kind.URI, definition, Optional.empty(), path);
  }

  private SearchableType with(
      String name, Kind kind, String definition, Optional<String> system, String... paths) {
    Map<String, SearchParameter> more = new LinkedHashMap<>(parameters);
    Optional<String> url =
        definition.equals(OURS) ? Optional.empty() : Optional.of(DEFINITIONS + definition);
    more.put(name, new SearchParameter(name, kind, url, Arrays.asList(paths), system));
    return new SearchableType(type, subject, more);
  }

  /** The FHIR type's name. */
  public String type() {
    return type;
  }

  /** The element that has to reference the patient; empty for Patient and types about none. */
  public Optional<String> subject() {
    return subject;
  }

  public Optional<SearchParameter> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  public Collection<SearchParameter> parameters() {
    return parameters.values();
  }

  /** The parameters' names, in the table's order. */
  public List<String> parameterNames() {
    return new ArrayList<>(parameters.keySet());
  }
}
