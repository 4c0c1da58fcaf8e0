package org.oncohooks.records;

/** When a {@link Write} is carried out; the store asks in the same transaction. */
public sealed interface WriteCondition {

  /** Whatever is there. */
  WriteCondition ALWAYS = new Always();

  /** Only if the content differs from what is kept, apart from what the store sets in meta. */
  WriteCondition IF_CHANGED = new IfChanged();

  /** See {@link #ALWAYS}. */
  record Always() implements WriteCondition {}

  /** See {@link #IF_CHANGED}; otherwise what is kept stays, as {@link Written.Effect#NONE}. */
  record IfChanged() implements WriteCondition {}

  /**
   * Only if the current version is this one (If-Match); otherwise the transaction fails with {@code
   * PRECONDITION_FAILED}. A resource that is not there or deleted has no current version.
   */
  record IfVersion(long version) implements WriteCondition {}

  /**
   * Only if nothing matches (If-None-Exist); otherwise the transaction fails with {@code CONFLICT}
   * and code {@link #CONDITION_CHANGED}. Two transactions never both find nothing.
   */
  record IfNoneExist(SearchQuery query) implements WriteCondition {}

  /** Code of the problem when something came to match an {@link IfNoneExist} meanwhile. */
  String CONDITION_CHANGED = "condition-changed";
}
