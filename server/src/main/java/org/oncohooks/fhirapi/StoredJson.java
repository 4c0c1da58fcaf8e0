package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** From the JSON that is kept to HAPI's model, for answers. */
record StoredJson(FhirContext context) {

  Resource model(ObjectNode json) {
    IParser parser = context.newJsonParser();
    // what is kept was checked when it came; the handler's own logging would quote it
    parser.setParserErrorHandler(new LenientErrorHandler(false).disableAllErrors());
    return (Resource) parser.parseResource(json.toString());
  }

  Class<? extends IBaseResource> model(String type) {
    return context.getResourceDefinition(type).getImplementingClass();
  }
}
