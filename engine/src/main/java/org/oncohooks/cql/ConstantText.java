package org.oncohooks.cql;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.elm.r1.As;
import org.hl7.elm.r1.Case;
import org.hl7.elm.r1.Coalesce;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.If;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Literal;

/**
 * A text that stands in the CQL and that a define may give as it stands.
 *
 * @param library where it stands
 * @param line from 1
 * @param column from 1
 */
public record ConstantText(String text, String library, int line, int column) {

  /** Reads through choices and references, functions included; what is computed is left out. */
  static final class Reader {

    private final Map<String, Library> libraries;
    private final Set<String> visited = new HashSet<>();
    private final List<ConstantText> found = new ArrayList<>();

    Reader(Map<String, Library> libraries) {
      this.libraries = libraries;
    }

    List<ConstantText> of(String library, String define) {
      named(libraries.get(library), define, false);
      return List.copyOf(found);
    }

    private void named(Library library, String name, boolean function) {
      if (library == null
          || library.getStatements() == null
          || !visited.add(library.getIdentifier().getId() + "." + name + function)) {
        return;
      }
      for (ExpressionDef def : library.getStatements().getDef()) {
        if (name.equals(def.getName()) && function == def instanceof FunctionDef) {
          read(library, def.getExpression());
        }
      }
    }

    private void read(Library library, Expression expression) {
      if (expression instanceof Literal literal) {
        literal(library, literal);
      } else if (expression instanceof If choice) {
        read(library, choice.getThen());
        read(library, choice.getElse());
      } else if (expression instanceof Case choice) {
        choice.getCaseItem().forEach(item -> read(library, item.getThen()));
        read(library, choice.getElse());
      } else if (expression instanceof Coalesce choice) {
        choice.getOperand().forEach(operand -> read(library, operand));
      } else if (expression instanceof As cast) {
        read(library, cast.getOperand());
      } else if (expression instanceof ExpressionRef ref) {
        String target = DataNeeds.includedName(library, ref.getLibraryName());
        named(libraries.get(target), ref.getName(), ref instanceof FunctionRef);
      }
    }

    private void literal(Library library, Literal literal) {
      CqlPlaces.Start start = CqlPlaces.start(literal.getLocator());
      found.add(
          new ConstantText(
              literal.getValue(), library.getIdentifier().getId(), start.line(), start.column()));
    }
  }
}
