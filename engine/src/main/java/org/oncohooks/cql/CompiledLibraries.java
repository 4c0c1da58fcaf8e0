package org.oncohooks.cql;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.hl7.elm.r1.VersionedIdentifier;
import org.oncohooks.Finding;

/**
 * What this process compiled last, so that after a change only the libraries are compiled that
 * changed and those that rest on them. For one compilation at a time; a library that is kept is
 * never changed.
 */
public final class CompiledLibraries {

  /** Loads FHIR's model once. */
  private final ModelManager models = new ModelManager();

  private Map<VersionedIdentifier, CompiledLibrary> compiled = Map.of();
  private final Map<String, Kept> kept = new HashMap<>();
  private int compiledAnew;

  private record Kept(String text, List<Finding> warnings) {}

  ModelManager models() {
    return models;
  }

  /** Those of some sources, and of what they include, that need not be compiled again. */
  Map<VersionedIdentifier, CompiledLibrary> reusable(Collection<CqlSource> inOrder) {
    Set<String> own = new HashSet<>();
    Set<String> same = new HashSet<>();
    inOrder.forEach(source -> own.add(source.name()));
    for (CqlSource source : inOrder) {
      Kept before = kept.get(source.name());
      boolean rests =
          LibraryOrder.includes(source).stream().filter(own::contains).allMatch(same::contains);
      if (before != null && before.text().equals(source.text()) && rests) {
        same.add(source.name());
      }
    }
    compiledAnew = own.size() - same.size();
    Map<VersionedIdentifier, CompiledLibrary> reusable = new HashMap<>();
    compiled.forEach(
        (id, library) -> {
          if (same.contains(id.getId()) || CqlCompilation.HELPERS.equals(id.getId())) {
            reusable.put(id, library);
          }
        });
    return reusable;
  }

  /** The compiler's warnings about a source that was not compiled again. */
  List<Finding> warnings(CqlSource source) {
    return kept.get(source.name()).warnings();
  }

  void keep(CqlSource source, List<Finding> warnings) {
    kept.put(source.name(), new Kept(source.text(), warnings));
  }

  void forget(CqlSource source) {
    kept.remove(source.name());
  }

  void keepCompiled(Map<VersionedIdentifier, CompiledLibrary> libraries) {
    compiled = Map.copyOf(libraries);
  }

  /** How many libraries the last compilation had to compile. */
  public int compiledAnew() {
    return compiledAnew;
  }
}
