package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Changes to when something happened. */
final class DateChanges {

  /** Elements of FHIR type dateTime, which may have any precision; instants may not. */
  private static final Set<String> DATE_TIMES =
      Set.of(
          "onsetDateTime",
          "abatementDateTime",
          "recordedDate",
          "effectiveDateTime",
          "performedDateTime",
          "occurrenceDateTime",
          "authoredOn",
          "authored",
          "start",
          "end");

  private final EdgeDates edges;

  DateChanges(EdgeDates edges) {
    this.edges = edges;
  }

  boolean shift(Chart chart) {
    return change(chart, text -> edges.shifted(text, chart.random()));
  }

  boolean toBoundary(Chart chart) {
    return change(chart, text -> edges.onDay(edges.edge(chart.random()), text));
  }

  boolean toPartial(Chart chart) {
    int length = chart.random().nextBoolean() ? 4 : 7;
    return change(chart, text -> text.substring(0, Math.min(length, text.length())));
  }

  boolean toOtherOffset(Chart chart) {
    return change(chart, text -> edges.atOffset(text, chart.random()));
  }

  /** Says a condition's onset in another of its types, or not at all; and sometimes its end. */
  boolean onset(Chart chart) {
    Optional<ObjectNode> condition = chart.any(chart.resources("Condition"));
    condition.ifPresent(
        c -> {
          Chart.clear(c, "onset");
          String edge = edges.edge(chart.random()).toString();
          switch (chart.random().nextInt(6)) {
            case 0 -> c.put("onsetDateTime", edge);
            case 1 -> c.put("onsetDateTime", edge.substring(0, 7));
            case 2 -> c.putObject("onsetPeriod").put("start", edge);
            case 3 -> c.putObject("onsetPeriod").put("end", edge);
            case 4 -> PersonChanges.age(c.putObject("onsetAge"), 45);
            default -> Chart.clear(c, "abatement");
          }
          if (chart.random().nextInt(4) == 0) {
            Chart.clear(c, "abatement");
            c.put("abatementDateTime", edges.edge(chart.random()).toString());
          }
        });
    return condition.isPresent();
  }

  private static boolean change(Chart chart, UnaryOperator<String> edit) {
    Optional<ObjectNode> resource = chart.anyResource(r -> dated(r).findAny().isPresent());
    resource
        .flatMap(r -> chart.any(dated(r).toList()))
        .ifPresent(
            owner -> {
              List<String> names =
                  DATE_TIMES.stream()
                      .sorted()
                      .filter(name -> owner.path(name).isTextual())
                      .toList();
              chart
                  .any(names)
                  .ifPresent(name -> owner.put(name, edit.apply(owner.path(name).asText())));
            });
    return resource.isPresent();
  }

  private static Stream<ObjectNode> dated(ObjectNode resource) {
    return Chart.objects(resource).stream()
        .filter(o -> DATE_TIMES.stream().anyMatch(name -> o.path(name).isTextual()));
  }
}
