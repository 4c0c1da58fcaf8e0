package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.oncohooks.records.SearchParameter;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredTypes;

/** The tables of search parameters say what FHIR R4 says, as HAPI's model of R4 knows it. */
final class SearchDefinitionsTest {

  @Test
  void parametersWithADefinitionAreThoseOfFhir() {
    FhirContext context = FhirContext.forR4();
    List<SearchableType> types = new ArrayList<>(StoredTypes.all());
    types.addAll(KnowledgeTypes.all());
    for (SearchableType type : types) {
      for (SearchParameter parameter : type.parameters()) {
        String name = type.type() + "." + parameter.name();
        RuntimeSearchParam known =
            context.getResourceDefinition(type.type()).getSearchParam(parameter.name());
        if (parameter.definition().isEmpty()) {
          assertThat(known).as(name + " is FHIR's own").isNull();
        } else if (!parameter.name().startsWith("_")) {
          assertThat(known).as(name + " is not FHIR's").isNotNull();
          assertThat(kind(parameter)).as(name).isEqualTo(known.getParamType().name());
          for (String path : parameter.paths()) {
            assertThat(known.getPath()).as(name).contains(type.type() + "." + element(path));
          }
        }
      }
    }
  }

  private static String kind(SearchParameter parameter) {
    return parameter.kind().name().toUpperCase(Locale.ROOT);
  }

  /** The path without the type that JSON adds to a choice's name. */
  private static String element(String path) {
    return path.split("\\.")[0].replaceAll("(DateTime|Period|Instant|Timing|CodeableConcept)$", "");
  }
}
