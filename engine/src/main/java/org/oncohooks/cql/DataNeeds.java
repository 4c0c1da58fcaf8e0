package org.oncohooks.cql;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.CodeRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.ToList;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.ValueSetRef;

/**
 * Finds what data a define reads, by walking its ELM through everything it refers to, across
 * libraries. Overloads of a function count together: more is asked for, never less.
 */
final class DataNeeds {

  private final Map<String, Library> libraries;

  DataNeeds(Map<String, Library> libraries) {
    this.libraries = libraries;
  }

  Set<DataNeed> of(String library, Iterable<String> defines) {
    Walk walk = new Walk();
    for (String define : defines) {
      walk.define(libraries.get(library), define);
    }
    return walk.found;
  }

  static String includedName(Library library, String alias) {
    if (alias == null) {
      return library.getIdentifier().getId();
    }
    return library.getIncludes().getDef().stream()
        .filter(i -> alias.equals(i.getLocalIdentifier()))
        .findFirst()
        .orElseThrow()
        .getPath();
  }

  private final class Walk extends BaseElmLibraryVisitor<Boolean, Library> {

    private final Set<DataNeed> found = new LinkedHashSet<>();
    private final Set<String> visited = new HashSet<>();

    void define(Library library, String name) {
      if (!visited.add(library.getIdentifier().getId() + "." + name)) {
        return;
      }
      for (ExpressionDef def : library.getStatements().getDef()) {
        if (name.equals(def.getName()) && def.getExpression() != null) {
          visitExpression(def.getExpression(), library);
        }
      }
    }

    @Override
    protected Boolean defaultResult(Element element, Library library) {
      return Boolean.TRUE;
    }

    @Override
    public Boolean visitExpressionRef(ExpressionRef ref, Library library) {
      if (ref instanceof FunctionRef function) {
        return visitFunctionRef(function, library);
      }
      define(included(library, ref.getLibraryName()), ref.getName());
      return Boolean.TRUE;
    }

    @Override
    public Boolean visitFunctionRef(FunctionRef ref, Library library) {
      for (Expression operand : ref.getOperand()) {
        visitExpression(operand, library);
      }
      define(included(library, ref.getLibraryName()), ref.getName());
      return Boolean.TRUE;
    }

    @Override
    public Boolean visitFunctionDef(FunctionDef def, Library library) {
      return visitExpression(def.getExpression(), library);
    }

    @Override
    public Boolean visitRetrieve(Retrieve retrieve, Library library) {
      Set<String> valueSets = new HashSet<>();
      Set<String> codes = new HashSet<>();
      if (retrieve.getCodes() != null) {
        filter(retrieve.getCodes(), library, valueSets, codes);
      }
      String path = retrieve.getCodeProperty();
      found.add(
          new DataNeed(
              retrieve.getDataType().getLocalPart(), path == null ? "" : path, valueSets, codes));
      return super.visitRetrieve(retrieve, library);
    }

    /** A filter of another kind than these leaves the need unfiltered: a superset. */
    private void filter(
        Expression filter, Library library, Set<String> valueSets, Set<String> codes) {
      if (filter instanceof ValueSetRef ref) {
        valueSets.add(valueSet(included(library, ref.getLibraryName()), ref.getName()));
      } else if (filter instanceof ToList list && list.getOperand() instanceof CodeRef ref) {
        codes.add(code(included(library, ref.getLibraryName()), ref.getName()));
      }
    }

    private Library included(Library library, String alias) {
      return libraries.get(includedName(library, alias));
    }

    private static String valueSet(Library library, String name) {
      for (ValueSetDef def : library.getValueSets().getDef()) {
        if (name.equals(def.getName())) {
          return def.getId();
        }
      }
      throw new IllegalStateException("value set " + name + " is not declared");
    }

    private static String code(Library library, String name) {
      for (CodeDef def : library.getCodes().getDef()) {
        if (name.equals(def.getName())) {
          String system = def.getCodeSystem().getName();
          return library.getCodeSystems().getDef().stream()
                  .filter(s -> system.equals(s.getName()))
                  .findFirst()
                  .orElseThrow()
                  .getId()
              + "|"
              + def.getId();
        }
      }
      throw new IllegalStateException("code " + name + " is not declared");
    }
  }
}
