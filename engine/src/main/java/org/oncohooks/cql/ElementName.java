package org.oncohooks.cql;

import org.opencds.cqf.cql.engine.elm.executing.PropertyEvaluator;
import org.opencds.cqf.cql.engine.runtime.StructuredValue;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * A property's path at one place of a program. Most places ask values of one FHIR type, so the
 * element found last is remembered with its type. Thread-safe.
 */
final class ElementName {

  private final String path;
  private final boolean plain;
  private volatile Found last;

  /**
   * @param element null if the type has none of that name
   */
  private record Found(FhirType type, FhirElement element) {}

  ElementName(String path) {
    this.path = path;
    this.plain = path.chars().noneMatch(c -> c == '.' || c == '[' || c == ']');
  }

  /** The value of that element; null of null. */
  Value of(Value value) {
    if (value == null) {
      return null;
    }
    if (!plain || !(value instanceof StructuredValue structured)) {
      return PropertyEvaluator.INSTANCE.resolvePath(value, path);
    }
    return structured.getElements() instanceof JsonElements elements
        ? elements.get(this)
        : structured.getElements().get(path);
  }

  /** Null if the type has none of that name. */
  FhirElement in(FhirType type) {
    Found found = last;
    if (found == null || found.type() != type) {
      found = new Found(type, type.elements().get(path));
      last = found;
    }
    return found.element();
  }
}
