package org.oncohooks.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.json.StrictJson;

/**
 * The signature keys of a JSON Web Key Set (RFC 7517). Keys that this service does not use are
 * passed over: symmetric ones, those for encryption, RSA below 2048 bits.
 */
final class PublicKeys {

  /** A key set is a handful; one of thousands is an error or an attack. */
  private static final int MOST_KEYS = 100;

  private static final int LEAST_RSA_BITS = 2048;

  private final List<JWK> keys;
  private final int unreadable;

  private PublicKeys(List<JWK> keys, int unreadable) {
    this.keys = keys;
    this.unreadable = unreadable;
  }

  /**
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if the bytes are no key set
   */
  static PublicKeys parse(byte[] json) {
    JsonNode set = StrictJson.object(json).path("keys");
    if (!set.isArray() || set.size() > MOST_KEYS) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "key-set-invalid",
              "A key set has to hold an array keys of at most " + MOST_KEYS + " keys.")
          .asException();
    }
    List<JWK> usable = new ArrayList<>();
    int unreadable = 0;
    for (JsonNode key : set) {
      Optional<JWK> read = read(key);
      read.filter(PublicKeys::isUsable).ifPresent(usable::add);
      unreadable += read.isPresent() ? 0 : 1;
    }
    return new PublicKeys(List.copyOf(usable), unreadable);
  }

  private static Optional<JWK> read(JsonNode json) {
    try {
      return Optional.ofNullable(JWK.parse(json.toString()));
    } catch (ParseException | RuntimeException e) { // the library's way with malformed keys
      return Optional.empty();
    }
  }

  private static boolean isUsable(JWK key) {
    boolean strong = key instanceof ECKey || key instanceof RSAKey && key.size() >= LEAST_RSA_BITS;
    boolean forSignatures = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
    boolean toVerify =
        key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY);
    return strong && forSignatures && toVerify && key.getKeyID() != null;
  }

  /** How many keys of the set are not what RFC 7517 says. */
  int unreadable() {
    return unreadable;
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  boolean has(String keyId) {
    return keys.stream().anyMatch(key -> key.getKeyID().equals(keyId));
  }

  /**
   * Whether one of the keys of this id made the signature. What the token's header says besides its
   * algorithm plays no part.
   */
  boolean verify(String keyId, String algorithm, byte[] signed, byte[] signature) {
    JWSAlgorithm named = JWSAlgorithm.parse(algorithm);
    return keys.stream()
        .filter(key -> key.getKeyID().equals(keyId))
        .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(named))
        .anyMatch(key -> verify(key, new JWSHeader(named), signed, signature));
  }

  private static boolean verify(JWK key, JWSHeader header, byte[] signed, byte[] signature) {
    try {
      JWSVerifier verifier =
          key instanceof ECKey curve
              ? new ECDSAVerifier(curve)
              : new RSASSAVerifier(key.toRSAKey());
      // refuses an algorithm that is not of the key's kind and curve
      return verifier.verify(header, signed, Base64URL.encode(signature));
    } catch (JOSEException e) {
      return false;
    }
  }
}
