package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import java.util.Optional;
import org.oncohooks.records.ResourceCheck;

/** What a resource has to pass before this service keeps it, wherever it comes from. */
public final class StructureChecks {

  private StructureChecks() {}

  /**
   * Elements, types and required elements of FHIR R4; costs two to three CPU seconds to make.
   *
   * @param profiles what comes after it
   */
  public static ResourceCheck r4(Optional<ResourceCheck> profiles) {
    return of(FhirContext.forR4(), profiles);
  }

  static ResourceCheck of(FhirContext context, Optional<ResourceCheck> profiles) {
    ResourceCheck structure = new StructureCheck(context);
    return profiles
        .<ResourceCheck>map(
            then ->
                (resource, place) -> {
                  structure.check(resource, place);
                  then.check(resource, place);
                })
        .orElse(structure);
  }
}
