package org.oncohooks.cql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The elements of a complex FHIR value: a lazy view of its JSON object. An element is converted
 * when CQL first asks for it, and remembered.
 *
 * <p>Two views are equal when they show equal JSON. The hash is cheap on purpose: the CQL engine
 * puts every retrieved resource into a hash set, and a hash over all elements would convert them
 * all.
 */
final class JsonElements extends AbstractMap<String, Value> {

  private final FhirValues values;
  private final FhirType type;
  private final ObjectNode node;
  private final Value[] converted;
  private final boolean[] known;

  JsonElements(FhirValues values, FhirType type, ObjectNode node) {
    this.values = values;
    this.type = type;
    this.node = node;
    this.converted = new Value[type.ordered().size()];
    this.known = new boolean[type.ordered().size()];
  }

  ObjectNode node() {
    return node;
  }

  FhirType type() {
    return type;
  }

  @Override
  public Value get(Object key) {
    return asked(type.elements().get(key));
  }

  Value get(ElementName name) {
    return asked(name.in(type));
  }

  private Value asked(FhirElement element) {
    values.budget().spend();
    return element == null ? null : get(element);
  }

  private Value get(FhirElement element) {
    int index = element.index();
    if (!known[index]) {
      converted[index] = values.element(element, node, type.name());
      known[index] = true;
    }
    return converted[index];
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Entry<String, Value>> entrySet() {
    List<Entry<String, Value>> entries = new ArrayList<>();
    for (FhirElement element : type.ordered()) {
      Value value = get(element);
      if (value != null) {
        entries.add(Map.entry(element.name(), value));
      }
    }
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Value>> iterator() {
        return entries.iterator();
      }

      @Override
      public int size() {
        return entries.size();
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonElements elements
        ? node == elements.node || (type == elements.type && node.equals(elements.node))
        : super.equals(other);
  }

  @Override
  public int hashCode() {
    return 31 * node.size() + node.path("id").asText("").hashCode();
  }
}
