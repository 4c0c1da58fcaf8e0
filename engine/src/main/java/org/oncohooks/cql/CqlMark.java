package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How often one expression of the CQL gave what.
 *
 * @param locator where it stands, {@code line:column-line:column}, both counted from 1, the end
 *     included; a single character as {@code line:column}
 * @param yes how often true
 * @param no how often false
 * @param unknown how often null
 * @param other how often any other value
 * @param failed how often none, because it or a part of it failed
 * @param value its value as {@link CqlPreview} writes it, if it was always the same and is known
 */
public record CqlMark(
    String locator,
    long yes,
    long no,
    long unknown,
    long other,
    long failed,
    Optional<JsonNode> value) {

  /** How often it was evaluated. */
  public long times() {
    return yes + no + unknown + other + failed;
  }
}
