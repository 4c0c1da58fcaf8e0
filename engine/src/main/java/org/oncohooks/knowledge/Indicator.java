package org.oncohooks.knowledge;

import java.util.Arrays;
import java.util.Optional;

/**
 * How urgent a card is (CDS Hooks 2.0, card attributes), with the FHIR request priority that
 * authors write (HL7 "Using FHIR Clinical Reasoning with CDS Hooks": routine, urgent, stat; {@code
 * asap} has no counterpart there and counts as a warning).
 */
public enum Indicator {
  INFO("info", "routine"),
  WARNING("warning", "urgent"),
  CRITICAL("critical", "stat");

  private final String code;
  private final String priority;

  Indicator(String code, String priority) {
    this.code = code;
    this.priority = priority;
  }

  /** The value on the wire. */
  public String code() {
    return code;
  }

  /** The FHIR request-priority code. */
  public String priority() {
    return priority;
  }

  /** The indicator of a FHIR request-priority code; empty if the code is none. */
  public static Optional<Indicator> ofPriority(String priority) {
    return priority.equals("asap")
        ? Optional.of(WARNING)
        : Arrays.stream(values()).filter(i -> i.priority.equals(priority)).findFirst();
  }
}
