package org.oncohooks.cql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hl7.elm.r1.ListTypeSpecifier;
import org.hl7.elm.r1.NamedTypeSpecifier;
import org.hl7.elm.r1.ParameterDef;
import org.hl7.elm.r1.TupleElementDefinition;
import org.hl7.elm.r1.TupleTypeSpecifier;
import org.hl7.elm.r1.TypeSpecifier;

/**
 * A parameter where a library declares it.
 *
 * @param library name of the library
 * @param name name of the parameter
 * @param line of the declaration, from 1
 * @param column of the declaration, from 1
 * @param hasDefault whether the declaration gives a value
 * @param row if the type is a list of tuples, the simple System type of each element such as {@code
 *     Integer}, or {@code ?} for any other type
 */
public record CqlParameter(
    String library,
    String name,
    int line,
    int column,
    boolean hasDefault,
    Optional<Map<String, String>> row) {

  private static final String SYSTEM = "urn:hl7-org:elm-types:r1";

  static CqlParameter of(String library, ParameterDef def) {
    String locator = def.getLocator() == null ? "1:1" : def.getLocator();
    String[] start = locator.split("-", 2)[0].split(":");
    return new CqlParameter(
        library,
        def.getName(),
        Integer.parseInt(start[0]),
        Integer.parseInt(start[1]),
        def.getDefault() != null,
        row(def.getParameterTypeSpecifier()));
  }

  private static Optional<Map<String, String>> row(TypeSpecifier type) {
    if (!(type instanceof ListTypeSpecifier list)
        || !(list.getElementType() instanceof TupleTypeSpecifier tuple)) {
      return Optional.empty();
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (TupleElementDefinition element : tuple.getElement()) {
      row.put(element.getName(), systemType(element.getElementType()));
    }
    return Optional.of(row);
  }

  private static String systemType(TypeSpecifier type) {
    return type instanceof NamedTypeSpecifier named
            && SYSTEM.equals(named.getName().getNamespaceURI())
        ? named.getName().getLocalPart()
        : "?";
  }
}
