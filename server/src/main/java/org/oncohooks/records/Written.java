package org.oncohooks.records;

import java.util.Optional;

/**
 * What a {@link Write} did.
 *
 * @param effect what became of it
 * @param version the version that it made, or what is there if it made none; empty if nothing of
 *     that type and id ever was
 */
public record Written(Effect effect, Optional<ResourceVersion> version) {

  /** What became of a write. */
  public enum Effect {
    /** There was none before, or it had been deleted. */
    CREATED,
    UPDATED,
    DELETED,
    /** Nothing changed: what was to be kept is kept already, or what was to go is not there. */
    NONE
  }

  static Written of(Effect effect, ResourceVersion version) {
    return new Written(effect, Optional.of(version));
  }

  public boolean created() {
    return effect == Effect.CREATED;
  }
}
