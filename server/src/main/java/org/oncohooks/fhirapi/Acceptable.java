package org.oncohooks.fhirapi;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** Content negotiation: JSON alone is answered (FHIR R4, RESTful API, section 3.1.0.1.11). */
final class Acceptable {

  /** HTTP status "not acceptable". */
  static final int STATUS = 406;

  private static final String CODE = "not-acceptable";
  private static final Set<String> RANGES =
      Set.of("*/*", "application/*", "application/json", "application/fhir+json");

  private Acceptable() {}

  static Problem problem() {
    return Problem.of(
        ProblemCategory.UNSUPPORTED_MEDIA_TYPE,
        CODE,
        "FHIR is answered as JSON alone; accept application/fhir+json.");
  }

  static boolean is(Problem problem) {
    return problem.code().equals(CODE);
  }

  /**
   * @return the request, which now asks for FHIR JSON alone
   * @throws org.oncohooks.ProblemException {@link #problem()} if its Accept header leaves no JSON
   */
  static HttpServletRequest require(HttpServletRequest request) {
    List<String> accepts = Collections.list(request.getHeaders("Accept"));
    boolean json =
        accepts.isEmpty()
            || accepts.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .anyMatch(Acceptable::allowsJson);
    if (!json) {
      throw problem().asException();
    }
    return new HttpServletRequestWrapper(request) {
      @Override
      public String getHeader(String name) {
        return name.equalsIgnoreCase("Accept") ? "application/fhir+json" : super.getHeader(name);
      }

      @Override
      public Enumeration<String> getHeaders(String name) {
        return name.equalsIgnoreCase("Accept")
            ? Collections.enumeration(List.of("application/fhir+json"))
            : super.getHeaders(name);
      }
    };
  }

  private static boolean allowsJson(String range) {
    String[] parts = range.toLowerCase(Locale.ROOT).split(";");
    return RANGES.contains(parts[0].strip())
        && Arrays.stream(parts).noneMatch(p -> p.strip().matches("q=0(\\.0*)?"));
  }
}
