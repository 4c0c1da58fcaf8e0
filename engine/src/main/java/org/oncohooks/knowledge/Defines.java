package org.oncohooks.knowledge;

/** Names of the defines that a recommendation's library has by convention (cql/README.md). */
public final class Defines {

  /** String: why it applies to this patient. */
  public static final String REASON = "Reason";

  /** List of {@code Tuple {fact String, date DateTime, resource String}}. */
  public static final String EVIDENCE = "Evidence";

  /** List of String: what was not recorded and would matter. */
  public static final String NOT_RECORDED = "Not Recorded";

  /** List of String: sentences about values that could not be used. */
  public static final String DATA_INCOMPLETE = "Data Incomplete";

  /**
   * List of String, optional: what each of several tools says about this patient, one line a tool,
   * whether or not it is the one that decides.
   */
  public static final String ASSESSMENT = "Assessment";

  private Defines() {}
}
