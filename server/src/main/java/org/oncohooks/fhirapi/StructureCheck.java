package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.ResourceCheck;

/**
 * A resource holds the elements that FHIR R4 gives its type, each of its type and as often as it
 * may, and those that are required; profiles are another check.
 *
 * <p>HAPI's parser, which comes last, sees to what {@link ElementShape} leaves: codes that are
 * bound to a list, dates that no calendar has, one value of a choice, contained resources.
 */
final class StructureCheck implements ResourceCheck {

  private final FhirContext context;
  private final ElementShape shape;

  StructureCheck(FhirContext context) {
    this.context = context;
    this.shape = new ElementShape(context);
  }

  @Override
  public void check(ObjectNode resource, String place) {
    EmptyValues.refuse(resource, place);
    shape.require(resource, place);
    NarrativeCheck.require(resource, place);
    IParser parser = context.newJsonParser();
    parser.setParserErrorHandler(new StrictParse(place));
    try {
      parser.parseResource(resource.toString());
    } catch (ProblemException e) {
      throw e;
    } catch (RuntimeException e) {
      // besides DataFormatException the parser throws what it stumbles over, such as a
      // NullPointerException at an extension that is no object; messages may quote the resource
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "structure",
              "The resource is not FHIR R4 JSON of its type.",
              place)
          .asException(e);
    }
  }
}
