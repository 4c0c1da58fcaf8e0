package org.oncohooks.lint;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How large the value of an expression can get, whatever the patient's data.
 *
 * @param length most characters of the value as text; meaningless unless {@code endless} is empty
 * @param endless what has no bound, a phrase each; empty = the length is one
 * @param elements of a tuple, by name
 * @param item of a list, one that stands for all; null = not a list
 * @param count most items of a list; empty = no bound is known
 */
record Extent(
    int length, Set<String> endless, Map<String, Extent> elements, Extent item, OptionalInt count) {

  static final Extent NOTHING = text(0);

  static Extent text(int length) {
    return new Extent(length, Set.of(), Map.of(), null, OptionalInt.empty());
  }

  static Extent endless(String what) {
    return new Extent(0, Set.of(what), Map.of(), null, OptionalInt.empty());
  }

  static Extent tuple(Map<String, Extent> elements) {
    return new Extent(
        0, Set.of("a tuple as text"), Map.copyOf(elements), null, OptionalInt.empty());
  }

  static Extent list(Extent item, OptionalInt count) {
    return new Extent(0, Set.of("a list as text"), Map.of(), item, count);
  }

  /** What one value of a list, or the value itself, can be. */
  Extent one() {
    return item == null ? this : item;
  }

  /** One text after the other. */
  static Extent together(List<Extent> parts) {
    int length = 0;
    Set<String> endless = new LinkedHashSet<>();
    for (Extent part : parts) {
      length += part.length;
      endless.addAll(part.endless);
    }
    return new Extent(length, endless, Map.of(), null, OptionalInt.empty());
  }

  /** Any one of these. */
  static Extent anyOf(Collection<Extent> choices) {
    Extent all = NOTHING;
    for (Extent choice : choices) {
      all = all == NOTHING ? choice : choice == NOTHING ? all : all.or(choice);
    }
    return all;
  }

  private Extent or(Extent other) {
    Set<String> both = new LinkedHashSet<>(endless);
    both.addAll(other.endless);
    Map<String, Extent> merged = new HashMap<>(elements);
    other.elements.forEach((name, extent) -> merged.merge(name, extent, Extent::or));
    OptionalInt most =
        count.isPresent() && other.count.isPresent()
            ? OptionalInt.of(Math.max(count.getAsInt(), other.count.getAsInt()))
            : OptionalInt.empty();
    Extent anItem = item == null ? other.item : other.item == null ? item : item.or(other.item);
    boolean lists = item != null && other.item != null;
    return new Extent(
        Math.max(length, other.length),
        both,
        merged,
        anItem,
        lists ? most : item == null ? other.count : count);
  }
}
