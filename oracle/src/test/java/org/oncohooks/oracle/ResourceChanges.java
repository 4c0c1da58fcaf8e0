package org.oncohooks.oracle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Changes to which resources, and which of their elements, are there. */
final class ResourceChanges {

  /** Without {@code contained} a reference into it would dangle, which no FHIR parser accepts. */
  private static final Set<String> KEPT =
      Set.of("resourceType", "id", "subject", "patient", "text", "meta", "contained");

  private final List<ObjectNode> donors;

  ResourceChanges(List<ObjectNode> donors) {
    this.donors = donors;
  }

  boolean drop(Chart chart) {
    int wanted = 1 + chart.random().nextInt(5);
    boolean dropped = false;
    for (int i = 0; i < wanted; i++) {
      Optional<ObjectNode> victim = chart.anyResource(r -> true);
      victim.ifPresent(v -> chart.remove(r -> r == v));
      dropped |= victim.isPresent();
    }
    return dropped;
  }

  boolean dropType(Chart chart) {
    Optional<String> type = chart.anyResource(r -> true).map(Chart::type);
    type.ifPresent(t -> chart.remove(r -> Chart.type(r).equals(t)));
    return type.isPresent();
  }

  boolean dropElement(Chart chart) {
    Optional<ObjectNode> resource = chart.anyResource(r -> !names(r).isEmpty());
    resource.ifPresent(r -> chart.any(names(r)).ifPresent(r::remove));
    return resource.isPresent();
  }

  boolean duplicate(Chart chart) {
    Optional<ObjectNode> resource = chart.anyResource(r -> true);
    resource.ifPresent(chart::add);
    return resource.isPresent();
  }

  /** Takes over a few resources of another sample. */
  boolean graft(Chart chart) {
    int wanted = 1 + chart.random().nextInt(3);
    boolean grafted = false;
    for (int i = 0; i < wanted; i++) {
      Optional<ObjectNode> resource =
          chart
              .any(donors)
              .flatMap(
                  donor ->
                      new Chart(donor, chart.random())
                          .anyResource(r -> r.has("subject") || r.has("patient")));
      resource.ifPresent(chart::add);
      grafted |= resource.isPresent();
    }
    return grafted;
  }

  private static List<String> names(ObjectNode resource) {
    List<String> names = new ArrayList<>();
    resource.fieldNames().forEachRemaining(names::add);
    names.removeAll(KEPT);
    return names;
  }
}
