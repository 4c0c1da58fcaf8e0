package org.oncohooks.coverage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.oncohooks.cql.CqlCoverage;
import org.oncohooks.cql.CqlPlaces;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.knowledge.Knowledge;

/**
 * What of the content's CQL was evaluated.
 *
 * @param libraries those of the recommendations first, each group by name
 */
public record CoverageReport(List<LibraryCoverage> libraries) {

  /** Of each recommendation's expressions so many percent have to be evaluated by the cases. */
  public static final double THRESHOLD = 95;

  public CoverageReport {
    libraries = List.copyOf(libraries);
  }

  /**
   * @param coverage what was counted over this content
   */
  public static CoverageReport of(Knowledge knowledge, CqlCoverage coverage) {
    Set<String> recommendations = new HashSet<>();
    knowledge.services().stream()
        .flatMap(service -> service.entries().stream())
        .forEach(entry -> recommendations.add(entry.recommendation().library()));
    List<LibraryCoverage> first = new ArrayList<>();
    List<LibraryCoverage> shared = new ArrayList<>();
    for (CqlSource source : knowledge.sources().values()) {
      boolean recommendation = recommendations.contains(source.name());
      CqlPlaces places = knowledge.program().places(source.name());
      LibraryCoverage library =
          new LibraryCoverage(
              source.name(),
              source.file(),
              recommendation,
              places.places(coverage),
              places.defines(coverage));
      if (!library.places().isEmpty()) {
        (recommendation ? first : shared).add(library);
      }
    }
    first.addAll(shared);
    return new CoverageReport(first);
  }

  /** The recommendations of whose expressions less than so many percent were evaluated. */
  public List<LibraryCoverage> below(double threshold) {
    return libraries.stream()
        .filter(LibraryCoverage::recommendation)
        .filter(library -> library.expressions().percent() < threshold)
        .toList();
  }

  /** As {@link #below(double)}, of the libraries that are named. */
  public List<LibraryCoverage> below(double threshold, Set<String> names) {
    return libraries.stream()
        .filter(library -> names.contains(library.library()))
        .filter(library -> library.expressions().percent() < threshold)
        .toList();
  }

  /** All expressions of the recommendations together. */
  public LibraryCoverage.Share recommendationExpressions() {
    return libraries.stream()
        .filter(LibraryCoverage::recommendation)
        .map(LibraryCoverage::expressions)
        .reduce(new LibraryCoverage.Share(0, 0), LibraryCoverage.Share::plus);
  }

  /** All expressions together. */
  public LibraryCoverage.Share expressions() {
    return libraries.stream()
        .map(LibraryCoverage::expressions)
        .reduce(new LibraryCoverage.Share(0, 0), LibraryCoverage.Share::plus);
  }

  /** All branches together. */
  public LibraryCoverage.Share branches() {
    return libraries.stream()
        .map(LibraryCoverage::branches)
        .reduce(new LibraryCoverage.Share(0, 0), LibraryCoverage.Share::plus);
  }
}
