package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A difference that is understood and stays.
 *
 * @param defines regular expression over the whole {@code Library.define}
 * @param patients regular expression over the whole patient file name
 * @param kind how the two values have to differ
 * @param ours for {@link Kind#VALUES}: our value
 * @param theirs for {@link Kind#VALUES}: the independent engine's value
 * @param reason who is right, by which clause of which specification, and why it stays
 */
record KnownDifference(
    String defines, String patients, Kind kind, JsonNode ours, JsonNode theirs, String reason) {

  /** Ways in which the engines differ that are understood. */
  enum Kind {
    /** Just these two values. */
    VALUES,

    /** {@code flatten} skips a null list in ours and puts a null in its place in theirs. */
    NULL_LIST_FLATTENED,

    /** {@code Combine} of an empty list, and with it a text, is null in ours, a text in theirs. */
    EMPTY_LIST_COMBINED
  }

  KnownDifference {
    Objects.requireNonNull(kind, "kind");
    Pattern.compile(defines);
    Pattern.compile(patients);
    if ((kind == Kind.VALUES) != (ours != null && theirs != null)) {
      throw new IllegalArgumentException(
          "VALUES, and only VALUES, has ours and theirs: " + defines);
    }
    if (reason.isBlank()) {
      throw new IllegalArgumentException("A known difference needs its reason: " + defines);
    }
  }

  /** Reads the list; an unknown member is an error. */
  static List<KnownDifference> read(InputStream json) throws IOException {
    return List.of(
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build()
            .readValue(json, KnownDifference[].class));
  }

  boolean covers(Difference difference) {
    return Pattern.matches(defines, difference.define())
        && Pattern.matches(patients, difference.patient())
        && switch (kind) {
          case VALUES -> ours.equals(difference.ours()) && theirs.equals(difference.theirs());
          case NULL_LIST_FLATTENED ->
              difference.ours().equals(withoutNullItems(difference.theirs()));
          case EMPTY_LIST_COMBINED -> difference.ours().isNull() && difference.theirs().isTextual();
        };
  }

  private static JsonNode withoutNullItems(JsonNode value) {
    if (value instanceof ArrayNode list) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      for (JsonNode item : list) {
        if (!item.isNull()) {
          kept.add(withoutNullItems(item));
        }
      }
      return kept;
    }
    if (value instanceof ObjectNode object) {
      ObjectNode kept = JsonNodeFactory.instance.objectNode();
      object.properties().forEach(e -> kept.set(e.getKey(), withoutNullItems(e.getValue())));
      return kept;
    }
    return value;
  }
}
