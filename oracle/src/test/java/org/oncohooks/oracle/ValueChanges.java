package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/** Changes to measured and answered values. */
final class ValueChanges {

  private static final List<String> FACTORS = List.of("0.5", "0.9", "1.05", "1.3", "2");
  private static final List<String> UNITS = List.of("mg/dL", "mmol/L", "kg", "{score}", "%");

  boolean change(Chart chart) {
    Optional<ObjectNode> resource = chart.anyResource(r -> !valued(r).isEmpty());
    resource
        .flatMap(r -> chart.any(valued(r)))
        .ifPresent(
            holder -> {
              if (holder.path("valueBoolean").isBoolean()) {
                holder.put("valueBoolean", !holder.path("valueBoolean").asBoolean());
              } else {
                quantity((ObjectNode) holder.path("valueQuantity"), chart);
              }
            });
    return resource.isPresent();
  }

  private static void quantity(ObjectNode quantity, Chart chart) {
    switch (chart.random().nextInt(5)) {
      case 0 -> quantity.put("comparator", chart.any(List.of("<", ">", ">=")).orElseThrow());
      case 1 -> {
        String unit = chart.any(UNITS).orElseThrow();
        quantity.put("unit", unit).put("code", unit);
      }
      case 2 -> quantity.remove("value");
      default ->
          quantity.put(
              "value",
              new BigDecimal(quantity.path("value").asText("1"))
                  .multiply(new BigDecimal(chart.any(FACTORS).orElseThrow()))
                  .setScale(1, RoundingMode.HALF_UP));
    }
  }

  private static List<ObjectNode> valued(ObjectNode resource) {
    return Chart.objects(resource).stream()
        .filter(o -> o.path("valueBoolean").isBoolean() || o.path("valueQuantity").isObject())
        .toList();
  }
}
