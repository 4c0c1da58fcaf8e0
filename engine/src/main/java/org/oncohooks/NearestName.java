package org.oncohooks;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The name that may be meant by one that is not there. */
public final class NearestName {

  private NearestName() {}

  /** {@code (did you mean "Due"?)}, or nothing if no name is near. */
  public static String hint(String name, Collection<String> names) {
    return of(name, names).map(nearest -> " (did you mean \"" + nearest + "\"?)").orElse("");
  }

  /** The name that is nearest, if it is near: at most a third of the letters differ. */
  public static Optional<String> of(String name, Collection<String> names) {
    String nearest = null;
    int least = Math.max(2, name.length() / 3) + 1;
    for (String candidate : names) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** Levenshtein's. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
