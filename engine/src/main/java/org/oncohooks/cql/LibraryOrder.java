package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.oncohooks.Finding;

/**
 * The order in which libraries are compiled: each after those that it includes.
 *
 * <p>The translator compiles a library that has errors again for every library that includes it,
 * which takes exponential time where libraries include each other in layers. In this order the
 * first cause is found, and what rests on it is left alone.
 */
final class LibraryOrder {

  private final Map<String, CqlSource> sources = new LinkedHashMap<>();
  private final Collection<Finding> findings;
  private final Set<String> done = new LinkedHashSet<>();
  private final List<String> path = new ArrayList<>();

  private LibraryOrder(Collection<CqlSource> sources, Collection<Finding> findings) {
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.findings = findings;
  }

  /**
   * @param findings receives circles of includes; their libraries are left out
   */
  static List<CqlSource> of(Collection<CqlSource> sources, Collection<Finding> findings) {
    LibraryOrder order = new LibraryOrder(sources, findings);
    order.sources.keySet().forEach(order::visit);
    return order.done.stream().map(order.sources::get).toList();
  }

  private void visit(String name) {
    int circle = path.indexOf(name);
    if (circle >= 0) {
      findings.add(
          Finding.error(
              sources.get(name).file(),
              "libraries include each other in a circle: "
                  + String.join(" -> ", path.subList(circle, path.size()))
                  + " -> "
                  + name));
      return;
    }
    if (done.contains(name) || !sources.containsKey(name)) {
      return;
    }
    path.add(name);
    sources.get(name).includes().forEach(this::visit);
    path.remove(path.size() - 1);
    done.add(name);
  }
}
