package org.oncohooks.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;

/**
 * A JSON Web Token in its signed compact form (RFC 7515, section 3.1; RFC 7519), read strictly and
 * not yet believed: one parser's view of it, with unique member names and JSON's own types.
 *
 * @param signed what the signature is over
 */
record SignedToken(ObjectNode header, ObjectNode claims, byte[] signed, byte[] signature) {

  private static final int LONGEST = 8 << 10;
  private static final int LONGEST_ID = 256;
  private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +(\\S+)");
  private static final Pattern COMPACT =
      Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");

  /** A header that brings its own key, or changes how the rest is to be read. */
  private static final Set<String> REFUSED_MEMBERS =
      Set.of("crit", "jwk", "x5u", "x5c", "zip", "enc", "b64", "cty");

  /** NumericDate beyond any sense; a day in the year 9999 has 12 digits. */
  private static final long LATEST = 253_402_300_799L;

  /**
   * @param authorization values of the Authorization headers
   */
  static SignedToken ofBearer(List<String> authorization) throws TokenRefused {
    if (authorization.isEmpty()) {
      throw TokenFault.NO_TOKEN.refused();
    }
    if (authorization.size() > 1) {
      throw TokenFault.SEVERAL_AUTHORIZATIONS.refused();
    }
    Matcher bearer = BEARER.matcher(authorization.get(0));
    if (!bearer.matches()) {
      throw TokenFault.NOT_BEARER.refused();
    }
    return parse(bearer.group(1));
  }

  static SignedToken parse(String compact) throws TokenRefused {
    Matcher parts = COMPACT.matcher(compact);
    if (compact.length() > LONGEST || !parts.matches()) {
      throw TokenFault.MALFORMED.refused();
    }
    ObjectNode header = object(parts.group(1));
    for (String name : REFUSED_MEMBERS) {
      if (header.has(name)) {
        throw TokenFault.HEADER_UNKNOWN.refused();
      }
    }
    return new SignedToken(
        header,
        object(parts.group(2)),
        compact.substring(0, parts.end(2)).getBytes(StandardCharsets.US_ASCII),
        decode(parts.group(3)));
  }

  private static ObjectNode object(String part) throws TokenRefused {
    try {
      return StrictJson.object(decode(part));
    } catch (ProblemException e) {
      throw TokenFault.MALFORMED.refused();
    }
  }

  private static byte[] decode(String part) throws TokenRefused {
    try {
      return Base64.getUrlDecoder().decode(part);
    } catch (IllegalArgumentException e) {
      throw TokenFault.MALFORMED.refused();
    }
  }

  /**
   * @param types the values of {@code typ} that are taken, in lower case; blank = none needed
   */
  void requireType(Set<String> types) throws TokenRefused {
    JsonNode type = header.path("typ");
    boolean taken =
        type.isMissingNode()
            ? types.contains("")
            : type.isTextual() && types.contains(type.textValue().toLowerCase(Locale.ROOT));
    if (!taken) {
      throw TokenFault.TYPE.refused();
    }
  }

  String algorithm() throws TokenRefused {
    return text(header.path("alg"), TokenFault.ALGORITHM);
  }

  String keyId() throws TokenRefused {
    return text(header.path("kid"), TokenFault.KEY_ID);
  }

  Optional<String> keyUrl() throws TokenRefused {
    return header.has("jku")
        ? Optional.of(text(header.path("jku"), TokenFault.KEY_URL))
        : Optional.empty();
  }

  String issuer() throws TokenRefused {
    return text(claims.path("iss"), TokenFault.ISSUER);
  }

  Optional<String> tenant() throws TokenRefused {
    return claims.has("tenant")
        ? Optional.of(text(claims.path("tenant"), TokenFault.TENANT))
        : Optional.empty();
  }

  String id() throws TokenRefused {
    return text(claims.path("jti"), TokenFault.CLAIM_MALFORMED);
  }

  /** One audience or several (RFC 7519, section 4.1.3). */
  Set<String> audiences() throws TokenRefused {
    JsonNode audience = claims.path("aud");
    if (audience.isTextual()) {
      return Set.of(audience.textValue());
    }
    if (!(audience instanceof ArrayNode several) || several.isEmpty()) {
      throw TokenFault.AUDIENCE.refused();
    }
    Set<String> all = new HashSet<>();
    for (JsonNode one : several) {
      if (!one.isTextual()) {
        throw TokenFault.AUDIENCE.refused();
      }
      all.add(one.textValue());
    }
    return all;
  }

  Instant required(String claim) throws TokenRefused {
    return optional(claim).orElseThrow(TokenFault.CLAIM_MALFORMED::refused);
  }

  /** A claim that is only told on, where it is a text of reasonable length. */
  Optional<String> word(String claim) {
    return Optional.ofNullable(claims.path(claim).textValue())
        .filter(text -> !text.isBlank() && text.length() <= LONGEST_ID);
  }

  /** A NumericDate, in whole seconds. */
  Optional<Instant> optional(String claim) throws TokenRefused {
    JsonNode value = claims.path(claim);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > LATEST) {
      throw TokenFault.CLAIM_MALFORMED.refused();
    }
    return Optional.of(Instant.ofEpochSecond(value.longValue()));
  }

  private static String text(JsonNode value, TokenFault otherwise) throws TokenRefused {
    if (!value.isTextual()
        || value.textValue().isBlank()
        || value.textValue().length() > LONGEST_ID) {
      throw otherwise.refused();
    }
    return value.textValue();
  }
}
