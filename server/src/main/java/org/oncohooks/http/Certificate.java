package org.oncohooks.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.Sha256;

/**
 * A listener's certificates with their key, as they were read.
 *
 * @param digest of both files
 */
record Certificate(List<X509Certificate> chain, PrivateKey key, String digest) {

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /**
   * @throws ProblemException {@code INCORRECT} saying what is wrong with the files
   */
  static Certificate read(TlsFiles files) {
    byte[] certificates;
    byte[] key;
    try {
      certificates = Files.readAllBytes(files.certificate());
      key = Files.readAllBytes(files.key());
    } catch (IOException e) {
      throw refuse("The TLS certificate or its key can't be read.", e);
    }
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(certificates))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new GeneralSecurityException("no certificate");
      }
      Certificate read = new Certificate(chain, key(key), digest(certificates, key));
      read.requirePair();
      return read;
    } catch (GeneralSecurityException e) {
      throw refuse(
          "The TLS files have to be PEM: the listener's certificate first, and its own private key"
              + " in PKCS #8 without a password (BEGIN PRIVATE KEY).",
          e);
    }
  }

  private static ProblemException refuse(String text, Exception cause) {
    return Problem.of(ProblemCategory.INCORRECT, "tls-files", text).asException(cause);
  }

  /** The digest that the files have now; empty while they can't be read. */
  static Optional<String> digest(TlsFiles files) {
    try {
      return Optional.of(
          digest(Files.readAllBytes(files.certificate()), Files.readAllBytes(files.key())));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String digest(byte[] certificates, byte[] key) {
    return new Sha256().add(certificates).add(key).hex();
  }

  private static PrivateKey key(byte[] pem) throws GeneralSecurityException {
    Matcher found = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!found.find()) {
      throw new GeneralSecurityException("no private key");
    }
    byte[] encoded;
    try {
      encoded = Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not Base64", e);
    }
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        continue; // of another kind
      }
    }
    throw new GeneralSecurityException("a key of an unknown kind");
  }

  /** While both files are being replaced, one may be of before. */
  private void requirePair() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(signing(key));
    byte[] something = "the key fits the certificate".getBytes(StandardCharsets.US_ASCII);
    signature.initSign(key);
    signature.update(something);
    byte[] signed = signature.sign();
    signature.initVerify(chain.get(0));
    signature.update(something);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("the key is another certificate's");
    }
  }

  private static String signing(Key key) {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> "EdDSA";
    };
  }

  Instant end() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** With an empty password, in memory. */
  KeyStore store() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("listener", key, new char[0], chain.toArray(X509Certificate[]::new));
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a key store in memory", e);
    }
  }
}
