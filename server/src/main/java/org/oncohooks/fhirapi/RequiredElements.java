package org.oncohooks.fhirapi;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBase;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;

/** The elements whose lowest cardinality is 1 (FHIR R4, ElementDefinition). */
final class RequiredElements {

  private final FhirContext context;

  RequiredElements(FhirContext context) {
    this.context = context;
  }

  /**
   * @param element a resource or a part of one
   * @throws org.oncohooks.ProblemException {@code INCORRECT}, naming the first that is missing
   */
  void refuseWithout(IBase element, String place) {
    BaseRuntimeElementDefinition<?> definition = context.getElementDefinition(element.getClass());
    if (definition instanceof BaseRuntimeElementCompositeDefinition<?> composite) {
      for (BaseRuntimeChildDefinition child : composite.getChildren()) {
        List<IBase> values = child.getAccessor().getValues(element);
        if (child.getMin() > 0 && values.stream().allMatch(IBase::isEmpty)) {
          throw Problem.of(
                  ProblemCategory.INCORRECT,
                  "structure-required",
                  "A required element is missing.",
                  place + "." + child.getElementName())
              .asException();
        }
        for (IBase value : values) {
          if (!value.isEmpty()) {
            refuseWithout(value, place + "." + child.getElementName());
          }
        }
      }
    }
  }
}
