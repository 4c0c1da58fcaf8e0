package org.oncohooks.cases;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Something that is not as a case expects it.
 *
 * @param what what differs, for people: a define's name, {@code card summary}
 * @param expected what the case expects
 * @param actual what is
 * @param place where in the case or variant it is expected, such as {@code [cards, 0, summary]};
 *     need not be there yet
 * @param accepted what would have to stand there; empty if nothing could be written that holds
 */
public record Difference(
    String what, String expected, String actual, List<String> place, Optional<JsonNode> accepted) {

  /** A failure, which can't be accepted. */
  static Difference failure(String what, String expected, String actual) {
    return new Difference(what, expected, actual, List.of(), Optional.empty());
  }

  @Override
  public String toString() {
    return what + ": expected " + expected + ", was " + actual;
  }
}
