package org.oncohooks.decision;

import java.util.Comparator;
import org.oncohooks.Sha256;
import org.oncohooks.knowledge.CodedTerm;

/**
 * Tells whether a card says the same about the same facts as another: SHA-256 over the topic, the
 * indicator, the source and the evidence, whatever the order in which the evidence was found.
 */
public final class EvidenceHash {

  private EvidenceHash() {}

  /** 64 lower-case hexadecimal digits. */
  public static String of(CodedTerm topic, Advice advice) {
    Sha256 hash =
        new Sha256()
            .add(topic.system())
            .add(topic.code())
            .add(advice.indicator().code())
            .add(advice.source().label());
    advice.evidence().stream()
        .sorted(
            Comparator.comparing((Evidence e) -> e.resource().orElse(""))
                .thenComparing(e -> e.date().orElse(""))
                .thenComparing(Evidence::fact))
        .forEach(e -> hash.add(e.resource().orElse("")).add(e.date().orElse("")).add(e.fact()));
    return hash.hex();
  }
}
