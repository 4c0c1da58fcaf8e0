package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.PerformanceOptionsEnum;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.operations.FhirOperations;
import org.oncohooks.records.BundleIntake;
import org.oncohooks.records.CodeSets;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.ResourceCheck;
import org.oncohooks.records.SearchReader;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredTypes;

/**
 * The FHIR R4 REST face, to be mounted at one path: metadata, read and search of patients and
 * knowledge; versions and history, create, update, deletion, transaction and batch of patients.
 *
 * <p>HAPI's model of FHIR is built when the servlet is initialised, which costs two to three CPU
 * seconds; mount it so that the first request does it.
 */
public final class FhirApi extends HttpServlet {

  private static final String ALLOWED = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
  static final Set<String> PLACES =
      Stream.concat(
              Stream.of("metadata", AuditShelf.TYPE.type()),
              Stream.concat(StoredTypes.all().stream(), KnowledgeTypes.all().stream())
                  .map(SearchableType::type))
          .collect(Collectors.toUnmodifiableSet());
  private static final int MAX_FORM = 64 << 10;

  private final transient PatientStore store;
  private final transient Supplier<Map<String, List<ObjectNode>>> knowledge;
  private final transient AuditTrail audit;
  private final transient AccessLog accesses;
  private final transient FhirOperations operations;
  private final transient CodeSets codeSets;
  private final transient Optional<ResourceCheck> profiles;
  private final transient ProblemAnswers errors;
  private final transient InstantSource clock;
  private final transient ZoneId zone;
  private final String softwareVersion;
  private final String base;
  private transient Optional<Parts> parts = Optional.empty();

  private record Parts(
      FhirServer hapi,
      WriteEndpoint writes,
      InstanceEndpoint instances,
      OperationEndpoint operations) {}

  /**
   * @param store patients, read and written
   * @param knowledge the knowledge resources now in force, by type
   * @param audit what was done
   * @param accesses is told what is done here
   * @param operations what can be done with the knowledge
   * @param codeSets the value sets that a search may name
   * @param profiles what a resource that is written has to pass besides its structure
   * @param errors what a problem becomes on the wire
   * @param zone where dates without an offset are
   * @param softwareVersion for the capability statement
   * @param base absolute URL of this face for links, without a slash at its end; what callers say
   *     in their Host header is not used
   */
  public FhirApi(
      PatientStore store,
      Supplier<Map<String, List<ObjectNode>>> knowledge,
      AuditTrail audit,
      AccessLog accesses,
      FhirOperations operations,
      CodeSets codeSets,
      Optional<ResourceCheck> profiles,
      ProblemAnswers errors,
      InstantSource clock,
      ZoneId zone,
      String softwareVersion,
      String base) {
    this.store = store;
    this.knowledge = knowledge;
    this.audit = audit;
    this.accesses = accesses;
    this.operations = operations;
    this.codeSets = codeSets;
    this.profiles = profiles;
    this.errors = errors;
    this.clock = clock;
    this.zone = zone;
    this.softwareVersion = softwareVersion;
    this.base = base;
  }

  /**
   * The largest body that is read, in bytes.
   *
   * @param path below the mount; empty or with a slash at its beginning
   */
  public static int maxBody(String path) {
    return path.isEmpty() || path.equals("/") ? RequestBody.MAX_BUNDLE : RequestBody.MAX_RESOURCE;
  }

