package org.oncohooks.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.oncohooks.cases.Case;
import org.oncohooks.knowledge.Recommendation;

/**
 * Whether a recommendation has cases of the four kinds. What a case expects says whether it is
 * positive or negative. Two cases of one folder are a boundary if they expect different things and
 * differ by a few days or by one. Data are missing where a case says that they were not sent: what
 * a card names as not recorded was sent, and found empty. Where that doesn't tell, the case says
 * its {@code kind}.
 */
final class CaseKinds {

  private static final int DAYS_APART = 3;

  private final Recommendation recommendation;
  private final List<Case> cases;

  private CaseKinds(Recommendation recommendation, List<Case> cases) {
    this.recommendation = recommendation;
    this.cases = cases;
  }

  static Optional<Remark> of(Recommendation recommendation, List<Case> all, ElmProgram program) {
    List<Case> own =
        all.stream().filter(c -> c.library().equals(recommendation.library())).toList();
    List<String> lacking = new CaseKinds(recommendation, own).lacking();
    ElmLibrary library = program.library(recommendation.library()).orElseThrow();
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            library.remark(
                Rule.CASES,
                library.json(),
                "no case in cql/tests/"
                    + recommendation.library()
                    + " is "
                    + String.join(", none is ", lacking)));
  }

  private List<String> lacking() {
    List<String> lacking = new ArrayList<>();
    if (cases.stream().noneMatch(c -> fires(c).equals(Optional.of(true)))) {
      lacking.add("positive (expects the card)");
    }
    if (cases.stream().noneMatch(c -> fires(c).equals(Optional.of(false)))) {
      lacking.add("negative (expects no card)");
    }
    if (cases.stream().noneMatch(c -> c.kind().equals(Optional.of("boundary"))) && !hasBoundary()) {
      lacking.add(
          "at a boundary (two of one folder, a day or one apart, that expect different things; or"
              + " kind: boundary)");
    }
    if (cases.stream().noneMatch(CaseKinds::lacksData)) {
      lacking.add(
          "about data that was not sent (missing: [Condition] or another type; or kind:"
              + " missing-data)");
    }
    return lacking;
  }

  /** Whether the case expects the recommendation to apply; empty if it doesn't say. */
  private Optional<Boolean> fires(Case one) {
    JsonNode applies = one.defines().get(recommendation.condition());
    if (applies != null) {
      return Optional.of(applies.asBoolean(false));
    }
    return one.cards()
        .map(
            cards ->
                cards.stream()
                    .anyMatch(
                        card -> card.path("topic").asText().equals(recommendation.topic().code())));
  }

  private static boolean lacksData(Case one) {
    return one.kind().equals(Optional.of("missing-data")) || !one.missing().isEmpty();
  }

  private boolean hasBoundary() {
    Map<String, List<Case>> folders =
        cases.stream().collect(Collectors.groupingBy(CaseKinds::folder));
    for (List<Case> folder : folders.values()) {
      for (int i = 0; i < folder.size(); i++) {
        for (int j = i + 1; j < folder.size(); j++) {
          if (areBoundary(folder.get(i), folder.get(j))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static String folder(Case one) {
    String[] parts = one.name().split("/", 3);
    return parts[0] + "/" + parts[1];
  }

  private static boolean areBoundary(Case one, Case other) {
    boolean sameExpected =
        one.defines().equals(other.defines()) && one.cards().equals(other.cards());
    if (sameExpected || one.resources().size() != other.resources().size()) {
      return false;
    }
    List<String[]> differences = new ArrayList<>();
    if (!one.evaluatedAt().equals(other.evaluatedAt())) {
      differences.add(new String[] {one.evaluatedAt().toString(), other.evaluatedAt().toString()});
    }
    scalars(one.parameters(), other.parameters(), differences);
    for (int i = 0; i < one.resources().size() && differences.size() < 2; i++) {
      ObjectNode left = one.resources().get(i);
      ObjectNode right = other.resources().get(i);
      if (!differ(left, right, differences)) {
        return false;
      }
    }
    return differences.size() == 1 && areNear(differences.get(0)[0], differences.get(0)[1]);
  }

  private static void scalars(
      Map<String, JsonNode> one, Map<String, JsonNode> other, List<String[]> differences) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    for (String name : names) {
      String left = String.valueOf(one.get(name));
      String right = String.valueOf(other.get(name));
      if (!left.equals(right)) {
        differences.add(new String[] {left, right});
      }
    }
  }

  /** Collects scalars that differ; false if more differs than scalars. */
  private static boolean differ(JsonNode one, JsonNode other, List<String[]> differences) {
    if (one.equals(other)) {
      return true;
    }
    if (one.isValueNode() && other.isValueNode()) {
      differences.add(new String[] {one.asText(), other.asText()});
      return true;
    }
    if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
      return false;
    }
    if (one.isArray()) {
      for (int i = 0; i < one.size(); i++) {
        if (!differ(one.get(i), other.get(i), differences)) {
          return false;
        }
      }
      return true;
    }
    for (Iterator<String> names = one.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!other.has(name) || !differ(one.get(name), other.get(name), differences)) {
        return false;
      }
    }
    return true;
  }

  private static boolean areNear(String one, String other) {
    try {
      long days = ChronoUnit.DAYS.between(day(one), day(other));
      return Math.abs(days) <= DAYS_APART;
    } catch (DateTimeParseException | StringIndexOutOfBoundsException e) {
      // no dates; perhaps numbers
    }
    try {
      return new BigDecimal(one).subtract(new BigDecimal(other)).abs().compareTo(BigDecimal.ONE)
          <= 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static LocalDate day(String text) {
    return LocalDate.parse(text.substring(0, "2026-06-01".length()));
  }
}
