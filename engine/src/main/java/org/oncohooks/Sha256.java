package org.oncohooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 over a sequence of parts, each ended so that no two sequences read alike. Not
 * thread-safe.
 */
public final class Sha256 {

  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public Sha256 add(byte[] part) {
    digest.update(part);
    digest.update((byte) 0);
    return this;
  }

  /** Adds a text as UTF-8. */
  public Sha256 add(String part) {
    return add(part.getBytes(StandardCharsets.UTF_8));
  }

  /** 64 lower-case hexadecimal digits; ends the use of this object. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
