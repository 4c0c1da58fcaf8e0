package org.oncohooks.cql;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;

/**
 * A FHIR type of the model info.
 *
 * @param name without the model's name ({@code Observation.Component})
 * @param qualifiedName as ELM names it
 * @param base name of the type it derives from; empty for a root type
 * @param primitive the System type of its value, for primitives and bound codes
 * @param elements by CQL name, inherited ones included
 * @param ordered the same, by index
 * @param codePath the element that a retrieve filters by when it names none
 */
record FhirType(
    String name,
    QName qualifiedName,
    String base,
    Optional<SystemType> primitive,
    Map<String, FhirElement> elements,
    List<FhirElement> ordered,
    Optional<String> codePath) {

  FhirType {
    // looked into for every property: a plain hash map answers faster than Map.copyOf
    elements = Collections.unmodifiableMap(new HashMap<>(elements));
  }
}
