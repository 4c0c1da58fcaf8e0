package org.oncohooks.coverage;

import java.util.List;
import org.oncohooks.cql.CqlPlaces;

/**
 * What of one library the cases evaluate.
 *
 * @param library its name
 * @param file its CQL file, relative to the content
 * @param recommendation whether it is a recommendation's; the others hold facts that several share
 * @param places every expression, with what it gave
 * @param defines every define and function, with what it gave
 */
public record LibraryCoverage(
    String library,
    String file,
    boolean recommendation,
    List<CqlPlaces.Place> places,
    List<CqlPlaces.Define> defines) {

  /** How many of how many. */
  public record Share(int part, int whole) {

    /** From 0 to 100; of nothing all is there. */
    public double percent() {
      return whole == 0 ? 100 : 100.0 * part / whole;
    }

    Share plus(Share other) {
      return new Share(part + other.part, whole + other.whole);
    }
  }

  /** The defines and functions that were evaluated. */
  public Share definesReached() {
    return new Share(
        (int) defines.stream().filter(d -> d.mark().times() > 0).count(), defines.size());
  }

  /** The expressions that were evaluated. */
  public Share expressions() {
    return new Share(places.size() - missed().size(), places.size());
  }

  /**
   * The ways that were gone of those that conditions open: true, and anything else, of every
   * condition and every operand of {@code and} and {@code or}.
   */
  public Share branches() {
    List<CqlPlaces.Place> deciding = places.stream().filter(CqlPlaces.Place::decides).toList();
    return new Share(
        deciding.stream().mapToInt(CqlPlaces.Place::waysGone).sum(), 2 * deciding.size());
  }

  /** The expressions that were not evaluated. */
  public List<CqlPlaces.Place> missed() {
    return places.stream().filter(place -> place.mark().times() == 0).toList();
  }
}
