package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import org.oncohooks.records.ResourceCheck;

/** What a resource has to pass before this service keeps it, wherever it comes from. */
public final class StructureChecks {

  private StructureChecks() {}

  /** Elements, types and required elements of FHIR R4; costs two to three CPU seconds to make. */
  public static ResourceCheck r4() {
    return new StructureCheck(FhirContext.forR4());
  }
}
