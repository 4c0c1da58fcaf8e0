package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One search parameter with its values (FHIR R4, Search, section 3.1.1.4).
 *
 * @param parameter what is looked at
 * @param anyOf one of these has to match; never empty
 * @param negated {@code :not}: none may match, so a resource without the element meets it
 */
public record Criterion(SearchParameter parameter, List<SearchValue> anyOf, boolean negated) {

  public Criterion {
    anyOf = List.copyOf(anyOf);
  }

  public Criterion(SearchParameter parameter, List<SearchValue> anyOf) {
    this(parameter, anyOf, false);
  }

  boolean matches(ObjectNode resource) {
    return negated
        != parameter
            .values(resource)
            .anyMatch(found -> anyOf.stream().anyMatch(v -> v.matches(found, parameter.system())));
  }
}
