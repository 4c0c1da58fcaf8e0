package org.oncohooks.hooks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Evidence;
import org.oncohooks.knowledge.CodedTerm;

/**
 * Tells whether a card says the same about the same facts as another: SHA-256 over the topic, the
 * indicator and the evidence, whatever the order in which the evidence was found.
 */
final class EvidenceHash {

  private static final char SEPARATOR = 0x1F;

  private EvidenceHash() {}

  static String of(CodedTerm topic, Advice advice) {
    StringBuilder input = new StringBuilder(256);
    input.append(topic.system()).append(SEPARATOR).append(topic.code()).append(SEPARATOR);
    input.append(advice.indicator().code());
    advice.evidence().stream().map(EvidenceHash::line).sorted().forEach(input::append);
    return HexFormat.of().formatHex(sha256(input.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static String line(Evidence evidence) {
    return "\n"
        + evidence.resource().orElse("")
        + SEPARATOR
        + evidence.date().orElse("")
        + SEPARATOR
        + evidence.fact();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
