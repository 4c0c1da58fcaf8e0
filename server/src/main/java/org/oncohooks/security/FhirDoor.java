package org.oncohooks.security;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Lets in who brings an access token with the scopes that a request needs (SMART App Launch 2,
 * backend services), and nobody else; the capability statement is for anyone.
 */
public final class FhirDoor implements Door {

  private static final Problem FORBIDDEN =
      Problem.of(
          ProblemCategory.FORBIDDEN, "scope-missing", "The token's scopes do not allow this.");

  private static final Set<String> TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");

  /** Parameters by which a search of one type answers with others, or depends on them. */
  private static final Pattern FURTHER =
      Pattern.compile("(^|&)(_include|_revinclude|_has|[^=&]*\\.)");

  /**
   * A server whose access tokens are taken.
   *
   * @param audience what a token's {@code aud} has to name
   * @param callsPerSecond how many calls its tokens may make in the long run; twice that at once
   */
  public record Grantor(TokenIssuer issuer, String audience, int callsPerSecond) {}

  /** Stands for those who bring no token; no issuer is called so. */
  private static final String NOBODY = "";

  private final String mount;
  private final List<Grantor> grantors;
  private final Set<String> openTypes;
  private final InstantSource clock;
  private final Rates rates;

  /**
   * @param mount path of the FHIR server, without a slash at its end
   * @param grantors no two of them for one issuer; none = nobody is let in
   * @param openTypes resource types that anyone may read
   * @param openCallsPerSecond how often all together may who bring no token
   */
  public FhirDoor(
      String mount,
      List<Grantor> grantors,
      Set<String> openTypes,
      int openCallsPerSecond,
      InstantSource clock) {
    this.mount = mount;
    this.grantors = List.copyOf(grantors);
    this.openTypes = Set.copyOf(openTypes);
    this.clock = clock;
    Map<String, Integer> callsPerSecond = new HashMap<>();
    grantors.forEach(g -> callsPerSecond.put(g.issuer().issuer(), g.callsPerSecond()));
    callsPerSecond.put(NOBODY, openCallsPerSecond);
    this.rates = new Rates(callsPerSecond);
  }

  @Override
  public Admission admit(RequestHead head) {
    List<String> path =
        Arrays.stream(head.path().substring(mount.length()).split("/"))
            .filter(segment -> !segment.isEmpty())
            .toList();
    Optional<Scope> needed =
        Scope.needed(
            head.method(),
            path,
            Stream.concat(Stream.of(head.query()), head.ifNoneExist().stream())
                .anyMatch(FhirDoor::reachesFurther),
            !head.ifNoneExist().isEmpty());
    if (isForAnyone(head, path, needed)) {
      return rates.admit(NOBODY)
          ? new Admission.Admitted(Caller.anyone())
          : new Admission.Refused(Rates.TOO_MANY, Rates.TOO_MANY.code(), Caller.anyone());
    }
    Caller caller = Caller.anyone();
    try {
      SignedToken token = SignedToken.ofBearer(head.authorization());
      Grantor grantor = grantor(token);
      caller = Caller.claiming(grantor.issuer().issuer());
      check(token, grantor);
      caller = Caller.of(token, grantor.issuer().issuer());
      if (!rates.admit(grantor.issuer().issuer())) {
        return new Admission.Refused(Rates.TOO_MANY, Rates.TOO_MANY.code(), caller);
      }
      List<Scope> granted = Scope.of(token.claims().path("scope"));
      return needed.isEmpty() || Scope.allow(granted, needed.get())
          ? new Admission.Admitted(caller)
          : new Admission.Refused(FORBIDDEN, FORBIDDEN.code(), caller);
    } catch (TokenRefused e) {
      return new Admission.Refused(ClientDoor.UNAUTHENTICATED, e.fault().code(), caller);
    } catch (ProblemException e) {
      return new Admission.Refused(e.problem(), e.problem().code(), caller);
    }
  }

  private boolean isForAnyone(RequestHead head, List<String> path, Optional<Scope> needed) {
    boolean reads =
        head.method().equals("GET")
            || head.method().equals("HEAD")
            || head.method().equals("POST") && Scope.isOperationOnKnowledge(path);
    return reads
        && (path.equals(List.of("metadata"))
            || needed.filter(scope -> openTypes.contains(scope.type())).isPresent());
  }

  private static boolean reachesFurther(String query) {
    try {
      return FURTHER.matcher(URLDecoder.decode(query, StandardCharsets.UTF_8)).find();
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private Grantor grantor(SignedToken token) throws TokenRefused {
    String issuer = token.issuer();
    return grantors.stream()
        .filter(known -> known.issuer().issuer().equals(issuer))
        .findFirst()
        .orElseThrow(TokenFault.ISSUER::refused);
  }

  private void check(SignedToken token, Grantor grantor) throws TokenRefused {
    token.requireType(TYPES);
    grantor.issuer().checkHeader(token);
    if (!token.audiences().contains(grantor.audience())) {
      throw TokenFault.AUDIENCE.refused();
    }
    TokenIssuer.checkTime(token, clock.instant());
    grantor.issuer().checkSignature(token);
  }
}
