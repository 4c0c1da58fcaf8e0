package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import org.oncohooks.knowledge.Service;

/** The discovery answer: one entry for each service and hook (CDS Hooks 2.0, discovery). */
final class Discovery {

  private Discovery() {}

  static ObjectNode of(Collection<Service> offered, Site site) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode services = answer.putArray("services");
    for (Service service : offered) {
      service.hooks().forEach(hook -> services.add(entry(service, hook, site)));
    }
    return answer;
  }

  private static ObjectNode entry(Service service, String hook, Site site) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("hook", hook).put("id", service.id());
    entry.put("title", service.title()).put("description", service.description());
    ObjectNode prefetch = entry.putObject("prefetch");
    site.prefetch(service, hook).templates().forEach(prefetch::put);
    return entry;
  }
}
