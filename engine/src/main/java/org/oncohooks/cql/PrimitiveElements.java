package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.oncohooks.ProblemException;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The elements of a FHIR primitive: {@code value} from its JSON value, {@code id} and {@code
 * extension} from the {@code _name} sibling (FHIR R4, JSON representation of primitive elements).
 */
final class PrimitiveElements extends AbstractMap<String, Value> {

  private final FhirValues values;
  private final FhirType type;
  private final ObjectNode parent;
  private final String member;
  private final JsonNode json;
  private final ObjectNode sibling;
  private Value value;
  private boolean valueKnown;

  /**
   * @param parent the object in which the primitive stands, and {@code member} its name there
   * @param json the value; null if only the sibling is there
   * @param sibling id and extensions; null if there are none
   */
  PrimitiveElements(
      FhirValues values,
      FhirType type,
      ObjectNode parent,
      String member,
      JsonNode json,
      ObjectNode sibling) {
    this.values = values;
    this.type = type;
    this.parent = parent;
    this.member = member;
    this.json = json;
    this.sibling = sibling;
  }

  FhirType type() {
    return type;
  }

  /** The value as it stands in the record; null if there is none. */
  JsonNode json() {
    return json;
  }

  /** Its id and extensions; null if there are none. */
  ObjectNode sibling() {
    return sibling;
  }

  @Override
  public Value get(Object key) {
    values.budget().spend();
    if ("value".equals(key)) {
      if (!valueKnown) {
        value = json == null ? null : read();
        valueKnown = true;
      }
      return value;
    }
    FhirElement element = type.elements().get(key);
    return element == null || sibling == null
        ? null
        : values.element(element, sibling, type.name());
  }

  private Value read() {
    try {
      return values.system(type.primitive().orElseThrow(), json);
    } catch (ProblemException e) {
      throw values.placed(e, parent, member, type.name());
    }
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Entry<String, Value>> entrySet() {
    Map<String, Value> entries = new LinkedHashMap<>();
    for (FhirElement element : type.ordered()) {
      Value found = get(element.name());
      if (found != null) {
        entries.put(element.name(), found);
      }
    }
    return entries.entrySet();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrimitiveElements elements
        ? type == elements.type
            && Objects.equals(json, elements.json)
            && Objects.equals(sibling, elements.sibling)
        : super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(json);
  }
}
