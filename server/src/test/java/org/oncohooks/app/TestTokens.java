package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** An EHR's keys, and tokens made with them, good or bad. */
final class TestTokens {

  static final ECKey EC384 = ec(Curve.P_384, "ec384");
  static final ECKey EC256 = ec(Curve.P_256, "ec256");
  static final ECKey FOREIGN = ec(Curve.P_384, "ec384");
  static final RSAKey RSA = rsa(2048, "rsa");
  static final RSAKey RSA_FOR_RS256 =
      new RSAKey.Builder(rsa(2048, "rsa-for-rs256")).algorithm(JWSAlgorithm.RS256).build();
  static final RSAKey WEAK = rsa(1024, "weak");

  /** What the EHR publishes. */
  static final String KEYS = set(EC384, EC256, RSA, RSA_FOR_RS256, WEAK);

  private final ObjectNode header = JsonNodeFactory.instance.objectNode();
  private final ObjectNode claims = JsonNodeFactory.instance.objectNode();

  private TestTokens() {}

  private static ECKey ec(Curve curve, String id) {
    try {
      return new ECKeyGenerator(curve).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa(int bits, String id) {
    try {
      return new RSAKeyGenerator(bits, true).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String set(JWK... keys) {
    return Arrays.stream(keys)
        .map(key -> key.toPublicJWK().toJSONString())
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  /** A token that is good at an instant for an endpoint, before a test spoils it. */
  static TestTokens good(Instant now, String issuer, String audience) {
    TestTokens token = new TestTokens();
    token.header.put("alg", "ES384").put("typ", "JWT").put("kid", "ec384");
    token
        .claims
        .put("iss", issuer)
        .put("aud", audience)
        .put("iat", now.getEpochSecond())
        .put("exp", now.getEpochSecond() + 240)
        .put("jti", UUID.randomUUID().toString());
    return token;
  }

  ObjectNode header() {
    return header;
  }

  ObjectNode claims() {
    return claims;
  }

  TestTokens key(String algorithm, String keyId) {
    header.put("alg", algorithm).put("kid", keyId);
    return this;
  }

  static String encode(String json) {
    return encode(json.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Header and claims, encoded. */
  String unsigned() {
    return encode(header.toString()) + "." + encode(claims.toString());
  }

  String signed() {
    return signed(EC384);
  }

  String signed(JWK key) {
    return sign(unsigned(), key, JWSAlgorithm.parse(header.path("alg").asText("ES384")));
  }

  /** Signs whatever text; the algorithm is of the key's kind. */
  static String sign(String text, JWK key, JWSAlgorithm algorithm) {
    try {
      JWSSigner signer =
          key instanceof ECKey ec
              ? new ECDSASigner(ec)
              : new RSASSASigner(
                  key.toRSAKey().toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()));
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return text + "." + signer.sign(new JWSHeader(algorithm), bytes);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
