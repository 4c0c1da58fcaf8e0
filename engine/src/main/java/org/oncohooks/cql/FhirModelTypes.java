package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.cqframework.cql.cql2elm.model.Model;
import org.hl7.cql.model.ChoiceType;
import org.hl7.cql.model.ClassType;
import org.hl7.cql.model.ClassTypeElement;
import org.hl7.cql.model.DataType;
import org.hl7.cql.model.ListType;
import org.hl7.cql.model.NamedType;
import org.hl7.elm_modelinfo.r1.ClassInfo;

/** Tabulates FHIR types from the model info that the CQL translator uses. */
final class FhirModelTypes implements FhirTypes.Source {

  private static final String MODEL_PREFIX = "FHIR.";
  private static final String SYSTEM_PREFIX = "System.";

  private final Model model;

  FhirModelTypes(Model model) {
    this.model = model;
  }

  @Override
  public Optional<FhirType> type(String name) {
    return model.resolveTypeName(MODEL_PREFIX + name) instanceof ClassType type
        ? Optional.of(tabulate(name, type))
        : Optional.empty();
  }

  /** Names of all types that the model info declares. */
  List<String> names() {
    return model.getModelInfo().getTypeInfo().stream()
        .filter(ClassInfo.class::isInstance)
        .map(info -> ((ClassInfo) info).getName())
        .filter(name -> name != null)
        .toList();
  }

  private FhirType tabulate(String name, ClassType type) {
    String base =
        type.getBaseType() instanceof ClassType parent && isFhir(parent) ? shortName(parent) : "";
    List<FhirElement> elements = new ArrayList<>();
    if (!base.isEmpty()) {
      elements.addAll(type(base).orElseThrow().ordered());
    }
    Optional<SystemType> primitive = Optional.empty();
    Map<String, FhirElement> byName = new HashMap<>();
    elements.forEach(e -> byName.put(e.name(), e));
    for (ClassTypeElement declared : type.getElements()) {
      if (declared.getName().equals("value") && isSystem(declared.getType())) {
        primitive = Optional.of(systemType(declared.getType()));
      }
      FhirElement inherited = byName.get(declared.getName());
      FhirElement element =
          element(declared, inherited == null ? elements.size() : inherited.index());
      if (inherited == null) {
        elements.add(element);
      } else {
        elements.set(element.index(), element);
      }
      byName.put(element.name(), element);
    }
    return new FhirType(
        name,
        new QName(FhirTypes.URI, name),
        base,
        primitive,
        byName,
        List.copyOf(elements),
        Optional.ofNullable(type.getPrimaryCodePath()));
  }

  private FhirElement element(ClassTypeElement declared, int index) {
    boolean list = declared.getType() instanceof ListType;
    DataType type =
        declared.getType() instanceof ListType l ? l.getElementType() : declared.getType();
    String name = declared.getName();
    List<FhirElement.Choice> choices = new ArrayList<>();
    if (type instanceof ChoiceType choice) {
      for (DataType alternative : choice.getTypes()) {
        choices.add(choice(name + memberSuffix(simpleName(alternative)), alternative));
      }
    } else {
      choices.add(choice(name, type));
    }
    return new FhirElement(name, index, list, List.copyOf(choices));
  }

  /**
   * How JSON names the type of a choice (FHIR R4, 2.6.2.2). SimpleQuantity only restricts Quantity,
   * whose name stands there: doseQuantity.
   */
  private static String memberSuffix(String typeName) {
    return typeName.equals("SimpleQuantity")
        ? "Quantity"
        : Character.toUpperCase(typeName.charAt(0)) + typeName.substring(1);
  }

  private static FhirElement.Choice choice(String member, DataType type) {
    return isSystem(type)
        ? new FhirElement.Choice(member, "_" + member, "", systemType(type))
        : new FhirElement.Choice(member, "_" + member, shortName((ClassType) type), null);
  }

  private static boolean isSystem(DataType type) {
    return type instanceof NamedType named && named.getName().startsWith(SYSTEM_PREFIX);
  }

  private static boolean isFhir(ClassType type) {
    return type.getName().startsWith(MODEL_PREFIX);
  }

  private static SystemType systemType(DataType type) {
    return SystemType.named(((NamedType) type).getName().substring(SYSTEM_PREFIX.length()));
  }

  private static String shortName(ClassType type) {
    return type.getName().substring(MODEL_PREFIX.length());
  }

  private static String simpleName(DataType type) {
    String name = ((NamedType) type).getName();
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
