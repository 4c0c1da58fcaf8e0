package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One define that the two engines answer differently for one patient.
 *
 * @param ours the value of the engine that OncoHooks runs; a missing node when it has none
 * @param theirs the value of the independent engine, likewise
 */
record Difference(String patient, String define, JsonNode ours, JsonNode theirs) {

  /** Every difference between two result files, in order of patient and define. */
  static List<Difference> between(JsonNode ours, JsonNode theirs) {
    List<Difference> differences = new ArrayList<>();
    for (String patient : names(ours, theirs)) {
      JsonNode left = ours.path(patient);
      JsonNode right = theirs.path(patient);
      for (String define : names(left, right)) {
        if (!same(left.path(define), right.path(define))) {
          differences.add(new Difference(patient, define, left.path(define), right.path(define)));
        }
      }
    }
    return differences;
  }

  @Override
  public String toString() {
    return patient + " " + define + "\n    ours   " + shown(ours) + "\n    theirs " + shown(theirs);
  }

  /** Two failures are the same answer, whatever their words. */
  private static boolean same(JsonNode left, JsonNode right) {
    return left.equals(right) && !(left instanceof MissingNode)
        || left.has("error") && right.has("error");
  }

  private static Set<String> names(JsonNode left, JsonNode right) {
    Set<String> names = new TreeSet<>();
    left.fieldNames().forEachRemaining(names::add);
    right.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "(no value)" : value.toString();
    return text.length() > 600 ? text.substring(0, 600) + " ..." : text;
  }
}
