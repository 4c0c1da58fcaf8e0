package org.oncohooks.cql;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The FHIR 4.0.1 types as the CQL translator sees them, each tabulated on first use. Thread-safe.
 */
final class FhirTypes {

  static final String URI = "http://hl7.org/fhir";

  /** Where the tables come from: the model info, or a cache of what was read from it. */
  interface Source {
    Optional<FhirType> type(String name);
  }

  private final Source source;

  /** Found ones only: a name that is none may be a caller's text, of which there is no end. */
  private final Map<String, FhirType> types = new ConcurrentHashMap<>();

  FhirTypes(Source source) {
    this.source = source;
  }

  /**
   * @param name without the model's name
   * @return the type, or empty if FHIR 4.0.1 has none of that name
   */
  Optional<FhirType> find(String name) {
    FhirType known = types.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<FhirType> found = source.type(name);
    found.ifPresent(type -> types.put(name, type));
    return found;
  }

  /** As {@link #find}, for names that the model itself gave. */
  FhirType type(String name) {
    return find(name).orElseThrow(() -> new IllegalArgumentException("no FHIR type " + name));
  }

  /** Whether a type is another or derives from it. */
  boolean isA(String name, String ancestor) {
    String current = name;
    while (!current.isEmpty()) {
      if (current.equals(ancestor)) {
        return true;
      }
      current = type(current).base();
    }
    return false;
  }
}
