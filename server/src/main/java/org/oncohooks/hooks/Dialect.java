package org.oncohooks.hooks;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an EHR wants its answers written, where that differs from what CDS Hooks says. */
public enum Dialect {
  /** As CDS Hooks 2.0 says. */
  STANDARD,
  /** Epic: one action for each suggestion, topic codes of letters and digits alone. */
  EPIC,
  /** Oracle Health: no appContext in links. */
  ORACLE_HEALTH;

  /** Its name in a configuration. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Dialect> of(String code) {
    return Arrays.stream(values()).filter(dialect -> dialect.code().equals(code)).findFirst();
  }
}
