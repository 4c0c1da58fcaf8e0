package org.oncohooks.oracle;

import static java.util.Comparator.naturalOrder;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * One patient's resources as HAPI structures.
 *
 * @param patientId the logical id of the one Patient among them
 * @param resources every resource, in the order of their ids as the service keeps them; those
 *     without one last
 */
public record PatientResources(String patientId, List<Resource> resources) {
  private static final Comparator<Resource> BY_ID =
      Comparator.comparing(
          resource -> resource.getIdElement().getIdPart(), Comparator.nullsLast(naturalOrder()));

  /**
   * @param json a FHIR Bundle in UTF-8 that holds exactly one Patient
   */
  public static PatientResources ofBundle(FhirContext fhir, byte[] json) {
    Bundle bundle =
        fhir.newJsonParser().parseResource(Bundle.class, new String(json, StandardCharsets.UTF_8));
    return of(entries(bundle).toList());
  }

  /**
   * @param json the {@code prefetch} object of a CDS Hooks request in UTF-8: resources, searchsets
   *     or null by key
   */
  public static PatientResources ofPrefetch(FhirContext fhir, byte[] json) {
    IParser parser = fhir.newJsonParser();
    List<Resource> resources = new ArrayList<>();
    for (JsonNode value : object(json)) {
      if (value.isObject() && parser.parseResource(value.toString()) instanceof Resource resource) {
        (resource instanceof Bundle bundle ? entries(bundle) : Stream.of(resource))
            .forEach(resources::add);
      }
    }
    return of(resources);
  }

  private static PatientResources of(List<Resource> resources) {
    List<String> patients =
        resources.stream()
            .filter(Patient.class::isInstance)
            .map(resource -> resource.getIdElement().getIdPart())
            .toList();
    if (patients.size() != 1) {
      throw new IllegalArgumentException(patients.size() + " Patient resources, not one");
    }
    return new PatientResources(patients.get(0), resources.stream().sorted(BY_ID).toList());
  }

  private static Stream<Resource> entries(Bundle bundle) {
    return bundle.getEntry().stream()
        .filter(Bundle.BundleEntryComponent::hasResource)
        .map(Bundle.BundleEntryComponent::getResource);
  }

  private static JsonNode object(byte[] json) {
    try {
      return JsonMapper.builder().build().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
