package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.ResourceCheck;

/**
 * A resource holds the elements that FHIR R4 gives its type, each of its type and as often as it
 * may, and those that are required; no more is asked of it here (profiles are another check).
 */
final class StructureCheck implements ResourceCheck {

  private final FhirContext context;
  private final RequiredElements required;

  StructureCheck(FhirContext context) {
    this.context = context;
    this.required = new RequiredElements(context);
  }

  @Override
  public void check(ObjectNode resource, String place) {
    EmptyValues.refuse(resource, place);
    IParser parser = context.newJsonParser();
    parser.setParserErrorHandler(new StrictParse(place));
    IBaseResource model;
    try {
      model = parser.parseResource(resource.toString());
    } catch (DataFormatException | ClassCastException | IllegalArgumentException e) {
      // HAPI's message may quote the resource
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "structure",
              "The resource is not FHIR R4 JSON of its type.",
              place)
          .asException(e);
    }
    required.refuseWithout(model, place);
  }
}