  /** Types of the resources that hold knowledge, and no patient. */
  public static Set<String> knowledgeTypes() {
    return KnowledgeTypes.all().stream()
        .map(SearchableType::type)
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void init() throws ServletException {
    FhirContext context = FhirContext.forR4();
    context.setPerformanceOptions(PerformanceOptionsEnum.DEFERRED_MODEL_SCANNING);
    SearchReader reader = new SearchReader(clock, zone, codeSets);
    FhirServer hapi =
        new FhirServer(
            context,
            new PatientShelf(store),
            new KnowledgeShelf(knowledge),
            new AuditShelf(audit),
            reader,
            errors,
            new Capabilities(softwareVersion, Date.from(clock.instant()), operations.offered()));
    hapi.setServerAddressStrategy(new HardcodedServerAddressStrategy(base));
    hapi.init(getServletConfig());
    BundleIntake intake =
        new BundleIntake(
            store,
            StructureChecks.of(context, profiles),
            reader,
            () -> UUID.randomUUID().toString());
    parts =
        Optional.of(
            new Parts(
                hapi,
                new WriteEndpoint(intake, errors, base),
                new InstanceEndpoint(store, base),
                new OperationEndpoint(operations)));
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    try {
      serve(request, response);
    } catch (ProblemException e) {
      AccessNote.of(request).refused(e.problem());
      refuse(response, e.problem());
    }
  }

  private void serve(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!METHODS.contains(request.getMethod())) {
      response.setHeader("Allow", ALLOWED);
      throw Problem.of(
              ProblemCategory.METHOD_NOT_ALLOWED,
              "method-not-allowed",
              "Use GET, POST, PUT or DELETE; resources are not patched here.")
          .asException();
    }
    if (request.getMethod().equals("OPTIONS")) {
      response.setHeader("Allow", ALLOWED);
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    List<String> path = path(request);
    AccessNote.begin(accesses, store, request, response, path);
    HttpServletRequest json = Acceptable.require(request);
    Parts ready = parts.orElseThrow();
    if (OperationEndpoint.serves(request.getMethod(), path)) {
      requireJsonFormat(request);
      ready.operations().serve(json, response, path);
    } else if (WriteEndpoint.writes(request.getMethod(), path)) {
      ready.writes().serve(json, response, path);
    } else if (InstanceEndpoint.serves(request.getMethod(), path)) {
      requireJsonFormat(request);
      ready.instances().serve(json, response, path);
    } else {
      requirePlace(path);
      requireSmallForm(request);
      ready.hapi().service(json, new OneDate(response));
    }
  }

  private static void requireJsonFormat(HttpServletRequest request) {
    String format = request.getParameter("_format");
    // an unescaped plus sign arrives as a blank
    if (format != null && !FhirServer.JSON.contains(format.replace(' ', '+'))) {
      throw Acceptable.problem().asException();
    }
  }

  /** HAPI would look for it, and write a line to the log that says nothing. */
  private static void requirePlace(List<String> path) {
    if (path.isEmpty() || !PLACES.contains(path.get(0))) {
      throw Problem.of(
              ProblemCategory.NOT_FOUND,
              "no-such-place",
              "There is nothing at this path; /metadata lists what there is.")
          .asException();
    }
  }

  private static void requireSmallForm(HttpServletRequest request) {
    boolean post = request.getMethod().equals("POST");
    long length = request.getContentLengthLong();
    if (post && (length < 0 || length > MAX_FORM)) {
      throw Problem.of(
              ProblemCategory.TOO_LARGE,
              "form-too-large",
              "Send a search form with a Content-Length of at most 64 KiB.")
          .asException();
    }
    boolean form =
        Optional.ofNullable(request.getContentType())
            .orElse("")
            .startsWith("application/x-www-form-urlencoded");
    if (post && (!form || request.getHeader("Content-Encoding") != null)) {
      throw Problem.of(
              ProblemCategory.UNSUPPORTED_MEDIA_TYPE,
              "content-type",
              "Send a search by POST as application/x-www-form-urlencoded.")
          .asException();
    }
  }

  /** The segments of the path below the mount. */
  private static List<String> path(HttpServletRequest request) {
    String path = Optional.ofNullable(request.getPathInfo()).orElse("");
    return Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }

  private void refuse(HttpServletResponse response, Problem problem) throws IOException {
    ProblemAnswers.Answer answer = errors.of(problem);
    response.setStatus(Acceptable.is(problem) ? Acceptable.STATUS : answer.status());
    response.setContentType("application/fhir+json;charset=UTF-8");
    if (answer.status() == 503) {
      response.setHeader("Retry-After", "1");
    }
    response.getOutputStream().write(answer.operationOutcome());
  }

  /**
   * Hides the Date header: before HAPI answers an error it resets the response and adds the headers
   * again that it saw, while the container puts the date back by itself.
   */
  private static final class OneDate extends HttpServletResponseWrapper {

    private OneDate(HttpServletResponse response) {
      super(response);
    }

    @Override
    public Collection<String> getHeaderNames() {
      return super.getHeaderNames().stream()
          .filter(name -> !name.equalsIgnoreCase("Date"))
          .toList();
    }
  }

  @Override
  public void destroy() {
    parts.ifPresent(ready -> ready.hapi().destroy());
  }
}
