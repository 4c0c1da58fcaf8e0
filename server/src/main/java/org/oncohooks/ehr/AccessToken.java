package org.oncohooks.ehr;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Deadline;

/**
 * The token that a hook call hands over for its own duration (CDS Hooks 2.0, FHIR resource access).
 * It lives as long as the call, and nothing but the request to the call's own FHIR server shows it.
 */
public final class AccessToken {

  /** What a header may carry; anything else could end the header. */
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,16384}");

  /** SMART App Launch, scopes for requesting FHIR resources: version 1 and version 2. */
  private static final Pattern SCOPE =
      Pattern.compile(
          "(?:patient|user|system)/(\\*|[A-Za-z]+)\\.(?:(\\*|read|write)|([cruds]{1,5}))(\\?.*)?");

  private final String secret;
  private final Optional<Deadline> expiry;
  private final List<String> scopes;
  private final Optional<String> patientId;

  /**
   * @param secret as it came; has to be {@link #isUsable usable}
   * @param expiry when it ends, if the call says so
   * @param scope as it came; some EHRs send words that are no SMART scopes
   * @param patientId the one patient whose data it opens, if the call says so
   */
  public AccessToken(
      String secret,
      Optional<Deadline> expiry,
      Optional<String> scope,
      Optional<String> patientId) {
    if (!isUsable(secret)) {
      throw new IllegalArgumentException("an access token that no header can carry");
    }
    this.secret = secret;
    this.expiry = expiry;
    this.scopes = scope.map(text -> List.of(text.strip().split("\\s+"))).orElse(List.of());
    this.patientId = patientId;
  }

  /** Whether a text can be sent as a token. */
  public static boolean isUsable(String secret) {
    return FORM.matcher(secret).matches();
  }

  String authorization() {
    return "Bearer " + secret;
  }

  boolean expired() {
    return expiry.map(Deadline::expired).orElse(false);
  }

  Deadline until(Deadline deadline) {
    return expiry.map(deadline::or).orElse(deadline);
  }

  boolean isForAnotherPatientThan(String patient) {
    return patientId.map(id -> !id.equals(patient)).orElse(false);
  }

  /**
   * Whether all of a type may be read. A scope that is narrowed by a query brings only a part,
   * which would look like the whole. Where no SMART scope is named the server has to tell.
   */
  boolean covers(String resourceType) {
    boolean none = true;
    for (String scope : scopes) {
      Matcher smart = SCOPE.matcher(scope);
      if (smart.matches()) {
        none = false;
        boolean type = smart.group(1).equals("*") || smart.group(1).equals(resourceType);
        boolean reads =
            smart.group(2) != null
                ? !smart.group(2).equals("write")
                : smart.group(3).indexOf(resourceType.equals("Patient") ? 'r' : 's') >= 0;
        if (type && reads && smart.group(4) == null) {
          return true;
        }
      }
    }
    return none;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "AccessToken";
  }
}
