package org.oncohooks.cql;

import java.util.HashMap;
import javax.xml.namespace.QName;
import org.opencds.cqf.cql.engine.model.ModelResolver;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Value;

/** The engine's questions about FHIR types, answered from the model info. Thread-safe. */
final class FhirModelResolver implements ModelResolver {

  private final FhirTypes types;

  FhirModelResolver(FhirTypes types) {
    this.types = types;
  }

  /** A record holds one patient's resources only, so no path has to tie them to the patient. */
  @Override
  public String getContextPath(String contextType, String targetType) {
    return null;
  }

  @Override
  public Boolean is(String valueType, QName type) {
    return FhirTypes.URI.equals(type.getNamespaceURI())
        && types.isA(valueType, type.getLocalPart());
  }

  @Override
  public Value createInstance(String typeName) {
    return new ClassInstance(types.type(typeName).qualifiedName(), new HashMap<>());
  }

  @Override
  public String resolveId(Value target) {
    return target instanceof ClassInstance instance
            && instance.getElements() instanceof JsonElements elements
        ? elements.node().path("id").asText(null)
        : null;
  }
}
