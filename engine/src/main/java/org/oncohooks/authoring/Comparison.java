package org.oncohooks.authoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;

/**
 * What two decisions have in common that ought to be the same: one about a patient, one about
 * nobody in the same situation. Names of facts are left out, since what an EHR wrote about them is
 * gone; dates and references are compared as they moved.
 */
final class Comparison {

  private static final String DATE = "\\d{4}-\\d\\d(-\\d\\d)?";

  private final Deidentification moved;

  private Comparison(Deidentification moved) {
    this.moved = moved;
  }

  /**
   * @param moved how what is said about the patient is said about nobody
   * @return a sentence for each difference
   */
  static List<String> of(Decision patient, Decision nobody, Deidentification moved) {
    Map<String, String> expected = new Comparison(moved).lines(patient, true);
    Map<String, String> actual = new Comparison(moved).lines(nobody, false);
    List<String> differences = new ArrayList<>();
    expected.forEach(
        (what, value) -> {
          if (!value.equals(actual.get(what))) {
            differences.add(
                what + ": the request gives " + value + ", the case " + actual.get(what));
          }
        });
    return differences;
  }

  private Map<String, String> lines(Decision decision, boolean move) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (Outcome outcome : decision.outcomes()) {
      String kind = outcome.getClass().getSimpleName();
      String why = outcome instanceof Outcome.NotEvaluated n ? " " + n.problem().code() : "";
      lines.put(outcome.recommendation().topic().code(), kind + why);
    }
    Advice advice = decision.speaking().map(Outcome.Applies::advice).orElse(null);
    lines.put("indicator", advice == null ? "none" : advice.indicator().code());
    lines.put("summary", advice == null ? "none" : text(advice.summary()));
    lines.put("text", advice == null ? "none" : text(advice.text()));
    lines.put("not recorded", advice == null ? "none" : text(advice.notRecorded().toString()));
    lines.put(
        "suggestions",
        advice == null
            ? "none"
            : advice.suggestions().stream().map(Proposal::id).collect(Collectors.joining(" ")));
    lines.put(
        "evidence",
        advice == null
            ? "none"
            : advice.evidence().stream()
                .map(each -> evidence(each, move))
                .sorted()
                .collect(Collectors.joining("; ")));
    lines.put("data incomplete", text(decision.dataIncomplete().toString()));
    lines.put("sentences on what was not seen", String.valueOf(decision.unseen().size()));
    return lines;
  }

  private static String text(String text) {
    return text.replaceAll(DATE, "DATE");
  }

  /** The type of the resource alone: one without an id has got one. */
  private String evidence(Evidence evidence, boolean move) {
    String date = evidence.date().orElse("no date");
    String type = evidence.resource().orElse("").replaceFirst("/.*", "");
    return (move ? moved.moved(date).orElse(date) : date) + " " + type;
  }
}
