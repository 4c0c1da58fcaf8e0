package org.oncohooks.lint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Recommendation;
import org.oncohooks.knowledge.Service;

/**
 * Data that one recommendation of a service requires and no other does. Where an EHR does not send
 * it, the others answer, and every patient gets a card that says that this one could not be.
 */
final class RequiredData {

  private RequiredData() {}

  static List<Remark> of(Collection<Service> services, List<ContentFiles.Resource> resources) {
    List<Remark> remarks = new ArrayList<>();
    for (Service service : services) {
      List<Recommendation> all =
          service.entries().stream().map(Service.Entry::recommendation).distinct().toList();
      for (Recommendation one : all) {
        for (String type : one.requiredTypes()) {
          if (all.size() > 1
              && all.stream().allMatch(r -> r == one || !r.requiredTypes().contains(type))) {
            remark(service, one, type, all, resources).ifPresent(remarks::add);
          }
        }
      }
    }
    return remarks;
  }

  private static Optional<Remark> remark(
      Service service,
      Recommendation one,
      String type,
      List<Recommendation> all,
      List<ContentFiles.Resource> resources) {
    long without = all.stream().filter(r -> r.optionalTypes().containsKey(type)).count();
    return resources.stream()
        .filter(r -> r.type().equals("PlanDefinition") && r.url().equals(one.canonical().url()))
        .findFirst()
        .map(
            resource ->
                JsonPlaces.of(resource)
                    .remark(
                        Rule.REQUIRED_DATA,
                        "/action/0/input",
                        "in the service "
                            + service.id()
                            + " only this recommendation requires "
                            + type
                            + (without == 0 ? "" : "; others that do without: " + without)
                            + ". Where an EHR does not send it, every patient gets \"Could not be"
                            + " evaluated\": list it in input as optional and say what is not seen"
                            + " then, or accept that"));
  }
}
