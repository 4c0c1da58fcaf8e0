package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.opencds.cqf.cql.engine.data.ExternalFunctionProvider;
import org.opencds.cqf.cql.engine.runtime.ClassInstance;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The conversions of FHIRHelpers 4.0.1 that the translator inserts everywhere (primitives, Coding,
 * CodeableConcept), done in Java instead of interpreted: they are the greater part of what an
 * evaluation costs. Those with rules of their own (quantities, intervals) stay CQL. Stateless.
 */
final class FhirConversions implements ExternalFunctionProvider {

  private static final Set<String> OF_PRIMITIVES =
      Set.of("ToString", "ToBoolean", "ToDate", "ToDateTime", "ToDecimal", "ToInteger", "ToTime");

  /** Marks the functions of FHIRHelpers that this class takes over. */
  static void takeOver(Library helpers) {
    for (ExpressionDef def : helpers.getStatements().getDef()) {
      if (def instanceof FunctionDef function
          && (OF_PRIMITIVES.contains(function.getName())
              || function.getName().equals("ToCode")
              || function.getName().equals("ToConcept"))) {
        function.setExternal(true);
      }
    }
  }

  /** One of the conversions: takes an instance of a FHIR type, or null. */
  @FunctionalInterface
  interface Conversion {
    Value of(Value fhir);
  }

  static Conversion conversion(String function) {
    return switch (function) {
      case "ToCode" -> value -> value instanceof ClassInstance coding ? code(coding) : null;
      case "ToConcept" -> value -> value instanceof ClassInstance concept ? concept(concept) : null;
      default ->
          value ->
              value instanceof ClassInstance primitive
                  ? primitive.getElements().get("value")
                  : null;
    };
  }

  @Override
  public Value evaluate(String function, List<Value> arguments) {
    return conversion(function).of(arguments.get(0));
  }

  private static Code code(ClassInstance coding) {
    return new Code()
        .withCode(text(coding, "code"))
        .withSystem(text(coding, "system"))
        .withVersion(text(coding, "version"))
        .withDisplay(text(coding, "display"));
  }

  private static Concept concept(ClassInstance concept) {
    Concept result = new Concept();
    result.setDisplay(text(concept, "text"));
    if (concept.getElements().get("coding")
        instanceof org.opencds.cqf.cql.engine.runtime.List codings) {
      List<Code> codes = new ArrayList<>();
      for (Value coding : codings) {
        if (coding instanceof ClassInstance instance) {
          Code code = code(instance);
          if (codes.stream().allMatch(other -> differ(code, other))) {
            codes.add(code);
          }
        }
      }
      result.setCodes(codes);
    }
    return result;
  }

  /** FHIRHelpers returns distinct codes: CQL keeps those that differ for certain. */
  private static boolean differ(Code a, Code b) {
    return differ(a.getCode(), b.getCode())
        || differ(a.getSystem(), b.getSystem())
        || differ(a.getVersion(), b.getVersion())
        || differ(a.getDisplay(), b.getDisplay());
  }

  private static boolean differ(String a, String b) {
    return a != null && b != null && !Objects.equals(a, b);
  }

  private static String text(ClassInstance instance, String element) {
    if (instance.getElements() instanceof JsonElements elements) {
      JsonNode json = elements.node().get(element);
      if (json == null || json.isTextual()) {
        return json == null ? null : json.textValue();
      }
    }
    return instance.getElements().get(element) instanceof ClassInstance primitive
            && primitive.getElements().get("value")
                instanceof org.opencds.cqf.cql.engine.runtime.String string
        ? string.getValue()
        : null;
  }
}
