package org.oncohooks.cql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.CodeSystemDef;
import org.hl7.elm.r1.ConceptDef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.OperandDef;
import org.hl7.elm.r1.ParameterDef;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.VersionedIdentifier;
import org.oncohooks.Finding;

/**
 * What this process compiled last, so that after a change only the libraries are compiled that
 * changed, and of those that rest on them the ones that can tell: names and types of what a library
 * offers are all that others are compiled against. For one compilation at a time; a library that is
 * kept is never changed.
 */
public final class CompiledLibraries {

  /** Loads FHIR's model once. */
  private final ModelManager models = new ModelManager();

  private final Map<VersionedIdentifier, CompiledLibrary> compiled = new HashMap<>();
  private final Map<String, Kept> kept = new HashMap<>();
  private int compiledAnew;

  /**
   * A library without errors.
   *
   * @param offers what others may name of it, each with its type
   * @param against what the libraries that it includes offered, by their names
   */
  private record Kept(
      String text, List<Finding> warnings, Set<String> offers, Map<String, Set<String>> against) {}

  ModelManager models() {
    return models;
  }

  /** As {@link CqlProgram#unknownMembers}, where there is no program. */
  public Function<ObjectNode, List<UnknownMember>> unknownMembers() {
    FhirTypes types =
        new FhirTypes(new FhirModelTypes(models.resolveModel("FHIR", CqlCompilation.FHIR_VERSION)));
    return resource -> FhirMembers.unknown(types, resource);
  }

  /** Begins a compilation of these sources; gives what all of them may use. */
  Map<VersionedIdentifier, CompiledLibrary> begin(Collection<CqlSource> sources) {
    compiledAnew = 0;
    Set<String> own = sources.stream().map(CqlSource::name).collect(Collectors.toSet());
    kept.keySet().retainAll(own);
    compiled
        .keySet()
        .removeIf(id -> !own.contains(id.getId()) && !CqlCompilation.HELPERS.equals(id.getId()));
    return compiled.entrySet().stream()
        .filter(entry -> CqlCompilation.HELPERS.equals(entry.getKey().getId()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Puts a library among the compiled ones if it need not be compiled again; those that it includes
   * have been seen to before.
   *
   * @return whether it was
   */
  boolean reuse(CqlSource source, Map<VersionedIdentifier, CompiledLibrary> into) {
    Kept before = kept.get(source.name());
    boolean same =
        before != null
            && before.text().equals(source.text())
            && before.against().entrySet().stream().allMatch(this::isStillOffered);
    if (!same) {
      compiledAnew++;
      return false;
    }
    compiled.forEach(
        (id, library) -> {
          if (id.getId().equals(source.name())) {
            into.put(id, library);
          }
        });
    return true;
  }

  private boolean isStillOffered(Map.Entry<String, Set<String>> include) {
    Kept now = kept.get(include.getKey());
    return now != null && now.offers().containsAll(include.getValue());
  }

  /** The compiler's warnings about a source that was not compiled again. */
  List<Finding> warnings(CqlSource source) {
    return kept.get(source.name()).warnings();
  }

  void keep(CqlSource source, CompiledLibrary library, List<Finding> warnings) {
    Map<String, Set<String>> against = new HashMap<>();
    for (String include : source.includes()) {
      if (kept.containsKey(include)) {
        against.put(include, kept.get(include).offers());
      }
    }
    compiled.keySet().removeIf(id -> id.getId().equals(source.name()));
    compiled.put(library.getIdentifier(), library);
    kept.put(
        source.name(), new Kept(source.text(), warnings, offers(library.getLibrary()), against));
  }

  void forget(CqlSource source) {
    kept.remove(source.name());
  }

  void keepHelpers(Map<VersionedIdentifier, CompiledLibrary> libraries) {
    libraries.forEach(
        (id, library) -> {
          if (CqlCompilation.HELPERS.equals(id.getId())) {
            compiled.put(id, library);
          }
        });
  }

  /** How many libraries the last compilation had to compile. */
  public int compiledAnew() {
    return compiledAnew;
  }

  /** Functions of one name are one entry: another overload can change what a call means. */
  private static Set<String> offers(Library library) {
    Set<String> offers = new HashSet<>();
    offers.add("version " + library.getIdentifier().getVersion());
    if (library.getParameters() != null) {
      for (ParameterDef parameter : library.getParameters().getDef()) {
        offers.add("parameter " + parameter.getName() + ": " + type(parameter));
      }
    }
    if (library.getCodeSystems() != null) {
      for (CodeSystemDef system : library.getCodeSystems().getDef()) {
        offers.add("codesystem " + system.getName());
      }
    }
    if (library.getValueSets() != null) {
      for (ValueSetDef valueSet : library.getValueSets().getDef()) {
        offers.add("valueset " + valueSet.getName());
      }
    }
    if (library.getCodes() != null) {
      for (CodeDef code : library.getCodes().getDef()) {
        offers.add("code " + code.getName());
      }
    }
    if (library.getConcepts() != null) {
      for (ConceptDef concept : library.getConcepts().getDef()) {
        offers.add("concept " + concept.getName());
      }
    }
    Map<String, Set<String>> functions = new TreeMap<>();
    if (library.getStatements() != null) {
      for (ExpressionDef def : library.getStatements().getDef()) {
        String what = def.getContext() + " " + def.getAccessLevel() + " " + def.getName();
        if (def instanceof FunctionDef function) {
          functions
              .computeIfAbsent(function.getName(), name -> new TreeSet<>())
              .add(
                  what
                      + function.getOperand().stream()
                          .map(CompiledLibraries::operand)
                          .collect(Collectors.joining(", ", "(", "): "))
                      + type(function)
                      + " "
                      + function.isFluent());
        } else {
          offers.add("define " + what + ": " + type(def));
        }
      }
    }
    functions.forEach((name, overloads) -> offers.add("function " + name + " " + overloads));
    return offers;
  }

  private static String operand(OperandDef operand) {
    return operand.getName() + " " + type(operand);
  }

  private static String type(Element element) {
    return String.valueOf(Trackable.INSTANCE.getResultType(element));
  }
}
