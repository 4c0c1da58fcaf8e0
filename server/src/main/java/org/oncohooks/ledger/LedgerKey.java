package org.oncohooks.ledger;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * The secret without which nobody can tell from the ledger whom a row is about: patients are kept
 * as keyed hashes (HMAC-SHA-256), comments encrypted (AES-256-GCM). Thread-safe.
 *
 * <p>Whoever loses it keeps a whole ledger in which patients can no longer be recognised, so that
 * cards are repeated and comments can't be read.
 */
public final class LedgerKey {

  private static final Pattern TRAILING_SLASHES = Pattern.compile("/+$");
  private static final int BYTES = 32;
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec patients;
  private final SecretKeySpec comments;
  private final String fingerprint;

  private LedgerKey(byte[] secret) {
    SecretKeySpec root = new SecretKeySpec(secret, "HmacSHA256");
    patients = new SecretKeySpec(hmac(root, "patients"), "HmacSHA256");
    comments = new SecretKeySpec(hmac(root, "comments"), "AES");
    fingerprint = HexFormat.of().formatHex(hmac(root, "fingerprint"), 0, 8);
  }

  /** One that is forgotten when the process ends. */
  public static LedgerKey random() {
    return new LedgerKey(secret());
  }

  /**
   * @param file holds 64 hexadecimal digits
   * @throws ProblemException {@code INCORRECT} if it does not or can't be read
   */
  public static LedgerKey read(Path file) {
    try {
      String text = Files.readString(file).strip();
      if (text.matches("[0-9a-fA-F]{64}")) {
        return new LedgerKey(HexFormat.of().parseHex(text));
      }
    } catch (IOException e) {
      throw unusable(file).asException(e);
    }
    throw unusable(file).asException();
  }

  /**
   * Reads the key, and makes it first where there is none, for the owner of the process alone.
   *
   * @throws ProblemException {@code INCORRECT} if there is something else, {@code UNAVAILABLE} if
   *     it can't be written
   */
  public static LedgerKey readOrMake(Path file) {
    if (!Files.exists(file)) {
      make(file);
    }
    return read(file);
  }

  private static void make(Path file) {
    byte[] text = (HexFormat.of().formatHex(secret()) + "\n").getBytes(StandardCharsets.US_ASCII);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] owner =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owner)) {
      channel.write(ByteBuffer.wrap(text));
      channel.force(true); // rows that rest on it are durable, so it has to be
    } catch (FileAlreadyExistsException e) {
      return; // another process was first
    } catch (IOException e) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE,
              "ledger-key-not-written",
              "The ledger's key can't be written to " + file + ".")
          .asException(e);
    }
  }

  private static Problem unusable(Path file) {
    return Problem.of(
        ProblemCategory.INCORRECT,
        "ledger-key-unusable",
        "The ledger's key can't be read from " + file + ": it has to hold 64 hexadecimal digits.");
  }

  private static byte[] secret() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return secret;
  }

  /** Tells this key from others without telling anything about it; 16 hexadecimal digits. */
  String fingerprint() {
    return fingerprint;
  }

  /**
   * The patient as the ledger knows them.
   *
   * @param tenant whose EHR the id is of
   * @param server base URL of the FHIR server that the id belongs to; empty if the caller gives
   *     none
   * @return 64 hexadecimal digits
   */
  public String patient(String tenant, String server, String id) {
    return HexFormat.of()
        .formatHex(
            hmac(
                patients,
                tenant + "\0" + TRAILING_SLASHES.matcher(server).replaceFirst("") + "\0" + id));
  }

  /** A caller's word that might name a patient, as a keyed hash. */
  public String hidden(String text) {
    return "hmac:" + HexFormat.of().formatHex(hmac(patients, "text\0" + text));
  }

  String encrypt(String text) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder()
          .encodeToString(
              ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }

  /**
   * @throws ProblemException {@code INCORRECT} if it was encrypted with another key or changed
   */
  public String decrypt(String sealed) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
      byte[] nonce = new byte[NONCE];
      bytes.get(nonce);
      byte[] rest = new byte[bytes.remaining()];
      bytes.get(rest);
      return new String(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(rest), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException | BufferUnderflowException e) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "ledger-key-other",
              "A comment of the ledger can't be read with this key.")
          .asException(e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, comments, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
