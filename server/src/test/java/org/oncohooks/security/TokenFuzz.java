package org.oncohooks.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.oncohooks.ProblemException;

/**
 * Whatever a caller shows as its token: it is refused, or it holds by a second reading with the
 * JDK's own signature check and another JSON parser.
 *
 * <p>The first byte says how the rest is taken: as the header's value, or as header and claims,
 * with a line break between them, which are then signed with the client's key.
 */
public final class TokenFuzz {

  private static final Instant NOW = Instant.parse("2026-06-01T17:00:00Z");
  private static final String ISSUER = "https://ehr.example.org";
  private static final String URL = "https://cds.example.org/cds-services";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String X =
      "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7";
  private static final String Y =
      "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";

  /** The curve's own generator, so that the private key is 1: a corpus outlives a run. */
  private static final ECPublicKey PUBLIC;

  private static final PrivateKey PRIVATE;
  private static final TrustedClient CLIENT;

  static {
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp384r1"));
      ECParameterSpec spec = curve.getParameterSpec(ECParameterSpec.class);
      ECPoint point = new ECPoint(new BigInteger(X, 16), new BigInteger(Y, 16));
      KeyFactory keys = KeyFactory.getInstance("EC");
      PUBLIC = (ECPublicKey) keys.generatePublic(new ECPublicKeySpec(point, spec));
      PRIVATE = keys.generatePrivate(new ECPrivateKeySpec(BigInteger.ONE, spec));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    String set =
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"k\",\"x\":\""
            + encode(fixed(X))
            + "\",\"y\":\""
            + encode(fixed(Y))
            + "\"}]}";
    KeySource source =
        new KeySource("fuzz", () -> set.getBytes(StandardCharsets.UTF_8), InstantSource.fixed(NOW));
    if (!source.load()) {
      throw new IllegalStateException("the key can't be read");
    }
    CLIENT =
        new TrustedClient(
            "tenant",
            new TokenIssuer(ISSUER, source, Set.of(), TokenIssuer.ALGORITHMS),
            Optional.empty(),
            Set.of(),
            Duration.ofMinutes(5),
            50);
  }

  private TokenFuzz() {}

  private static byte[] fixed(String hex) {
    byte[] bytes = new BigInteger(hex, 16).toByteArray();
    return Arrays.copyOfRange(bytes, bytes.length - 48, bytes.length);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 0) {
      letsIn(input);
    }
  }

  /** Whether a token of at least one byte is let in. */
  public static boolean letsIn(byte[] input) {
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    String authorization =
        input[0] % 2 == 0 ? new String(rest, StandardCharsets.ISO_8859_1) : "Bearer " + sign(rest);
    refusesPublished(rest);
    try {
      SignedToken token = SignedToken.ofBearer(List.of(authorization));
      if (CLIENT.speaksFor(token.issuer(), token.tenant())) {
        CLIENT.check(token, URL, NOW);
        requireGood(authorization.strip().split(" +")[1]);
        return true;
      }
      return false;
    } catch (TokenRefused e) {
      if (e.fault().code().isBlank()) {
        throw new IllegalStateException("refused without a word", e);
      }
      return false;
    }
  }

  private static void refusesPublished(byte[] keys) {
    try {
      PublicKeys.parse(keys);
    } catch (ProblemException e) {
      // what it may say of bytes that are no key set
    }
  }

  private static String sign(byte[] headerAndClaims) {
    int end = 0;
    while (end < headerAndClaims.length && headerAndClaims[end] != '\n') {
      end++;
    }
    byte[] header = Arrays.copyOfRange(headerAndClaims, 0, end);
    byte[] claims =
        Arrays.copyOfRange(
            headerAndClaims, Math.min(end + 1, headerAndClaims.length), headerAndClaims.length);
    String signed = encode(header) + "." + encode(claims);
    try {
      Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initSign(PRIVATE);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requireGood(String compact) {
    String[] parts = compact.split("\\.");
    try {
      Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initVerify((PublicKey) PUBLIC);
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      require(signature.verify(Base64.getUrlDecoder().decode(parts[2])), "signature");
      JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      require(header.path("alg").asText().equals("ES384"), "alg");
      require(header.path("kid").asText().equals("k"), "kid");
      require(header.path("typ").asText().equalsIgnoreCase("JWT"), "typ");
      require(!header.has("crit") && !header.has("jwk") && !header.has("jku"), "header");
      require(claims.path("iss").asText().equals(ISSUER), "iss");
      require(claims.path("aud").toString().contains("\"" + URL + "\""), "aud");
      require(claims.path("exp").asLong() >= NOW.getEpochSecond() - 60, "exp");
      require(claims.path("iat").asLong() <= NOW.getEpochSecond() + 60, "iat");
      require(claims.path("exp").asLong() - claims.path("iat").asLong() <= 300, "lifetime");
      require(!claims.path("jti").asText().isBlank(), "jti");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("let in, and a second reading fails", e);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("let in, although it is wrong: " + what);
    }
  }
}
