package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A difference that is understood and stays.
 *
 * @param define {@code Library.define}
 * @param patients regular expression over the whole patient file name
 * @param ours our value; null for any
 * @param theirs the independent engine's value; null for any
 * @param reason who is right, by which clause of which specification, and why it stays
 */
record KnownDifference(
    String define, String patients, JsonNode ours, JsonNode theirs, String reason) {

  KnownDifference {
    Objects.requireNonNull(define, "define");
    Pattern.compile(patients);
    if (reason.isBlank()) {
      throw new IllegalArgumentException("A known difference needs its reason: " + define);
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
    return define.equals(difference.define())
        && Pattern.matches(patients, difference.patient())
        && (ours == null || ours.isNull() || ours.equals(difference.ours()))
        && (theirs == null || theirs.isNull() || theirs.equals(difference.theirs()));
  }
}
