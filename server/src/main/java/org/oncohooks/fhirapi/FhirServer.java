package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.records.SearchReader;
import org.oncohooks.records.StoredTypes;

/** HAPI's plain server with one provider for each type. */
final class FhirServer extends RestfulServer {

  private static final long serialVersionUID = 1L;
  private static final Set<SummaryEnum> SUMMARIES =
      EnumSet.of(SummaryEnum.TRUE, SummaryEnum.FALSE, SummaryEnum.DATA, SummaryEnum.COUNT);
  private static final String[] NONE = new String[0];
  static final Set<String> JSON =
      Set.of("json", "application/json", "application/fhir+json", "text/json");

  FhirServer(
      FhirContext context,
      Shelf patients,
      Shelf knowledge,
      Shelf audit,
      SearchReader reader,
      ProblemAnswers errors,
      Capabilities capabilities) {
    super(context);
    StoredJson json = new StoredJson(context);
    StoredTypes.all()
        .forEach(type -> registerProvider(new TypeProvider(type, patients, reader, json)));
    KnowledgeTypes.all()
        .forEach(type -> registerProvider(new TypeProvider(type, knowledge, reader, json)));
    registerProvider(new TypeProvider(AuditShelf.TYPE, audit, reader, json));
    registerInterceptor(new SafeErrors(errors, json));
    setServerConformanceProvider(capabilities);
    setDefaultResponseEncoding(EncodingEnum.JSON);
    setUncompressIncomingContents(false);
  }

  /** Before HAPI chooses who answers: it may answer as JSON alone, and has to know every shape. */
  @Override
  protected void validateRequest(ServletRequestDetails request) {
    Map<String, String[]> parameters = request.getParameters();
    String[] formats = parameters.getOrDefault(Constants.PARAM_FORMAT, NONE);
    String[] summaries = parameters.getOrDefault(Constants.PARAM_SUMMARY, NONE);
    request.addParameter(Constants.PARAM_FORMAT, new String[] {Constants.CT_FHIR_JSON_NEW});
    // an unescaped plus sign arrives as a blank
    if (!Arrays.stream(formats).map(f -> f.replace(' ', '+')).allMatch(JSON::contains)) {
      throw Acceptable.problem().asException();
    }
    // as text HAPI answers a read with a page of HTML that somebody else has written
    if (!Arrays.stream(summaries).map(SummaryEnum::fromCode).allMatch(SUMMARIES::contains)) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "summary-unknown",
              "Give _summary as true, false, data or count.",
              Constants.PARAM_SUMMARY)
          .asException();
    }
    super.validateRequest(request);
  }

  /** The HTTP edge has given the request its id. */
  @Override
  protected void addRequestIdToResponse(ServletRequestDetails request, String id) {}

  /** What runs here is nobody's business: no header names it. */
  @Override
  protected String createPoweredByHeader() {
    return "";
  }
}
