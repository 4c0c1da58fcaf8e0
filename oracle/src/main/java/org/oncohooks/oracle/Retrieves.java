package org.oncohooks.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.opencds.cqf.cql.engine.model.ModelResolver;
import org.opencds.cqf.cql.engine.retrieve.RetrieveProvider;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.terminology.ValueSetInfo;

/** Answers retrieves from the resources of the patient at hand. Belongs to one thread. */
final class Retrieves implements RetrieveProvider {

  private final ModelResolver model;
  private final ValueSets valueSets;
  private Map<String, List<Resource>> byType = Map.of();

  Retrieves(ModelResolver model, ValueSets valueSets) {
    this.model = model;
    this.valueSets = valueSets;
  }

  void patient(PatientResources patient) {
    byType = new HashMap<>();
    for (Resource resource : patient.resources()) {
      byType.computeIfAbsent(resource.fhirType(), type -> new ArrayList<>()).add(resource);
    }
  }

  @Override
  public Iterable<Object> retrieve(
      String context,
      String contextPath,
      Object contextValue,
      String dataType,
      String templateId,
      String codePath,
      Iterable<Code> codes,
      String valueSet,
      String datePath,
      String dateLowPath,
      String dateHighPath,
      Interval dateRange) {
    if (dateRange != null) {
      throw new UnsupportedOperationException("Date filters in retrieves are not evaluated here");
    }
    List<Object> found = new ArrayList<>();
    for (Resource resource : byType.getOrDefault(dataType, List.of())) {
      if (isOf(contextValue, contextPath, resource)
          && (codePath == null || hasCode(resource, codePath, codes, valueSet))) {
        found.add(resource);
      }
    }
    return found;
  }

  private boolean isOf(Object contextValue, String contextPath, Resource resource) {
    if (contextPath == null || contextValue == null || contextPath.equals("id")) {
      return true;
    }
    return !(model.resolvePath(resource, contextPath) instanceof Reference reference)
        || !reference.hasReference()
        || Objects.equals(reference.getReferenceElement().getIdPart(), contextValue);
  }

  private boolean hasCode(
      Resource resource, String codePath, Iterable<Code> codes, String valueSet) {
    if (codes == null && valueSet == null) {
      return true;
    }
    Stream<Code> recorded = codes(model.resolvePath(resource, codePath));
    if (valueSet != null) {
      ValueSetInfo info = new ValueSetInfo().withId(valueSet);
      // every code is asked, so that an unknown value set fails whatever the data
      return recorded.filter(code -> valueSets.in(code, info)).toList().size() > 0;
    }
    List<Code> wanted = StreamSupport.stream(codes.spliterator(), false).toList();
    return recorded.anyMatch(code -> wanted.stream().anyMatch(other -> same(code, other)));
  }

  private boolean same(Code left, Code right) {
    return Objects.equals(left.getCode(), right.getCode())
        && left.getSystem() != null
        && right.getSystem() != null
        && valueSets.canonical(left.getSystem()).equals(valueSets.canonical(right.getSystem()));
  }

  private static Stream<Code> codes(Object value) {
    if (value instanceof Iterable<?> list) {
      return StreamSupport.stream(list.spliterator(), false).flatMap(Retrieves::codes);
    }
    if (value instanceof CodeableConcept concept) {
      return concept.getCoding().stream().flatMap(Retrieves::codes);
    }
    if (value instanceof Coding coding) {
      return Stream.of(new Code().withCode(coding.getCode()).withSystem(coding.getSystem()));
    }
    if (value instanceof PrimitiveType<?> primitive) {
      return Stream.of(new Code().withCode(primitive.getValueAsString()));
    }
    return Stream.empty();
  }
}
